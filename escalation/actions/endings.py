"""Pupils leave stages: what ends one is met, a person ends it, or corrected marks undo what led to it."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import as_date, day
from escalation.actions.steps import Occasion, bring_up_to_date, cancel_steps, figures_of, make_steps, note
from escalation.models import CaseTask, Finding, PupilStage
from escalation.queries import ladder as queries
from escalation.queries.cases import open_case_of, refuse_family
from escalation.rules.ladder import find_stage
from letters.actions import flag_letter, withdraw_letter
from letters.models import Letter

OVER: Final = "The pupil is not at this stage any more. Nothing was changed."
NO_LONGER: Final = "The line is no longer crossed."


@transaction.atomic
def leave_stage(row: PupilStage, *, because: str, occasion: Occasion) -> PupilStage:
    """End a pupil's time at a stage, and say why; what the policy asks for on leaving goes into the case.

    It asks for nothing where a hold lasts, or the pupil has died or left the school.
    """
    row = queries.locked(row)
    refuse_family(row.pupil, occasion.by)
    if row.entered_on is None or row.left_on or row.withdrawn_at:
        raise ValidationError(OVER)
    leave_quietly(row, because=because, by=occasion.by, at=occasion.at)
    stage = find_stage(occasion.ladders, row.stage)
    case = open_case_of(row.pupil_id)
    if case:
        note(case, f"Left “{row.label}”. {because}", by=occasion.by, at=occasion.at)
        if stage and queries.standings([row.pupil_id], on=occasion.on)[row.pupil_id].may_be_written_about(occasion.on):
            make_steps(row, case, stage.on_leaving, figures=figures_of(row, row.finding), occasion=occasion)
        bring_up_to_date(case, occasion.ladders)
    return row


def leave_quietly(row: PupilStage, *, because: str, by: Member, at: dt.datetime) -> None:
    """End a time at a stage with what it still asks for, and nothing more. In the caller's transaction."""
    row.left_on, row.left_because = as_date(at), because
    row.save(update_fields=["left_on", "left_because"])
    _take_back(row, because=because, by=by, at=at, sent_too=False)
    record(Event.STAGE_LEFT, row, by=by, at=at, pupil=row.pupil_id, stage=row.stage)


def drop_proposal(
    row: PupilStage, *, because: str, acted_until: dt.date, review_on: dt.date | None, by: Member, at: dt.datetime
) -> None:
    """Take back a stage not yet entered, so that the same crossing does not propose it again before its review."""
    row.withdrawn_at, row.withdrawn_because = at, because
    row.acted_until_date, row.review_on = acted_until, review_on
    row.save(update_fields=["withdrawn_at", "withdrawn_because", "acted_until_date", "review_on"])
    record(Event.STAGE_WITHDRAWN, row, by=by, at=at, pupil=row.pupil_id, stage=row.stage)


@transaction.atomic
def withdraw_stages(finding: Finding, *, undone: bool, occasion: Occasion) -> None:
    """Take back what a crossing led to, once its line is no longer crossed.

    A stage that waits for agreement is withdrawn. One that has been entered is withdrawn only where corrected marks
    have undone the crossing (`undone`) and none of its letters has been sent; otherwise a person decides. Letters not
    yet sent are withdrawn and sent ones flagged, steps not yet done cancelled, and the case says so.
    """
    queries.take_turns(finding.pupil_id)
    for row in PupilStage.objects.filter(queries.RUNNING, finding=finding).select_related("case", "pupil"):
        if row.entered_on and not undone:
            continue
        reason = "Corrected marks no longer bear it out." if undone else NO_LONGER
        because = f"“{row.label}”, crossed on {day(finding.reached_on)}. {reason}"
        was_sent = _take_back(row, because=because, by=occasion.by, at=occasion.at, sent_too=True)
        if not was_sent:
            row.withdrawn_at, row.withdrawn_because = occasion.at, because
            row.save(update_fields=["withdrawn_at", "withdrawn_because"])
            record(Event.STAGE_WITHDRAWN, row, by=occasion.by, at=occasion.at, pupil=row.pupil_id, stage=row.stage)
        if row.case and row.case.closed_at is None:
            note(row.case, because, by=occasion.by, at=occasion.at)
            bring_up_to_date(row.case, occasion.ladders)


def _take_back(row: PupilStage, *, because: str, by: Member, at: dt.datetime, sent_too: bool) -> bool:
    """Cancel a stage's steps still to do and withdraw its letters not yet sent; flag sent ones where asked to.

    Return whether any of its letters has been sent.
    """
    tasks = list(CaseTask.objects.filter(stage=row).select_related("letter"))
    letters = [task.letter for task in tasks if task.letter]
    for letter in letters:
        if letter.state == Letter.State.PROPOSED:
            withdraw_letter(letter, because=because, by=by, at=at)
        elif letter.state == Letter.State.SENT and sent_too:
            flag_letter(letter, because=because, by=by, at=at)
    cancel_steps([task for task in tasks if task.done_at is None and task.cancelled_at is None], because=because, at=at)
    return any(letter.state == Letter.State.SENT for letter in letters)
