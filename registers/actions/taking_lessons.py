"""Taking a lesson's register, by the save protocol of the statutory ones (decision 7) and apart from them.

A lesson's register is open until it is finished or the lesson is over; then a change is an amendment with a reason.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.audit.record import record
from registers.actions.deciding_lessons import (
    NOT_HELD,
    Decided,
    LessonEntry,
    decide,
    opens_at,
    reply_to,
    require_sense,
    times_of,
    write,
)
from registers.actions.entering import school_policy, starts_at
from registers.actions.saving import Reply, answered_once
from registers.actions.supplying import finish_supplied, supplied_by, supply
from registers.models import LessonMark, LessonRegister, Session, TimetabledLesson
from registers.queries.cancelling import cancellation_of, cancelled_at, with_cancellation
from registers.queries.doubles import first_of_double
from registers.queries.lessons import (
    LessonRow,
    is_on_timetable,
    last_filling,
    lesson_rows,
    times_on,
)
from registers.queries.taking import acted_on
from registers.rules.calendar import Half
from registers.rules.lessons import IN_SCHOOL, LessonCode, carried_over
from registers.rules.marks import Outcome


class Proposal(NamedTuple):
    """A mark that the first lesson of a double proposes for the second."""

    code: str
    place: str
    until_at: dt.datetime | None


def half_of(register: LessonRegister) -> Half:
    """Return the session a lesson falls in. No query in a request.

    It is the one whose marks it supplies, else the afternoon's from when that session starts.
    """
    supplied = supplied_by(register)
    if supplied:
        return supplied
    afternoon = starts_at(Session(date=register.date, half=Half.PM), policy=school_policy())
    return Half.PM if register.starts_at >= afternoon else Half.AM


def rows_of(register: LessonRegister, *, by: Member) -> list[LessonRow]:
    """Return the children of a lesson's register. One query."""
    return lesson_rows(register, half_of(register), by=by)


def still_to_mark(rows: Iterable[LessonRow]) -> list[LessonRow]:
    """Return the children with neither a mark nor an expected absence."""
    return [row for row in rows if not row.code and not row.is_away]


def may_be_filled(row: LessonRow) -> bool:
    """Say whether "everyone else is present" may mark a child: not one whom registration has as absent, nor one whom a
    parent reported absent and registration has not seen."""
    return not row.is_own_family and (row.registered_code in IN_SCHOOL or not (row.registered_code or row.reported))


@transaction.atomic
def open_lesson_register(lesson: TimetabledLesson, on: dt.date, *, by: Member, at: dt.datetime) -> LessonRegister:
    """Return a lesson's register of a day, opened now if nobody has.

    Raises ValidationError until shortly before the lesson, on a day off the timetable, and where it is cancelled.
    """
    begins, ends = times_on(lesson, on)
    if at < opens_at(begins, on=on):
        message = "This register cannot be opened yet: its lesson is still to come."
        raise ValidationError(message)
    if not lesson.supplies and not is_on_timetable(on):
        message = "There are no timetabled lessons on this day."
        raise ValidationError(message)
    if cancellation_of(lesson, on):
        raise ValidationError(NOT_HELD)
    register, is_new = LessonRegister.objects.get_or_create(
        lesson=lesson, date=on, defaults={"starts_at": begins, "ends_at": ends, "opened_at": at}
    )
    if is_new:
        record(Event.LESSON_REGISTER_OPENED, register, by=by, at=at, lesson=lesson.pk, group=lesson.group_id)
    return register


def save_lesson_marks(
    register: LessonRegister, entries: Sequence[LessonEntry], *, key: UUID, digest: str, by: Member, at: dt.datetime
) -> Reply:
    """Save a batch of lesson marks and return the reply, row by row, as `save_marks` does for the statutory ones."""
    return answered_once(lambda: _save(register, entries, by=by, at=at), key=key, digest=digest, by=by, at=at)


@transaction.atomic
def mark_everyone_else_there(register: LessonRegister, *, number: int, by: Member, at: dt.datetime) -> int:
    """Mark present every child with neither a mark nor an expected absence, and return how many.

    Leaves out one's own family and whoever registration has as absent. `number` is what the person was shown: if
    more are blank now, someone changed the register meanwhile and nothing is marked.
    """
    register = _lock_held(register)
    rows = [row for row in still_to_mark(rows_of(register, by=by)) if may_be_filled(row)]
    if len(rows) > number:
        message = f"{len(rows)} children have no mark now, not {number}. Look at the register again."
        raise ValidationError(message)
    entries = [LessonEntry(row.pupil_id, LessonCode.PRESENT, base=row.base, made_at=at) for row in rows]
    marked = _act(entries, rows, register, by=by, at=at)
    if marked:
        record(Event.LESSON_EVERYONE_ELSE_PRESENT, register, by=by, at=at, marks=marked)
    return len(marked)


@transaction.atomic
def undo_everyone_else_there(register: LessonRegister, *, by: Member, at: dt.datetime) -> int:
    """Clear the marks of the last such act that nobody has changed since; return how many. Open registers only."""
    register = lock(register)
    act, is_open = last_filling(register), times_of(register).is_open(at)
    if act is None or not is_open:
        message = "There is nothing to undo." if is_open else "The lesson is over: a mark can only be amended."
        raise ValidationError(message)
    rows = still_filled(act, rows_of(register, by=by))
    entries = [LessonEntry(row.pupil_id, "", base=row.base, made_at=at) for row in rows]
    cleared = _act(entries, rows, register, by=by, at=at)
    record(Event.LESSON_EVERYONE_ELSE_UNDONE, register, by=by, at=at, marks=[pk for pk, _ in cleared])
    return len(cleared)


