"""A case with stages, its referral pack, the weekly review and a pupil's holds, looked at by axe in real Chromium."""

import datetime as dt

import pytest

from escalation import actions
from escalation.models import PastStep, PupilStage
from escalation.rules.ladder import Crossing
from letters.actions import send_letter
from letters.models import Letter
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import MONDAY_MORNING
from tests.escalation.on_the_ladder import follow_ladder, make_crossing, occasion
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_contact, make_pupil

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
DAYS = weekdays(dt.date(2026, 9, 7), 55)
TODAY = dt.date(2026, 11, 23)


def pupil_on_the_ladder(live_school: LiveSchool) -> PupilStage:
    """Return what waits for agreement about a pupil who is at another stage, held back, and of concern last year."""
    people, school = live_school.people, live_school.school
    follow_ladder(school, by=people.ben)
    hold([*DAYS, *weekdays(TODAY, 15)])
    wren = make_pupil(surname="Wren", dob=dt.date(2015, 3, 4))
    make_contact(wren)
    take_registers({wren: spell_out(DAYS, "." * 90 + "I" * 2 + "." * 14 + "I" * 4)}, by=people.tess)
    earlier = MONDAY_MORNING - dt.timedelta(days=5)
    for rule in ("first", "second"):
        finding = make_crossing(wren, rule)
        crossing = Crossing(finding.reached_on)
        row = actions.propose_stage(finding, crossing=crossing, occasion=occasion(school, earlier))
        assert row is not None
    send_letter(Letter.objects.get(), by=people.alma, at=earlier)
    actions.place_hold(
        wren, reason="medical", words="In hospital.", from_date=TODAY, until_date=None, by=people.alma,
        at=MONDAY_MORNING,
    )  # fmt: skip
    PastStep.objects.create(
        pupil=wren, kind="stage", name="end-of-year", on_date=dt.date(2026, 7, 17), imported_at=MONDAY_MORNING,
        imported_by=people.alma.user,
    )  # fmt: skip
    return PupilStage.objects.get(pupil=wren, stage="second")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_pages_of_stages(live_school: LiveSchool, scheme: str, width: int) -> None:
    row = pupil_on_the_ladder(live_school)
    page = live_school.page("alma", viewport={"width": width, "height": 900}, color_scheme=scheme)
    paths = (
        "cases/?show=waiting", "cases/?show=steps", f"cases/{row.case_id}/?offer=meeting",
        f"cases/{row.case_id}/referral/", f"pupils/{row.pupil_id}/stages/", "reviews/", "impact/",
    )  # fmt: skip
    found: dict[str, object] = {}
    # When each page is opened, with all that folds open
    for path in paths:
        answer = page.goto(live_school.address(path))
        assert answer is not None
        assert answer.ok, path
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        complaints: list[object] = [*faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            complaints.append("runs over the edge")
        found[path] = complaints
    # Then there is nothing to mend
    assert not {path: complaints for path, complaints in found.items() if complaints}
