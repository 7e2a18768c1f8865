"""Every page of a school that has no browser test of its own: looked at by axe, and held to a telephone's width.

Pages are found in the URLconf, so a new one is looked at without being listed here.
"""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from absence.actions.tasks import ask_for
from absence.models import Task
from attendance_mat.accounts.roles import Role
from attendance_mat.admission.actions.leaving import propose_leaving
from attendance_mat.admission.actions.missing import open_missing
from attendance_mat.admission.actions.returns import make_return
from letters.actions.notices import plan_notice
from registers.actions.mustering import begin_muster
from registers.models import ExpectedMark, Pupil
from tests import pages
from tests.absence.leave import ask
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import MONDAY_MORNING
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session, make_sessions
from tests.registers.calls import reported
from tests.registers.closing_school import School
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.enable_socket,
]
TODAY = dt.date(2026, 11, 23)
TELEPHONE, DESK = 390, 1280
# Each of these has axe in a test of its own, which makes what it shows.
LOOKED_AT_ALREADY = frozenset({
    "registers:take", "registers:cover", "registers:print-registers", "registers:print-evacuation",
    "registers:register-quality", "escalation:cases", "escalation:case", "escalation:policy",
    "escalation:simulate-policy", "escalation:weekly-review", "escalation:impact", "escalation:pupil-stages",
    "escalation:why", "escalation:early-warning", "figures:targets",
})  # fmt: skip


@pytest.fixture(autouse=True)
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep what the school's pages keep in folders of this test's own."""
    monkeypatch.setattr(settings, "PAPER_DIR", tmp_path / "paper")
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")


@pytest.fixture
def numbers(live_school: LiveSchool) -> dict[str, int]:
    """Make a school in which there is something on every page; return the number of each thing, as URLs name it."""
    people, school = live_school.people, live_school
    make_sessions(dt.date(2026, 11, 9), 25)
    group = make_group()
    pupil = make_pupil(surname="Featherstonehaugh-Cholmondeley", forename="Maximiliana", group=group)
    contact = make_contact(pupil, may_collect=True)
    for day, code in ((16, "N"), (17, "L"), (18, "O")):
        session = make_session(dt.date(2026, 11, day))
        make_mark(pupil, session, code, by=people.tess, minutes_late=10 if code == "L" else None)
    trip(pupil, school)
    case = open_missing(make_pupil(surname="Gone"), identified_on=TODAY, by=people.alma, at=MONDAY_MORNING)
    task = ask_for(
        Task.Kind.CALL, words="Ring back about the dentist", origin="call 1", due_at=MONDAY_MORNING, by=people.alma,
        at=MONDAY_MORNING, of=Role.HEADTEACHER, pupil=pupil,
    )  # fmt: skip
    report = reported(make_pupil(surname="Ill", group=group), by=people.alma)
    asked = ask(pupil, by=people.alma, at=MONDAY_MORNING, asked_by=contact)
    closure = School(people, MONDAY_MORNING).declare(from_date=dt.date(2026, 12, 10), until_date=dt.date(2026, 12, 11))
    muster = begin_muster(is_drill=True, by=people.ben, at=MONDAY_MORNING)
    lesson = make_lesson(make_teaching_group("9A/1", pupil), make_period(1), teacher=people.tess.user)
    leaver = make_pupil(surname="Leaver")
    removal = propose_leaving(leaver, ground="i", by=people.alma, at=MONDAY_MORNING)
    due = make_return("joining", leaver.roll_periods.get(), due=dt.date(2026, 11, 20), at=MONDAY_MORNING)
    notice = plan_notice(
        subject="The new term", words="It begins on Monday.", due_date=TODAY, by=people.ben, at=MONDAY_MORNING
    )
    return {
        "pupil_id": pupil.pk, "group_id": group.pk, "case_id": case.pk, "task_id": task.pk, "report_id": report.pk,
        "request_id": asked.pk, "closure_id": closure.pk, "muster_id": muster.pk, "lesson_id": lesson.pk,
        "contact_id": contact.pk, "removal_id": removal.pk, "return_id": due.pk, "notice_id": notice.pk,
    }  # fmt: skip


def trip(pupil: Pupil, school: LiveSchool) -> None:
    """Expect a pupil on a trip on the Monday."""
    by = school.people.ben
    ExpectedMark.objects.create(
        pupil=pupil, from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), code="V", nature="Museum",
        origin="trip: Museum", granted_by=by.user, granted_by_name=by.name, granted_by_role=by.role,
        granted_at=MONDAY_MORNING,
    )  # fmt: skip


def to_look_at(live_school: LiveSchool, numbers: dict[str, int]) -> list[str]:
    """Return the addresses at which the head is given a page."""
    client = Client()
    client.force_login(live_school.people.user("ben"))
    found = []
    for each in pages.pages(in_school=True):
        if each.name in LOOKED_AT_ALREADY or each.name.startswith("web:"):
            continue
        address = each.address(**numbers)
        response = client.get(address)
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            found.append(address)
    return found


def complaints(page: Page, address: str) -> list[str]:
    """Return what axe finds on a page as wide as a desk's, and whether it runs over a telephone's edge."""
    page.set_viewport_size({"width": DESK, "height": 900})
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.ok, address
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    said = faults(page)
    page.set_viewport_size({"width": TELEPHONE, "height": 844})
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    return [*said, *([f"runs over the edge: {wide}"] if wide > TELEPHONE else [])]


def test_axe_finds_nothing_on_any_page_and_none_runs_over_a_telephone(
    live_school: LiveSchool, numbers: dict[str, int]
) -> None:
    addresses = to_look_at(live_school, numbers)
    page = live_school.page("ben")
    found = {address: complaints(page, address) for address in addresses}
    assert not {address: said for address, said in found.items() if said}
    assert len(addresses) > 60
