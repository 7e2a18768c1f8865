"""A child who should be on a trip or a placement and is not there: looked for at once, and never a presence."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from registers.actions.deciding import Decided, Desk, desk_at, events_of_changes, lock, write
from registers.actions.entering import Entry, require_not_family, school_policy, starts_at
from registers.actions.taking import open_register
from registers.models import ExpectedConfirmation, ExpectedMark, NotThere, Session
from registers.queries.arranged import registration_groups
from registers.queries.taking import RegisterRow, register_rows
from registers.rules import codes
from registers.rules.day import unexplained_code
from registers.rules.marks import ChangeKind, Outcome, RowDecision

CONFIRMED: Final = "One of these children was confirmed there. Amend the mark on the pupil's page instead."
WHO_SAYS_SO: Final = "Say who says so: the adult in charge, or the provider."
TO_COME: Final = "This session is still to come: a child is confirmed once seen there."


class Change(NamedTuple):
    """What a child's mark says until now, and what it says from now on."""

    was: str
    code: str
    nature: str = ""
    comment: str = ""


def require_sense(
    session: Session, expected: Collection[ExpectedMark], said_by: str, *, by: Member, at: dt.datetime
) -> None:
    """Refuse an answer about a session still to come, by nobody named, about one's own family, or of what needs none.

    Raises ValidationError, by field where there is one.
    """
    if at < starts_at(session, policy=school_policy()):
        raise ValidationError(TO_COME)
    if not said_by.strip():
        raise ValidationError({"seen_by": WHO_SAYS_SO})
    for row in expected:
        require_not_family(row.pupil_id, by=by)
        found = codes.find(row.code, on=session.date)
        if not (found and found.confirm_child):
            message = f"{row.code} needs no confirmation."
            raise ValidationError(message)


@transaction.atomic
def say_not_there(
    session: Session, expected: Collection[ExpectedMark], *, said_by: str, by: Member, at: dt.datetime
) -> int:
    """Record that the adult in charge did not have these children at a session; return how many are new.

    Each without a mark has N at once, in a register that is open, closed or not yet opened, and so is among those to
    ring; a mark that somebody made stands. Raises ValidationError for a child who was confirmed there, for a session
    still to come, and for nobody named. Source: decision 4 (never a presence).
    """
    require_sense(session, expected, said_by, by=by, at=at)
    if ExpectedConfirmation.objects.filter(session=session, expected__in=expected).exists():
        raise ValidationError(CONFIRMED)
    known = set(NotThere.objects.filter(session=session, expected__in=expected).values_list("expected", flat=True))
    new = [row for row in expected if row.pk not in known]
    NotThere.objects.bulk_create(
        [
            NotThere(expected=row, session=session, said_by_name=said_by.strip(), entered_by=by.user, entered_at=at)
            for row in new
        ],
        ignore_conflicts=True,  # someone else's, a moment before, stands
    )
    code = unexplained_code(session.date)
    reason = f"Not there, says {said_by.strip()}."
    changes = {row.pupil_id: Change("", code, comment=reason) for row in new}
    marks = _mark(session, changes, reason=reason, by=by, at=at)
    record(Event.CHILDREN_NOT_THERE, session, by=by, at=at, expected=[row.pk for row in new], marks=marks)
    return len(new)


def seen_after_all(
    session: Session, expected: Collection[ExpectedMark], *, seen_by: str, by: Member, at: dt.datetime
) -> int:
    """Mark those of these children as expected who were said not to be there, and are N since; return how many.

    In the caller's transaction: a correction where the register is open, else an amendment.
    """
    said = set(NotThere.objects.filter(session=session, expected__in=expected).values_list("expected", flat=True))
    code = unexplained_code(session.date)
    changes = {row.pupil_id: Change(code, row.code, row.nature) for row in expected if row.pk in said}
    return _mark(session, changes, reason=f"Seen there after all, says {seen_by}.", by=by, at=at)


def _mark(session: Session, changes: Mapping[int, Change], *, reason: str, by: Member, at: dt.datetime) -> int:
    """Change the marks of these pupils that say what they are said to; return how many."""
    made, policy = 0, school_policy()
    for group in registration_groups(changes, session.date) if changes else ():
        desk = desk_at(lock(open_register(group, session, policy=policy, by=by, at=at)), by=by, at=at)
        rows = [row for row in register_rows(desk.register, by=by) if row.pupil_id in changes]
        decided = [
            _decided(row, changes[row.pupil_id], desk, reason) for row in rows if row.code == changes[row.pupil_id].was
        ]
        marks, changed = write(decided, desk)
        record_each(events_of_changes(decided, changed), by=by, at=at)
        if marks:
            said = {"marks": [mark.pk for mark in marks], "codes": {marks[0].code: len(marks)}}
            record(Event.MARKS_SAVED, desk.register, by=by, at=at, **said)
        made += len(decided)
    return made


def _decided(row: RegisterRow, change: Change, desk: Desk, reason: str) -> Decided:
    entry = Entry(
        row.pupil_id, change.code, base=row.base, made_at=desk.at, nature=change.nature, comment=change.comment
    )
    kind = ChangeKind.CORRECTION if desk.is_open else ChangeKind.AMENDMENT
    return Decided(entry, row, RowDecision(Outcome.SAVED, kind if row.mark else None, reason=reason))
