"""Taking a register: opening it, marking everyone else present, finishing it, closing it by the clock."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.audit.record import record, record_each
from attendance_mat.policy.adopted import Policy
from attendance_mat.published.models import FinishedRegister
from attendance_mat.trust.queries import current_school
from registers.actions.deciding import Decided, Desk, desk_at, events_of_changes, lock, write
from registers.actions.entering import Entry, closes_at, opens_at, times_of
from registers.models import Group, Mark, Register, Session, Source
from registers.queries.taking import RegisterRow, acted_on, blanks, last_everyone_else, register_rows
from registers.rules.codes import present_code
from registers.rules.day import Place, place_of
from registers.rules.marks import ChangeKind, Outcome, RowDecision


class BlanksLeftError(ValidationError):
    """A register cannot be finished while children have no mark."""

    def __init__(self, rows: list[RegisterRow]) -> None:
        count = len(rows)
        self.rows = rows
        super().__init__(f"{count} {'child has' if count == 1 else 'children have'} no mark yet.")


def open_register(group: Group, session: Session, *, policy: Policy, by: Member, at: dt.datetime) -> Register:
    """Return a group's register of a session, opened now if nobody has. Raises ValidationError before its time."""
    if at < opens_at(session, policy=policy):
        message = "This register cannot be opened yet: its session is still to come."
        raise ValidationError(message)
    return _opened(group, session, policy=policy, by=by, at=at)


@transaction.atomic
def _opened(group: Group, session: Session, *, policy: Policy, by: Member, at: dt.datetime) -> Register:
    closes = closes_at(session, policy=policy, group_id=group.pk)
    taken = {"taken_by": None, "taken_at": None} if by.user.is_machine else {"taken_by": by.user, "taken_at": at}
    register, is_new = Register.objects.get_or_create(
        session=session, group=group, defaults={"opened_at": at, "closes_at": closes, **taken}
    )
    if is_new:
        record(Event.REGISTER_OPENED, register, by=by, at=at, group=group.pk, session=session.pk)
    return register


@transaction.atomic
def mark_everyone_else_present(register: Register, *, number: int, by: Member, at: dt.datetime) -> int:
    """Mark present every child with neither a mark nor an expected absence; return how many.

    One act at one time. `number` is what the person was shown: if more are blank now, someone changed the register
    meanwhile, and nothing is marked. Leaves out one's own family, children whom a parent reported absent, who is signed
    out and, once closed, marks that were cleared.
    """
    desk = desk_at(lock(register), by=by, at=at)
    rows = [row for row in blanks(register_rows(desk.register, by=by)) if not row.is_marked_by_hand]
    rows = rows if desk.is_open else [row for row in rows if row.mark is None]
    if len(rows) > number:
        message = f"{len(rows)} children have no mark now, not {number}. Look at the register again."
        raise ValidationError(message)
    code = present_code(desk.half)
    marks, _ = write([_corrected(row, code, desk) for row in rows], desk)
    corrected = [[row.mark.id, row.mark.changes + 1] for row in rows if row.mark]
    if rows:
        stand = [*([mark.pk, 0] for mark in marks), *corrected]
        record(Event.EVERYONE_ELSE_PRESENT, desk.register, by=by, at=at, marks=stand)
    return len(rows)


@transaction.atomic
def undo_everyone_else_present(register: Register, *, by: Member, at: dt.datetime) -> int:
    """Clear the marks of the last such act that nobody has changed since; return how many. Open registers only."""
    desk = desk_at(lock(register), by=by, at=at)
    act = last_everyone_else(desk.register)
    if act is None or not desk.is_open:
        message = "There is nothing to undo." if desk.is_open else "The register is closed: a mark can only be amended."
        raise ValidationError(message)
    rows = still_filled(act, register_rows(desk.register, by=by))
    decided = [_corrected(row, "", desk) for row in rows]
    _, changes = write(decided, desk)
    record_each(events_of_changes(decided, changes), by=by, at=at)
    record(Event.EVERYONE_ELSE_UNDONE, desk.register, by=by, at=at, marks=[row.mark.id for row in rows if row.mark])
    return len(rows)


