"""Confirming children where they are: a trip, a sports fixture, a placement counts child by child (decision 4)."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.deciding import lock
from registers.actions.entering import times_of
from registers.actions.not_there import require_sense, seen_after_all
from registers.actions.taking import apply_expected
from registers.models import ExpectedConfirmation, ExpectedMark, GroupMember, Register, Session
from registers.queries.taking import register_rows


@transaction.atomic
def confirm_children(
    session: Session, expected: Collection[ExpectedMark], *, seen_by: str, by: Member, at: dt.datetime
) -> int:
    """Record that the adult in charge confirmed these children at a session; return how many are new.

    Where a child's register is finished or closed already, what was expected becomes the mark that was missing. A child
    who was said not to be there is marked as seen after all.
    Raises ValidationError for a session still to come, for nobody named, and for what needs no confirmation.
    """
    require_sense(session, expected, seen_by, by=by, at=at)
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
    marks = seen_after_all(session, new, seen_by=seen_by.strip(), by=by, at=at)
    marks += _mark_where_closed(session, {row.pupil_id for row in new}, by=by, at=at)
    record(Event.CHILDREN_CONFIRMED, session, by=by, at=at, expected=[row.pk for row in new], marks=marks)
    return len(new)


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
