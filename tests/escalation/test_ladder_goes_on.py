"""What a ladder leaves alone when one thing is undone, fails or is not to be done."""

import datetime as dt

import pytest

from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation import actions
from escalation.models import Case, CaseTask, Finding, PupilStage
from letters.models import Letter
from registers.models import Pupil
from tests.escalation.entering import TODAY, drafted, enter
from tests.escalation.on_the_ladder import (
    make_crossing,
    occasion,
)
from tests.factories import make_pupil
from tests.people import People


@pytest.mark.parametrize("closed", [False, True])
def test_a_national_line_undone_takes_back_its_own_letter_and_no_stage_s(
    closed: bool, alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    line = make_crossing(pupil, "ten_in_ten_weeks")
    case = actions.follow_up_crossing(line, school=alder, policy=policy_for(alder), by=people.ben, at=monday_morning)
    assert case is not None
    if closed:
        actions.close_case(case, because="Settled.", by=people.alma, at=monday_morning)
    row = enter(pupil, "first", alder, people, monday_morning)
    assert (row.case == case) is not closed

    actions.undo_crossing(line, by=people.ben, at=monday_morning)

    assert drafted() == [("attendance-concern", "withdrawn"), ("concern-letter-1", "proposed")]


def test_no_case_is_opened_for_a_pupil_who_has_died(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    pupil.died_on = TODAY
    pupil.save(update_fields=["died_on"])
    line = make_crossing(pupil, "ten_in_ten_weeks")

    actions.follow_up_crossing(line, school=alder, policy=policy_for(alder), by=people.ben, at=monday_morning)

    assert not Case.objects.exists()


def test_a_stage_that_cannot_be_proposed_does_not_hold_up_the_others(
    alder: School, pupil: Pupil, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_crossing(pupil)
    make_crossing(other := make_pupil())
    propose = actions.crossings.propose_stage

    def fails_for_the_first(finding: Finding, **rest: object) -> object:
        if finding.pupil_id == pupil.pk:
            message = "No."
            raise RuntimeError(message)
        return propose(finding, **rest)

    monkeypatch.setattr(actions.crossings, "propose_stage", fails_for_the_first)
    actions.follow_up_stages(occasion(alder, monday_morning))

    assert [row.pupil for row in PupilStage.objects.all()] == [other]


def test_a_letter_whose_step_is_not_to_be_done_can_no_longer_go(
    alder: School, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    row = enter(pupil, "first", alder, people, monday_morning)
    step = CaseTask.objects.get(stage=row, does="letter")

    officer = occasion(alder, monday_morning, people.alma)
    actions.cancel_step(step, because="Spoken with the mother.", occasion=officer)
    handle_waiting_events(at=monday_morning)

    assert Letter.objects.get().withdrawn_because == "Spoken with the mother."
    step.refresh_from_db()
    assert step.cancelled_because == "Spoken with the mother."