def still_filled(act: AuditEvent | None, rows: Iterable[RegisterRow]) -> list[RegisterRow]:
    """Return the children whom an act of marking everyone else present marked and nobody has since. No query."""
    stand = acted_on(act)
    return [row for row in rows if row.mark and row.code and (row.mark.id, row.mark.changes) in stand]


def _corrected(row: RegisterRow, code: str, desk: Desk) -> Decided:
    entry = Entry(row.pupil_id, code, base=row.base, made_at=desk.at)
    return Decided(entry, row, RowDecision(Outcome.SAVED, ChangeKind.CORRECTION if row.mark else None))


@transaction.atomic
def finish_register(
    register: Register, *, by: Member, at: dt.datetime, pressed_at: dt.datetime | None = None
) -> Register:
    """Finish a register once and for all, its expected absences made marks, and publish its counts.

    Raises BlanksLeftError while children have no mark; an expected activity that nobody has confirmed stays missing.
    `pressed_at` is when the person pressed Finish, where that came later.
    """
    register = lock(register)
    if register.finished_at is not None:
        return register
    rows = register_rows(register, by=by)
    left = blanks(rows)
    if left:
        raise BlanksLeftError(left)
    made = apply_expected(register, rows, at=at)
    register.finished_by, register.finished_at = by.user, at
    register.save(update_fields=["finished_by", "finished_at"])
    counts = _counts([row.code or made.get(row.pupil_id, "") for row in rows], on=register.session.date)
    FinishedRegister.objects.create(
        school=current_school(),
        date=register.session.date,
        half=register.session.half,
        register_id=register.pk,
        pupils=len(rows),
        finished_at=at,
        **counts,
    )
    detail = {"pupils": len(rows), **counts} | ({"pressed_at": pressed_at.isoformat()} if pressed_at else {})
    record(Event.REGISTER_FINISHED, register, by=by, at=at, **detail)
    return register


@transaction.atomic
def close_register(register: Register, *, by: Member, at: dt.datetime) -> None:
    """Close an unfinished register by the clock: expected absences become marks, and blanks stay missing."""
    register = lock(register)
    if times_of(register).is_open(at) or register.finished_at is not None:
        return
    rows = register_rows(register, by=by)
    made = apply_expected(register, rows, at=at)
    left = sum(not row.code and row.pupil_id not in made for row in rows)
    record(Event.REGISTER_CLOSED, register, by=by, at=at, pupils=len(rows), left=left)


@transaction.atomic
def close_unopened_register(group: Group, session: Session, *, policy: Policy, by: Member, at: dt.datetime) -> None:
    """Close a register that nobody opened, so that what was expected of its children is still recorded."""
    close_register(_opened(group, session, policy=policy, by=by, at=at), by=by, at=at)


def apply_expected(register: Register, rows: list[RegisterRow], *, at: dt.datetime) -> dict[int, str]:
    """Make marks of what is expected of these children, each in its grantor's name; return codes by pupil.

    The caller holds the register's lock. One query.
    """
    on = register.session.date
    due = [(row, row.awaits) for row in rows if row.mark is None and row.awaits and row.awaits.counts(on)]
    Mark.objects.bulk_create(
        Mark(
            pupil_id=row.pupil_id,
            session_id=register.session_id,
            register_id=register.pk,
            code=expected.code,
            nature=expected.nature,
            source=Source.EXPECTED,
            made_by_id=expected.granted_by_id,
            made_by_name=expected.granted_by_name,
            made_by_role=expected.granted_by_role,
            made_at=at,
            received_at=at,
        )
        for row, expected in due
    )
    return {row.pupil_id: expected.code for row, expected in due}


def _counts(marked: list[str], *, on: dt.date) -> dict[str, int]:
    """Return a finished register's counts: present, explained (U among them), unexplained and elsewhere make the whole
    but for the missing; `late` says how many came late, before the close or after."""
    places = Counter(place_of(code, on=on) for code in marked)
    came_after_close = sum(code == "U" for code in marked)
    return {
        "present": places[Place.IN] + places[Place.LATE] - came_after_close,
        "late": places[Place.LATE],
        "absent_explained": places[Place.EXPLAINED] + came_after_close,
        "unexplained": places[Place.UNEXPLAINED],
        "elsewhere": places[Place.ELSEWHERE],
    }
