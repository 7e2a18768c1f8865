"""history.csv: what it may not say, and why."""

import datetime as dt

import pytest

from attendance_mat.trust.models import School
from escalation.models import PastStep, PupilStage
from registers.models import FamilyTie, Pupil
from tests.escalation.histories import History, row
from tests.escalation.ladders import set_stages
from tests.factories import make_contact
from tests.people import People


@pytest.mark.parametrize(
    ("given", "column", "why"),
    [
        ({"upn": "", "local_id": ""}, "upn", "There is no number to find a pupil by."),
        ({"upn": "B123456789012"}, "upn", "Unknown UPN: no such pupil here."),
        ({"upn": "", "local_id": "78"}, "local_id", "Unknown local_id: no such pupil here."),
        ({"kind": ""}, "kind", "The kind is empty."),
        ({"kind": "warning"}, "kind", "Not one of stage, letter, notice_to_improve, penalty."),
        ({"date": ""}, "date", "The date is empty."),
        ({"date": "2026-02-30"}, "date", "Bad date: there is no such day."),
        ({"date": "2026-11-24"}, "date", "The date is in the future. A history holds what has been done."),
        ({"date": "2024-08-30"}, "date", "The pupil was off roll on that day."),
        ({"name": "stage_nine"}, "name", "Unknown stage. There are: stage_one, stage_two."),
        ({"name": ""}, "name", "The name of the stage is empty. There are: stage_one, stage_two."),
        ({"name": "end-of-year"}, "name", "Unknown stage. There are: stage_one, stage_two."),
        ({"kind": "letter", "name": "shout"}, "name", "Unknown letter. There are: attendance-concern"),
        ({"kind": "penalty"}, "parent", "The parent is empty."),
        ({"kind": "notice_to_improve"}, "parent", "The parent is empty."),
        ({"kind": "penalty", "parent": "Otto Marsh"}, "parent", "Unknown parent: the pupil has no contact"),
        ({"parent": "Otto Marsh"}, "parent", "Unknown parent: the pupil has no contact"),
        ({"kind": "penalty", "parent": "Una Lund"}, "parent", "Two contacts of the pupil have this name"),
        ({"outcome": "x" * 101}, "outcome", "Too long: there is room for 100 characters."),
    ],
)
def test_what_cannot_stand_is_refused_with_its_line_and_why(
    history: History, ivy: Pupil, given: dict[str, str], column: str, why: str
) -> None:
    # Given a pupil who came in January 2025 after a year away, and two contacts named alike
    ivy.roll_periods.update(until_date=dt.date(2024, 7, 22))
    ivy.roll_periods.create(from_date=dt.date(2025, 1, 6))
    for _ in range(2):
        make_contact(ivy, name="Una Lund")

    # When a file has a good row and a bad one
    faults = history.faults(row(), row(date="2026-11-02", local_id="") | given)

    # Then it is refused with the place and the reason, and nothing of it is kept
    assert [(fault.line, fault.column) for fault in faults] == [(3, column)]
    assert faults[0].reason.startswith(why)
    assert not PastStep.objects.exists()


def test_the_same_step_on_two_lines_is_refused(history: History, ivy: Pupil) -> None:
    faults = history.faults(row(), row(upn="", local_id="77"))

    assert [(fault.line, fault.reason) for fault in faults] == [(3, "Duplicate row: this step is already on line 2.")]


def test_both_parents_may_have_a_penalty_on_one_day(history: History, ivy: Pupil) -> None:
    make_contact(ivy, name="Otto Marsh")

    history.take(*(row(kind="penalty", name="", parent=name) for name in ("Rosa Marsh", "Otto Marsh")))

    assert PastStep.objects.filter(kind="penalty").count() == 2


def test_another_outcome_of_a_step_that_is_in_is_refused_for_it_is_never_changed(history: History, ivy: Pupil) -> None:
    history.take(row(kind="penalty", name="", parent="Rosa Marsh", outcome="unpaid"))

    faults = history.faults(row(kind="penalty", name="", parent="Rosa Marsh", outcome="prosecuted"))

    assert faults[0].reason.startswith("This is in already with the outcome “unpaid”.")


def test_nobody_imports_what_was_done_about_their_own_family(history: History, ivy: Pupil, people: People) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=ivy)

    assert history.faults(row())[0].reason == "You are family of this child: someone else must enter this."


@pytest.mark.parametrize("entered_on", [None, dt.date(2026, 10, 5)])
def test_a_history_does_not_write_over_a_stage_that_the_registers_led_to(
    history: History, ivy: Pupil, monday_morning: dt.datetime, entered_on: dt.date | None
) -> None:
    # Given a pupil whom a crossing put at a stage here, or for whom it is proposed
    PupilStage.objects.create(
        pupil=ivy, pack="national", ladder="attendance", stage="stage_two", source="crossing", entered_on=entered_on,
        proposed_at=monday_morning, entered_at=monday_morning if entered_on else None,
    )  # fmt: skip

    # When a history says that it was reached after that, then that row is refused
    faults = history.faults(row())
    assert faults[0].reason == "The pupil has come to this stage here since. A history holds what was done before that."


def test_a_policy_without_stages_says_so(history: History, ivy: Pupil, alder: School, people: People) -> None:
    set_stages(alder, by=people.alma, from_date=dt.date(2026, 9, 1))

    assert history.faults(row())[0].reason == "Unknown stage. The policy of the school has no stages."
