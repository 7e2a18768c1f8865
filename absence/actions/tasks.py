"""Tasks outside a case: asked for once, done by somebody with what came of it, or dropped with a reason."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.models import Task
from absence.queries import tasks as queries
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.entering import require_not_family
from registers.models import Pupil
from registers.queries.scope import SEES_HIDDEN_PUPILS
from registers.rules.calendar import LONDON

NO_OUTCOME: Final = "Say what was done, in a few words."
NO_REASON: Final = "Say why it need not be done."
FOR_OTHERS: Final = "Whoever this task is for settles it, or the headteacher."
NOT_THEIRS: Final = (
    "{} is not among those who may see this pupil. Have the safeguarding lead name them first, or give the lead this."
)
NO_LONGER: Final = "This task was dropped: {} Ask for another if it is to be done after all."


@transaction.atomic
def ask_for(
    kind: Task.Kind, *, words: str, origin: str, due_at: dt.datetime, by: Member, at: dt.datetime,
    of: Role | User, pupil: Pupil | None = None,
) -> Task:  # fmt: skip
    """Ask a role or a person to do something by a moment, and return the task.

    The same origin asking again for the same kind is given the task it has, done or dropped included. What a role is
    asked of a pupil hidden from it goes to the safeguarding lead (decision 11). Raises ValidationError for a person who
    may not find the pupil.
    """
    if isinstance(of, User) and not queries.may_be_given(of, pupil, school=current_school(), on=_day(at)):
        raise ValidationError(NOT_THEIRS.format(of.name))
    role, person = (role_told(of, pupil), None) if isinstance(of, Role) else ("", of)
    task, is_new = Task.objects.get_or_create(
        origin=origin,
        kind=kind,
        defaults={
            "pupil": pupil, "words": words.strip(), "role": role, "person": person, "due_at": due_at, "asked_at": at,
            "asked_by": by.user, "asked_by_name": by.name, "asked_by_role": by.role,
        },
    )  # fmt: skip
    if is_new:
        record(Event.TASK_ASKED_FOR, task, by=by, at=at, pupil=pupil.pk if pupil else None, task=task.kind)
    return task


def person_or(role: Role, person: User | None, pupil: Pupil, *, at: dt.datetime) -> Role | User:
    """Return the person, or the role where there is nobody or they may not find the pupil."""
    if person and queries.may_be_given(person, pupil, school=current_school(), on=_day(at)):
        return person
    return role


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(LONDON).date()


def role_told(role: Role, pupil: Pupil | None) -> Role:
    """Return the role, or the safeguarding lead where the pupil is hidden from the role."""
    is_hidden_from = pupil is not None and pupil.hidden and role not in SEES_HIDDEN_PUPILS
    return Role.SAFEGUARDING_LEAD if is_hidden_from else role


@transaction.atomic
def do_task(task: Task, *, outcome: str, by: Member, at: dt.datetime) -> Task:
    """Record what was done, by whom and when. A second press changes nothing.

    Raises ValidationError without words, of one's own family (decision 10), where the task was dropped, or where
    only the safeguarding lead settles it.
    """
    task = queries.locked(task)
    if task.done_at:
        return task
    if task.dropped_at:
        raise ValidationError(NO_LONGER.format(task.dropped_because))
    if not outcome.strip():
        raise ValidationError({"outcome": NO_OUTCOME})
    _require_theirs(task, by=by)
    task.done_at, task.done_by, task.done_by_name, task.outcome = at, by.user, by.name, outcome.strip()
    task.save(update_fields=["done_at", "done_by", "done_by_name", "outcome"])
    record(Event.TASK_DONE, task, by=by, at=at, pupil=task.pupil_id, task=task.kind)
    return task


@transaction.atomic
def drop_task(task: Task, *, because: str, by: Member, at: dt.datetime) -> Task:
    """Take a task off the list without its being done, with the reason. What is done or dropped stays as it is.

    Raises ValidationError without a reason, of one's own family, or where only the safeguarding lead settles it.
    """
    task = queries.locked(task)
    if task.done_at or task.dropped_at:
        return task
    if not because.strip():
        raise ValidationError({"outcome": NO_REASON})
    _require_theirs(task, by=by)
    task.dropped_at, task.dropped_because = at, because.strip()
    task.save(update_fields=["dropped_at", "dropped_because"])
    record(Event.TASK_DROPPED, task, by=by, at=at, pupil=task.pupil_id, task=task.kind)
    return task


def drop_tasks_of(origin: str, *, because: str, by: Member, at: dt.datetime, but: Collection[Task.Kind] = ()) -> int:
    """Drop whatever an origin asked for, nobody has done and the member may settle; return how many.

    What waits for the safeguarding lead goes on waiting when somebody else ends what it came of. Kinds in `but` stay.
    """
    waiting = queries.still_to_do().filter(origin=origin).exclude(kind__in=but)
    open_ones = [task for task in waiting if queries.may_settle(task, by)]
    return len([drop_task(task, because=because, by=by, at=at) for task in open_ones])


def _require_theirs(task: Task, *, by: Member) -> None:
    if by.user.is_machine:
        return
    if not queries.may_settle(task, by):
        raise ValidationError(FOR_OTHERS)
    if task.pupil_id:
        require_not_family(task.pupil_id, by=by)
