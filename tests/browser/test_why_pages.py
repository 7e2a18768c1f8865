"""Why a pupil is on a list, and the early warning: seen by axe in real Chromium, light and dark, wide and narrow."""

import datetime as dt

import pytest
from playwright.sync_api import Page

from registers.models import Pupil
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.escalation.ladders import set_stages, stage
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers, weekdays
from tests.escalation.test_why_page import EITHER, FRIDAY
from tests.factories import make_pupil

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]


def make_absentee(live_school: LiveSchool) -> Pupil:
    """Make a school with two stages and a pupil who has crossed one of them."""
    people = live_school.people
    set_stages(
        live_school.school, stage("stage_one", when=EITHER), stage("stage_two"), by=people.alma,
        from_date=dt.date(2026, 9, 1),
    )  # fmt: skip
    hold(AUTUMN)
    pupil = make_pupil(surname="Robin", dob=dt.date(2015, 3, 4))
    take_registers({pupil: spell_out(AUTUMN, ".." + "O" * 8 + "." * 100)}, by=people.tess)
    return pupil


def complaints(page: Page, address: str, *, status: int = 200) -> list[str]:
    """Open a page, and return what axe finds and whether it runs over the edge."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, address
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    width = page.viewport_size["width"]
    too_wide = page.evaluate("document.documentElement.scrollWidth") > width
    return [*faults(page), *(["runs over the edge"] if too_wide else [])]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_any_answer_of_the_page(live_school: LiveSchool, scheme: str, width: int) -> None:
    # Given a pupil over one line and under another
    pupil = make_absentee(live_school)
    page = live_school.page("alma", viewport={"width": width, "height": 900}, color_scheme=scheme)
    here = live_school.address(f"pupils/{pupil.pk}/why/")

    # When the page is empty, says yes, says no with a tree, tells of a national rule, and is asked nonsense
    found = {
        "empty": complaints(page, here),
        "yes": complaints(page, f"{here}?stage=stage_two&on={FRIDAY}"),
        "tree": complaints(page, f"{here}?stage=stage_one&on={AUTUMN[3].isoformat()}"),
        "rule": complaints(page, f"{here}?stage=persistent_absence&on={FRIDAY}"),
        "nonsense": complaints(page, f"{here}?stage=nine&on=2027-01-01", status=422),
    }

    # Then there is nothing to mend
    assert not {name: said for name, said in found.items() if said}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_early_warning(live_school: LiveSchool, scheme: str, width: int) -> None:
    # Given a pupil on course to come under 90 percent, and some days of December
    make_absentee(live_school)
    hold(weekdays(dt.date(2026, 11, 23), 20))
    falling = make_pupil(surname="Wren-Featherstonehaugh", dob=dt.date(2015, 3, 4))
    said = spell_out(AUTUMN, "." * 100 + "O" * 8 + "..")
    take_registers({falling: said}, by=live_school.people.tess)
    page = live_school.page("alma", viewport={"width": width, "height": 900}, color_scheme=scheme)
    here = live_school.address("early-warning/")

    # When the list, an empty one and a refused one are opened
    found = {
        "list": complaints(page, here),
        "narrowed": complaints(page, f"{here}?line=severe_absence"),
        "nonsense": complaints(page, f"{here}?by=2031-01-01&line=nine", status=422),
    }
    page.goto(here)

    # Then there is nothing to mend, and the pupil is there
    assert not {name: said for name, said in found.items() if said}
    assert "Wren-Featherstonehaugh" in page.inner_text("main")
