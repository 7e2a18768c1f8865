"""A child is in the room though the register does not expect them: the child wins (decision 5)."""

import datetime as dt
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from registers.actions.deciding import Decided, Desk, desk_at, events_of_changes, lock, write
from registers.actions.entering import LATE, OWN_FAMILY, Entry, with_lateness
from registers.actions.taking import apply_expected
from registers.models import Contradiction, Mark, Register, Source
from registers.queries.taking import RegisterRow, register_rows
from registers.rules.codes import present_code
from registers.rules.marks import ChangeKind, Outcome, RowDecision

ON_THE_PREMISES = frozenset({"/", "\\", *LATE})
THE_CHILD_IS_HERE = "The child is here."


@transaction.atomic
def child_is_here(
    register: Register, pupil_id: int, *, base: int, by: Member, at: dt.datetime, source: Source | None = None
) -> str:
    """Record that a child not expected is here, tell the office, and return the code that now stands.

    While the register is being taken the child is present; from when it is finished until it closes, late (L). After
    that the mark stays as it is, because a reason is established, and the office settles which is right. `base` is
    what the person saw: someone else's change in between is refused, not written over.
    """
    desk = desk_at(lock(register), by=by, at=at, source=source)
    row = _row(desk, pupil_id, base=base)
    mark_id, code = (row.mark.id, row.code) if row.mark else (None, "")
    if at <= desk.register.closes_at:
        mark_id, code = _mark_here(row, desk)
    elif mark_id is None:
        mark_id, code = _mark_as_expected(row, desk)
    detail = {"register": desk.register.pk, "pupil": pupil_id, "old": row.code, "new": code}
    mark = Mark.objects.get(pk=mark_id)
    if row.expected:
        said = {"expected_id": row.expected.id, "raised_at": at}
        Contradiction.objects.get_or_create(mark=mark, settled_at=None, defaults=said)
    record(Event.CHILD_IS_HERE, mark, by=by, at=at, **detail)
    return code


def _row(desk: Desk, pupil_id: int, *, base: int) -> RegisterRow:
    rows = {row.pupil_id: row for row in register_rows(desk.register, by=desk.by)}
    row = rows.get(pupil_id)
    if row is None:
        message = "This child is not in the register. Load it again."
        raise ValidationError(message)
    if row.is_own_family:
        raise ValidationError(OWN_FAMILY)
    if row.base != base:
        message = "Someone else changed this mark while you worked. Look at it again."
        raise ValidationError(message)
    if row.code and (row.code in ON_THE_PREMISES or not (row.expected or desk.sight.is_hidden(row))):
        message = "This child has a mark: change it in the register."
        raise ValidationError(message)
    return row


def _mark_here(row: RegisterRow, desk: Desk) -> tuple[int, str]:
    """Write the present or late mark; return it and its code."""
    entry = Entry(row.pupil_id, present_code(desk.half), base=row.base, made_at=desk.at)
    if desk.register.finished_at is not None:
        late = replace(entry, code="L", arrived_at=desk.at)
        entry, _ = with_lateness(late, session_starts=desk.starts_at, closes=desk.register.closes_at)
    kind = ChangeKind.CORRECTION if desk.is_open else ChangeKind.AMENDMENT
    decision = RowDecision(Outcome.SAVED, kind if row.mark else None, reason=THE_CHILD_IS_HERE)
    decided = [Decided(entry, row, decision)]
    marks, changes = write(decided, desk)
    record_each(events_of_changes(decided, changes), by=desk.by, at=desk.at)
    return (marks[0].pk if marks else changes[0].mark_id), entry.code


def _mark_as_expected(row: RegisterRow, desk: Desk) -> tuple[int, str]:
    """Write the expected mark of a register that has just closed; refuse where nothing counts as expected."""
    made = apply_expected(desk.register, [row], at=desk.at)
    if not made:
        message = "The register is closed: enter when the child arrived."
        raise ValidationError(message)
    return Mark.objects.get(pupil=row.pupil_id, session=desk.register.session_id).pk, made[row.pupil_id]
