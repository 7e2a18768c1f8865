"""Evidence of illness under John Taylor's policy: it is asked for, and a person settles the code."""

import datetime as dt

import pytest

from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import CaseTask, PupilStage
from registers.models import Mark, Pupil
from tests.clauses import proves
from tests.clauses.law import beaten
from tests.clauses.schools import Adopt, Keyed
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

TERM = weekdays(dt.date(2026, 9, 7), 55)  # to Friday 20 November
FRIDAY = TERM[-1]


def live(adopt: Adopt) -> School:
    """Return a school that has followed the policy since September."""
    school = adopt("john_taylor")
    School.objects.filter(pk=school.pk).update(go_live_date=dt.date(2026, 9, 1))
    school.refresh_from_db()
    return school


def ill(said: str, people: People) -> Pupil:
    """Return a pupil with these marks since 7 September, two a day."""
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    hold([*TERM, *weekdays(dt.date(2026, 11, 23), 15)])
    take_registers({pupil: spell_out(TERM, said)}, by=people.tess)
    return pupil


def asked_after_the_night(school: School, at: dt.datetime) -> set[str]:
    """Do Friday's check and what follows it; return the stages from which evidence is asked for."""
    run = actions.run_threshold_check(school, as_of=FRIDAY, at=at)
    assert run is not None
    assert run.error == ""
    handle_waiting_events(at=at)
    actions.after_the_night(school, as_of=FRIDAY, at=at)
    asked = CaseTask.objects.filter(does="evidence", done_at=None, stage__isnull=False)
    return set(asked.values_list("stage__stage", flat=True))


@proves("JTM-5.02")
@pytest.mark.parametrize(("days", "asked"), [(4, False), (5, True)])
def test_the_fifth_day_of_illness_asks_for_evidence_and_changes_no_mark(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime, days: int, asked: bool
) -> None:
    beaten("JTM-5.02")
    school = live(adopt)
    pupil = ill("." * (110 - 2 * days) + "I" * (2 * days), people)

    assert ("evidence" in asked_after_the_night(school, monday_morning)) is asked
    assert PupilStage.objects.filter(pupil=pupil, stage="evidence").exists() is asked
    assert Mark.objects.filter(pupil=pupil, code="I").count() == 2 * days
    page_says("JTM-5.02")


@proves("JTM-5.03")
@pytest.mark.parametrize(("before", "asked"), [(4, False), (5, True)])
def test_a_further_illness_after_five_days_asks_for_evidence_and_changes_no_mark(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime, before: int, asked: bool
) -> None:
    # Given so many single days of illness, and one more on the Friday
    beaten("JTM-5.03")
    school = live(adopt)
    pupil = ill("........II" * before + "." * (108 - 10 * before) + "II", people)

    assert ("evidence" in asked_after_the_night(school, monday_morning)) is asked
    assert Mark.objects.filter(pupil=pupil, code="I").count() == 2 * before + 2
    page_says("JTM-5.03")


@proves("JTM-5.02", "JTM-5.03")
@pytest.mark.parametrize("code", ["I", "O"])
def test_with_or_without_evidence_a_named_person_enters_the_code(adopt: Adopt, keyed: Keyed, code: str) -> None:
    live(adopt)

    assert keyed(code) == ("saved", "")
    assert Mark.objects.get().made_by_name == "Alma Reyes"
