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
from registers.queries.taking import RegisterRow, StoredMark, register_rows
from registers.rules.codes import present_code
from registers.rules.marks import MADE_OFFLINE, ChangeKind, Outcome, RowDecision

ON_THE_PREMISES = frozenset({"/", "\\", *LATE})
THE_CHILD_IS_HERE = "The child is here."
HERE_ALREADY = "This child is marked as here already."
CLOSED = "The register was closed by then"
ENTERED_SINCE = "It was entered after They are here was pressed"
STAYS = "{}: the mark stays as it is, and the office knows that the child is here."


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
    rows = {row.pupil_id: row for row in register_rows(desk.register, by=by)}
    row = rows.get(pupil_id)
    if row is None:
        message = "This child is not in the register. Load it again."
        raise ValidationError(message)
    hindrance = _hindrance(row, desk, base=base)
    if hindrance:
        raise ValidationError(hindrance.why)
    return _arrive(row, desk, base=base, pressed_at=at).code


def arrive_as_pressed(entry: Entry, row: RegisterRow, desk: Desk) -> Decided:
    """Do the same as a row of a save, for who pressed it on a device, and return what became of it (decision 7).

    It counts as of the moment at which it was pressed; a child who is here already stays as they are, and what came
    after the press stands. The caller holds the register's lock.
    """
    entry = replace(entry, made_at=min(entry.made_at, desk.at))
    if row.code in ON_THE_PREMISES and not row.is_own_family:
        return Decided(entry, row, RowDecision(Outcome.SAME, why=HERE_ALREADY))
    hindrance = _hindrance(row, desk, base=entry.base)
    if hindrance:
        return Decided(entry, row, hindrance)
    try:
        mark = _arrive(row, desk, base=entry.base, pressed_at=entry.made_at)
    except ValidationError as error:
        return Decided(entry, row, RowDecision(Outcome.REFUSED, why=" ".join(error.messages)))
    if mark.code not in ON_THE_PREMISES:
        row = row if row.mark else replace(row, mark=_stored(mark))
        why = CLOSED if entry.made_at > desk.times.closes_at else ENTERED_SINCE
        return Decided(entry, row, RowDecision(Outcome.SAME, why=STAYS.format(why)))
    return Decided(replace(entry, code=mark.code), row, RowDecision(Outcome.SAVED, why=in_words(mark.code)))


def in_words(code: str) -> str:
    """Return what is said to who pressed it, by the code that now stands."""
    said = "Marked late" if code == "L" else "Marked present" if code in ON_THE_PREMISES else "Noted"
    return f"{said}. The office knows that the child is here."


def _hindrance(row: RegisterRow, desk: Desk, *, base: int) -> RowDecision | None:
    """Return why it cannot be said of a child, if it cannot.

    What was expected when the person saw it, and has become the mark since, is no other's change.
    """
    if row.is_own_family:
        return RowDecision(Outcome.REFUSED, why=OWN_FAMILY)
    if row.base != base and not (_became(row) and base == 0):
        return RowDecision(Outcome.CLASH, why="Someone else changed this mark while you worked. Look at it again.")
    if row.code and (row.code in ON_THE_PREMISES or not (row.expected or desk.sight.is_hidden(row))):
        return RowDecision(Outcome.REFUSED, why="This child has a mark: change it in the register.")
    return None


def _became(row: RegisterRow) -> bool:
    """Say whether what was expected of the child has become the mark, and nobody changed it since."""
    return row.mark is not None and row.mark.source == Source.EXPECTED and not row.mark.changes


def _arrive(row: RegisterRow, desk: Desk, *, base: int, pressed_at: dt.datetime) -> Mark:
    """Write what follows from a child's being here, and return the mark that now stands.

    The office is told, but for a press that was told before and changes nothing.
    """
    mark_id = row.mark.id if row.mark else None
    marks_it = _still_marks(row, desk, base=base, pressed_at=pressed_at)
    if marks_it:
        mark_id = _mark_here(row, desk, pressed_at=pressed_at)
    elif mark_id is None:
        mark_id = _mark_as_expected(row, desk)
    mark, is_news = Mark.objects.get(pk=mark_id), True
    if row.expected:
        said = {"expected_id": row.expected.id, "raised_at": desk.at}
        _, is_news = Contradiction.objects.get_or_create(mark=mark, settled_at=None, defaults=said)
    if is_news or marks_it:
        detail = {"register": desk.register.pk, "pupil": row.pupil_id, "old": row.code, "new": mark.code}
        detail |= {"pressed_at": pressed_at.isoformat()} if pressed_at < desk.at else {}
        record(Event.CHILD_IS_HERE, mark, by=desk.by, at=desk.at, **detail)
    return mark


def _still_marks(row: RegisterRow, desk: Desk, *, base: int, pressed_at: dt.datetime) -> bool:
    """Say whether a press makes the mark: not one after the close, nor, once the register is no longer open, one from
    before it could be opened or from before what the mark says was received (decision 7)."""
    if pressed_at > desk.times.closes_at:
        return False
    if desk.is_open:
        return True
    if desk.times.opens_at and pressed_at < desk.times.opens_at:
        return False
    return row.mark is None or (base == 0 and _became(row)) or pressed_at >= row.mark.said_at


def _mark_here(row: RegisterRow, desk: Desk, *, pressed_at: dt.datetime) -> int:
    """Write the present or late mark, and return its key."""
    times = desk.times
    entry = Entry(row.pupil_id, present_code(desk.half), base=row.base, made_at=pressed_at)
    if not times.is_open(pressed_at):
        late = replace(entry, code="L", arrived_at=pressed_at)
        entry, _ = with_lateness(late, session_starts=desk.starts_at, closes=desk.register.closes_at)
    kind = ChangeKind.CORRECTION if desk.is_open else ChangeKind.AMENDMENT
    reason = MADE_OFFLINE if times.is_open(pressed_at) and not desk.is_open else THE_CHILD_IS_HERE
    decided = [Decided(entry, row, RowDecision(Outcome.SAVED, kind if row.mark else None, reason=reason))]
    marks, changes = write(decided, desk)
    record_each(events_of_changes(decided, changes), by=desk.by, at=desk.at)
    return marks[0].pk if marks else changes[0].mark_id


def _mark_as_expected(row: RegisterRow, desk: Desk) -> int:
    """Write the expected mark of a register that has just closed, and return its key; refuse where none counts."""
    made = apply_expected(desk.register, [row], at=desk.at)
    if not made:
        message = "The register is closed: enter when the child arrived."
        raise ValidationError(message)
    return Mark.objects.get(pupil=row.pupil_id, session=desk.register.session_id).pk


def _stored(mark: Mark) -> StoredMark:
    return StoredMark(
        mark.pk, mark.code, mark.changes, mark.nature, mark.comment, mark.arrived_at, mark.minutes_late, mark.source,
        mark.source, mark.received_at,
    )  # fmt: skip
