"""The list of cases, each of its tabs, and a case, looked at by axe in real Chromium."""

import pytest

from escalation.models import CaseNote
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import MONDAY_MORNING
from tests.escalation.test_case_pages import make_case, make_finding
from tests.factories import make_contact, make_pupil

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_cases_nor_on_one_of_them(live_school: LiveSchool, scheme: str, width: int) -> None:
    # Given an open case that somebody works, one that nobody has touched, a closed one, and a finding without one
    alma, wren = live_school.people.alma.user, make_pupil(surname="Wren")
    make_contact(wren)
    case = make_case(wren, at=MONDAY_MORNING, owner=alma)
    CaseNote.objects.create(
        case=case, words="Rang home.", by=alma, by_name=alma.name, by_role="attendance_officer", at=MONDAY_MORNING
    )
    make_case(make_pupil(surname="Plover"), at=MONDAY_MORNING)
    make_case(make_pupil(surname="Snipe"), at=MONDAY_MORNING, closed_at=MONDAY_MORNING, closed_because="All is well.")
    make_finding(make_pupil(surname="Teal"), at=MONDAY_MORNING, rule="persistent_absence")
    page = live_school.page("alma", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found: dict[str, object] = {}
    page.goto(live_school.address("cases/"))
    tabs = page.locator(".tabs a").evaluate_all("links => links.map(link => link.href)")
    assert len(tabs) >= 4
    # When each tab and the case's page is opened
    for address in [*tabs, live_school.address(f"cases/{case.pk}/")]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        complaints: list[object] = [*faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            complaints.append("runs over the edge")
        found[address] = complaints
    # Then there is nothing to mend
    assert not {address: complaints for address, complaints in found.items() if complaints}
