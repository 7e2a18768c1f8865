"""Confirming children where they are: a trip, a sports fixture, a placement counts child by child (decision 4)."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.deciding import lock
from registers.actions.entering import require_not_family, school_policy, starts_at, times_of
from registers.actions.taking import apply_expected
from registers.models import ExpectedConfirmation, ExpectedMark, GroupMember, Register, Session
from registers.queries.taking import register_rows
from registers.rules import codes


@transaction.atomic
def confirm_children(
    session: Session, expected: Collection[ExpectedMark], *, seen_by: str, by: Member, at: dt.datetime
) -> int:
    """Record that the adult in charge confirmed these children at a session; return how many are new.

    Where a child's register is finished or closed already, what was expected becomes the mark that was missing.
    Raises ValidationError for a session still to come, for nobody named, and for what needs no confirmation.
    """
    _require_sense(session, expected, seen_by, at=at)
    for row in expected:
        require_not_family(row.pupil_id, by=by)
    done = ExpectedConfirmation.objects.filter(session=session, expected__in=expected)
    known = set(done.values_list("expected", flat=True))
    new = [row for row in expected if row.pk not in known]
    ExpectedConfirmation.objects.bulk_create(
        [
            ExpectedConfirmation(
                expected=row, session=session, confirmed_by_name=seen_by.strip(), confirmed_at=at, entered_by=by.user
            )
            for row in new
        ],
        ignore_conflicts=True,  # someone else's, a moment before, stands
    )
    marks = _mark_where_closed(session, {row.pupil_id for row in new}, by=by, at=at)
    record(Event.CHILDREN_CONFIRMED, session, by=by, at=at, expected=[row.pk for row in new], marks=marks)
    return len(new)


def _require_sense(session: Session, expected: Collection[ExpectedMark], seen_by: str, *, at: dt.datetime) -> None:
    if at < starts_at(session, policy=school_policy()):
        message = "This session is still to come: a child is confirmed once seen there."
        raise ValidationError(message)
    if not seen_by.strip():
        raise ValidationError({"seen_by": "Say who saw the children: the adult in charge, or the provider."})
    for row in expected:
        found = codes.find(row.code, on=session.date)
        if not (found and found.confirm_child):
            message = f"{row.code} needs no confirmation."
            raise ValidationError(message)


def _mark_where_closed(session: Session, pupil_ids: set[int], *, by: Member, at: dt.datetime) -> int:
    """Make marks of what is now confirmed in registers that are finished or closed; return how many."""
    groups = GroupMember.objects.filter(pupil__in=pupil_ids).values("group")
    made = 0
    for register in Register.objects.filter(session=session, group__in=groups).order_by("pk"):
        locked = lock(register)
        if not times_of(locked).is_open(at):
            rows = [row for row in register_rows(locked, by=by) if row.pupil_id in pupil_ids]
            made += len(apply_expected(locked, rows, at=at))
    return made
