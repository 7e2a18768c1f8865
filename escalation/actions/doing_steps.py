"""What people do with the steps of a case: add, do, decide, cancel. A review decides whether a stage ends."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.ladder import Does
from escalation.actions.endings import leave_stage
from escalation.actions.steps import Occasion, bring_up_to_date, cancel_steps, note
from escalation.models import Case, CaseTask, Organisation, PupilStage
from escalation.queries import ladder as queries
from escalation.queries.cases import locked as locked_case
from escalation.queries.cases import refuse_family
from escalation.rules.ladder import find_stage, review_day
from letters.actions import withdraw_letter
from letters.models import Letter
from registers.models import Session

STAY, LEAVE = "Stay at the stage", "Leave the stage"
REVIEW: Final = (STAY, LEAVE)
PENALTY: Final = ("Seek a penalty notice", "Seek none")
CLOSED: Final = "This case is closed. Nothing was changed."
NOT_TO_DO: Final = "This step has been done or cancelled already. Nothing was changed."
CHOOSE: Final = "Choose one of the options. Nothing was changed."
NO_CHOICE: Final = "This step offers nothing to choose. Nothing was changed."
SENT: Final = "The letter was sent."


@transaction.atomic
def add_step(
    case: Case, *, does: str, words: str, role: str, due_date: dt.date, occasion: Occasion,
    organisation: Organisation | None = None,
) -> CaseTask:  # fmt: skip
    """Put a step of one's own into a case, with the organisation of the directory that helps in it (HCC-7.02)."""
    case = _workable(case, occasion)
    task = CaseTask.objects.create(
        case=case,
        does=Does(does),
        words=words,
        role=role,
        due_date=due_date,
        organisation=organisation,
        made_at=occasion.at,
    )
    bring_up_to_date(case, occasion.ladders)
    return task


@transaction.atomic
def offer_penalty(case: Case, *, because: str, occasion: Occasion) -> CaseTask:
    """Put before the head, in an open case, whether to seek a penalty notice: today, with both answers (JTM-7.09)."""
    task = CaseTask.objects.create(
        case=case,
        does=Does.DECISION,
        words=because,
        role=Role.HEADTEACHER,
        due_date=occasion.on,
        options=list(PENALTY),
        made_at=occasion.at,
    )
    bring_up_to_date(case, occasion.ladders)
    return task


@transaction.atomic
def do_step(
    task: CaseTask, *, outcome: str, occasion: Occasion, chosen: str = "", organisation: Organisation | None = None
) -> CaseTask:
    """Record that a step was done and what came of it; a decision chooses one of its options, with the reason."""
    task, case = _to_do(task, occasion)
    if task.options and chosen not in task.options:
        raise ValidationError(CHOOSE)
    if chosen and not task.options:
        raise ValidationError(NO_CHOICE)
    task.organisation = organisation or task.organisation
    _done(task, outcome=outcome, chosen=chosen, occasion=occasion)
    said = f"{chosen}. {outcome}" if chosen else outcome
    note(case, f"Done: {task.words} {said}", by=occasion.by, at=occasion.at)
    if tuple(task.options) == REVIEW and task.stage:
        _reviewed(task.stage, chosen, outcome, occasion)
    case.refresh_from_db()
    bring_up_to_date(case, occasion.ladders)
    return task


@transaction.atomic
def cancel_step(task: CaseTask, *, because: str, occasion: Occasion) -> CaseTask:
    """Cancel a step that is not to be done, and say why; its letter, if nobody has sent it, is withdrawn."""
    task, case = _to_do(task, occasion)
    if task.letter and task.letter.state == Letter.State.PROPOSED:
        withdraw_letter(task.letter, because=because, by=occasion.by, at=occasion.at)
    cancel_steps([task], because=because, at=occasion.at)
    note(case, f"Not to be done: {task.words} {because}", by=occasion.by, at=occasion.at)
    bring_up_to_date(case, occasion.ladders)
    return task


@transaction.atomic
def settle_letter_step(letter: Letter, *, occasion: Occasion) -> None:
    """Let a step end with its letter: done once it is sent, cancelled once it is withdrawn."""
    tasks = CaseTask.objects.select_for_update(of=("self",)).filter(queries.TO_DO, letter=letter)
    for task in tasks.select_related("case"):
        if letter.state == Letter.State.SENT:
            _done(task, outcome=SENT, chosen="", occasion=occasion)
        else:
            cancel_steps([task], because=letter.withdrawn_because, at=occasion.at)
        bring_up_to_date(locked_case(task.case), occasion.ladders)


def _done(task: CaseTask, *, outcome: str, chosen: str, occasion: Occasion) -> None:
    by = occasion.by
    task.done_at, task.done_by, task.done_by_name = occasion.at, by.user, by.name
    task.outcome, task.chosen = outcome, chosen
    task.save(update_fields=["done_at", "done_by", "done_by_name", "outcome", "chosen", "organisation"])
    record(Event.CASE_TASK_DONE, task, by=by, at=occasion.at, pupil=task.case.pupil_id, case=task.case_id,
           stage=task.stage_id, does=task.does)  # fmt: skip


def _reviewed(row: PupilStage, chosen: str, outcome: str, occasion: Occasion) -> None:
    """Do what a review decided: the pupil leaves the stage, or stays there until the next review."""
    row = queries.locked(row)
    if row.left_on or row.withdrawn_at:
        return
    row.reviewed_at = occasion.at
    if chosen == LEAVE:
        row.save(update_fields=["reviewed_at"])
        leave_stage(row, because=outcome, occasion=occasion)
        return
    stage = find_stage(occasion.ladders, row.stage)
    days = Session.objects.filter(date__gt=occasion.on).values_list("date", flat=True).distinct()
    row.review_on = review_day(stage.review, occasion.on, days) if stage and stage.review else None
    row.save(update_fields=["reviewed_at", "review_on"])


def _workable(case: Case, occasion: Occasion) -> Case:
    queries.take_turns(case.pupil_id)
    case = locked_case(case)
    refuse_family(case.pupil, occasion.by)
    if case.closed_at:
        raise ValidationError(CLOSED)
    return case


def _to_do(task: CaseTask, occasion: Occasion) -> tuple[CaseTask, Case]:
    """Return a step and its case, both held; ValidationError where it is not to be done any more."""
    case = _workable(task.case, occasion)
    task = CaseTask.objects.select_for_update(of=("self",)).select_related("stage", "letter").get(pk=task.pk)
    if task.done_at or task.cancelled_at:
        raise ValidationError(NOT_TO_DO)
    task.case = case
    return task, case