def still_filled(act: AuditEvent | None, rows: Iterable[LessonRow]) -> list[LessonRow]:
    """Return the children whom an act of marking everyone else present marked and nobody has since. No query."""
    stand = acted_on(act)
    return [row for row in rows if row.code and row.mark and (row.mark.id, row.mark.changes) in stand]


@transaction.atomic
def carry_over(register: LessonRegister, *, number: int, by: Member, at: dt.datetime) -> int:
    """Mark every child who has no mark as the first lesson of a double said, and return how many; one act.

    Nothing that is marked is changed. `number` is what the person was shown, as for "everyone else is present".
    """
    register = _lock_held(register)
    rows = rows_of(register, by=by)
    proposed = proposals(register, rows)
    if len(proposed) > number:
        message = f"{len(proposed)} marks would be carried over now, not {number}. Look at the register again."
        raise ValidationError(message)
    chosen = [row for row in rows if row.pupil_id in proposed]
    entries = [
        LessonEntry(row.pupil_id, mark.code, row.base, made_at=at, place=mark.place, until_at=mark.until_at)
        for row in chosen
        for mark in [proposed[row.pupil_id]]
    ]
    marked = _act(entries, chosen, register, by=by, at=at)
    if marked:
        record(Event.LESSON_CARRIED_OVER, register, by=by, at=at, marks=marked)
    return len(marked)


def proposals(register: LessonRegister, rows: Iterable[LessonRow]) -> dict[int, Proposal]:
    """Return what the first lesson of a double proposes for the children of the second who have no mark.

    At most two queries; none of one's own family.
    """
    blank = {row.pupil_id for row in still_to_mark(rows) if not row.is_own_family}
    first = first_of_double(register) if blank else None
    if first is None:
        return {}
    marks = first.marks.filter(pupil__in=blank).exclude(code="")
    said = {mark.pupil_id: _proposed(mark, register) for mark in marks}
    return {pupil_id: mark for pupil_id, mark in said.items() if mark.code}


def _proposed(mark: LessonMark, register: LessonRegister) -> Proposal:
    code = carried_over(mark.code, until_at=mark.until_at, starts_at=register.starts_at)
    is_elsewhere = code == LessonCode.ELSEWHERE
    return Proposal(code, mark.place if is_elsewhere else "", mark.until_at if is_elsewhere else None)


def _act(
    entries: Sequence[LessonEntry], rows: Sequence[LessonRow], register: LessonRegister, *, by: Member, at: dt.datetime
) -> list[tuple[int, int]]:
    """Decide and write one press's entries, and the statutory marks they supply; return each mark as it stands."""
    decided = [decide(entry, row, register, by=by, at=at) for entry, row in zip(entries, rows, strict=True)]
    marked = write(decided, register, by=by, at=at)
    supply(register, _saved(decided), by=by, at=at)
    return marked


def _saved(decided: Iterable[Decided]) -> list[Decided]:
    return [one for one in decided if one.decision.outcome is Outcome.SAVED]


@transaction.atomic
def finish_lesson_register(
    register: LessonRegister, *, by: Member, at: dt.datetime, pressed_at: dt.datetime | None = None
) -> LessonRegister:
    """Finish a lesson's register once and for all. Raises ValidationError while children have no mark.

    `pressed_at` is when the person pressed Finish, where that came later.
    """
    register = lock(register)
    if register.finished_at is not None:
        return register
    if cancelled_at(register):
        raise ValidationError(NOT_HELD)
    rows = rows_of(register, by=by)
    left = len(still_to_mark(rows))
    if left:
        message = f"{left} {'child has' if left == 1 else 'children have'} no mark yet."
        raise ValidationError(message)
    register.finished_by, register.finished_at = by.user, at
    register.save(update_fields=["finished_by", "finished_at"])
    detail: dict[str, Any] = {"pupils": len(rows), "codes": dict(Counter(row.code for row in rows if row.code))}
    detail |= {"pressed_at": pressed_at.isoformat()} if pressed_at else {}
    finish_supplied(register, by=by, at=at)
    record(Event.LESSON_REGISTER_FINISHED, register, by=by, at=at, **detail)
    return register


def lock(register: LessonRegister) -> LessonRegister:
    """Return the register as it now stands, locked until the transaction ends: two people take turns. One query."""
    rows = with_cancellation(LessonRegister.objects.select_for_update(of=("self",)))
    return rows.select_related("lesson__group", "lesson__period").get(pk=register.pk)


def _lock_held(register: LessonRegister) -> LessonRegister:
    register = lock(register)
    if cancelled_at(register):
        raise ValidationError(NOT_HELD)
    return register


def _save(register: LessonRegister, entries: Sequence[LessonEntry], *, by: Member, at: dt.datetime) -> Reply:
    register = lock(register)
    rows = {row.pupil_id: row for row in rows_of(register, by=by)}
    require_sense(entries, rows, register, at)
    decided = [decide(entry, rows[entry.pupil_id], register, by=by, at=at) for entry in entries]
    write(decided, register, by=by, at=at)
    told = supply(register, _saved(decided), by=by, at=at)
    return reply_to(decided, rows, told, by=by, at=at)
