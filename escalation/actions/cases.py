"""Cases: opened by a crossing, worked by a person, and told when the ground of it has gone."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Does
from attendance_mat.policy.schema import FollowUp, FollowUps
from attendance_mat.trust.models import School
from attendance_mat.web.formats import as_date, day
from escalation.actions.endings import drop_proposal, leave_quietly
from escalation.actions.steps import cancel_steps, note
from escalation.models import Case, CaseNote, CaseTask, Finding
from escalation.queries import cases as queries
from escalation.queries import ladder
from letters.actions import flag_letter, propose_letter, withdraw_letter
from letters.models import Letter
from registers.queries.sessions import nth_school_day_after

LETTER: Final = "attendance-concern"
HELD: Final = "No letter was drafted: a hold lasts for this pupil."
CLOSED: Final = "This case is closed. Nothing was changed."


@transaction.atomic
def follow_up_crossing(finding: Finding, *, school: School, policy: Policy, by: Member, at: dt.datetime) -> Case | None:
    """Do what policy says of a new crossing: open a case, and propose a letter with the figures as they stood.

    A pupil who has an open case keeps that one, with a note. Nothing follows where policy opens no case, where the
    line was crossed before the school went live, where the crossing has been undone since (decision 18), or the pupil
    has died.
    """
    step = policy.terms(FollowUps, on=finding.reached_on).of(finding.rule)
    over = finding.reached_on < school.go_live_date or finding.cleared_on or finding.pupil.died_on
    if step is None or not step.opens_case or over:
        return None
    ladder.take_turns(finding.pupil_id)
    case = queries.open_case_of(finding.pupil_id)
    if case:
        words = f"Another line was crossed on {day(finding.reached_on)}. {finding.evidence['arithmetic']}"
        note(case, words, by=by, at=at)
        _ask_for(case, step.next_step, nth_school_day_after(at.date(), step.due_school_days or 1), at=at)
        return case
    case = _open_case(finding, step, by=by, at=at)
    if ladder.is_held(ladder.holds_of(finding.pupil_id), as_date(at)):
        note(case, HELD, by=by, at=at)
        return case
    origin = queries.origin_of(case)
    propose_letter(finding.pupil, template=LETTER, origin=origin, figures=finding.evidence, by=by, at=at)
    return case


@transaction.atomic
def undo_crossing(finding: Finding, *, by: Member, at: dt.datetime) -> None:
    """Take back what a crossing led to, now that amended marks no longer bear it out.

    A letter not yet sent is withdrawn and a sent one flagged, also of a case that has been closed; the case says so,
    and a person decides what follows.
    """
    because = f"{finding.label}, crossed on {day(finding.reached_on)}: amended marks no longer bear it out."
    for case in Case.objects.select_for_update().filter(opened_because=finding):
        note(case, because, by=by, at=at)
        of_crossing = Letter.objects.filter(origin=queries.origin_of(case))  # not those of stages in the same case
        for letter in of_crossing.exclude(state=Letter.State.WITHDRAWN):
            settle = flag_letter if letter.state == Letter.State.SENT else withdraw_letter
            settle(letter, because=because, by=by, at=at)


@transaction.atomic
def assign_owner(case: Case, *, owner: User, by: Member, at: dt.datetime) -> Case:
    """Give a case to a person, who works it from now on."""
    case = _workable(case, by)
    case.owner = owner
    case.save(update_fields=["owner"])
    note(case, f"Given to {owner.name}.", by=by, at=at)
    record(Event.CASE_MOVED, case, by=by, at=at, pupil=case.pupil_id, owner=owner.pk)
    return case


@transaction.atomic
def move_case_on(case: Case, *, stage: str, next_step: str, due_date: dt.date, by: Member, at: dt.datetime) -> Case:
    """Say where a case stands, what comes next and by when."""
    case = _workable(case, by)
    case.stage, case.next_step, case.due_date = stage, next_step, due_date
    case.save(update_fields=["stage", "next_step", "due_date"])
    _ask_for(case, next_step, due_date, role=by.role, at=at)
    note(case, f"{stage}. Next, by {day(due_date)}: {next_step}", by=by, at=at)
    record(Event.CASE_MOVED, case, by=by, at=at, pupil=case.pupil_id, due=due_date.isoformat())
    return case


@transaction.atomic
def add_note(case: Case, *, words: str, restricted: bool = False, by: Member, at: dt.datetime) -> CaseNote:
    """Write down what was done or decided; restricted, for the safeguarding lead and the head alone."""
    return note(_workable(case, by), words, restricted=restricted, by=by, at=at)


@transaction.atomic
def close_case(case: Case, *, because: str, by: Member, at: dt.datetime) -> Case:
    """Close a case, and say why. The pupil leaves the stages of it, and its steps still to do are cancelled."""
    case = _workable(case, by)
    for row in ladder.stages_in(case):
        if row.entered_on:
            leave_quietly(row, because=because, by=by, at=at)
        else:
            drop_proposal(row, because=because, acted_until=as_date(at), review_on=None, by=by, at=at)
    cancel_steps(ladder.tasks_of(case).filter(ladder.TO_DO), because=because, at=at)
    case.closed_at, case.closed_because = at, because
    case.save(update_fields=["closed_at", "closed_because"])
    note(case, f"Closed. {because}", by=by, at=at)
    record(Event.CASE_CLOSED, case, by=by, at=at, pupil=case.pupil_id)
    return case


def _open_case(finding: Finding, step: FollowUp, *, by: Member, at: dt.datetime) -> Case:
    case = Case.objects.create(
        pupil=finding.pupil,
        opened_because=finding,
        stage=finding.label,
        next_step=step.next_step,
        due_date=nth_school_day_after(at.date(), step.due_school_days or 1),
        opened_at=at,
    )
    _ask_for(case, case.next_step, case.due_date, at=at)
    note(case, f"Opened. {finding.evidence['arithmetic']}", by=by, at=at)
    record(Event.CASE_OPENED, case, by=by, at=at, pupil=case.pupil_id, finding=finding.pk, rule=finding.rule)
    return case


def _ask_for(
    case: Case, words: str, due_date: dt.date, *, at: dt.datetime, role: str = Role.ATTENDANCE_OFFICER
) -> None:
    """Put a step into a case, so that it is among those still to do."""
    CaseTask.objects.create(case=case, does=Does.TASK, words=words, role=role, due_date=due_date, made_at=at)


def _workable(case: Case, by: Member) -> Case:
    """Return a case held for a change; ValidationError if it is closed or of the member's own family."""
    ladder.take_turns(case.pupil_id)
    case = queries.locked(case)
    queries.refuse_family(case.pupil, by)
    if case.closed_at:
        raise ValidationError(CLOSED)
    return case
