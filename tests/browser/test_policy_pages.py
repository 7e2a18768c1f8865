"""The pages of policies, looked at by axe in real Chromium."""

import datetime as dt

import pytest
from playwright.sync_api import Page

from attendance_mat.policy.adopted import Override
from attendance_mat.trust.adopting import adopt_policy, set_value
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import MONDAY_MORNING

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]

TODAY = dt.date(2026, 11, 23)
SCHOOL = "/policies/schools/alder-primary/"


def complaints(page: Page) -> list[object]:
    """Return what axe says of a page, and whether it runs over its edge."""
    over = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*faults(page), *(["runs over the edge"] if over else [])]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_pages_of_policies(live_school: LiveSchool, scheme: str, width: int) -> None:
    # Given a school that follows a pack with stages, and a locked value over it
    tara, school = live_school.people.member("tara"), live_school.school
    adopt_policy(school, pack="wigston", from_date=dt.date(2026, 9, 1), by=tara, at=MONDAY_MORNING)
    asked = Override(TODAY, "register_open", {"minutes": 20}, "Trustees, 3 November", True, for_every_school=True)
    set_value(asked, school=None, by=tara, at=MONDAY_MORNING)
    page = live_school.page("tara", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found: dict[str, list[object]] = {}
    # When each page is opened, a wrong value is sent, and a sound one looked at before it is saved
    for address in ("/policies/", "/policies/advance/", SCHOOL, f"{SCHOOL}adopt/", live_school.address("policy/")):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        found[address] = complaints(page)
    page.goto(f"{SCHOOL}set/ladders/")
    found["a form"] = complaints(page)
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("There is a problem").first.wait_for()
    found["a wrong form"] = complaints(page)
    page.goto(f"{SCHOOL}adopt/")
    page.get_by_label("Policy", exact=True).select_option("aspire")
    page.get_by_label("First day").fill("2026-12-01")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Save this").wait_for()
    found["a preview"] = complaints(page)
    page.get_by_role("button", name="Save this").click()
    page.get_by_text("Aspire Educational Trust").first.wait_for()
    found["saved"] = complaints(page)
    # Then there is nothing to mend
    assert not {name: wrong for name, wrong in found.items() if wrong}
