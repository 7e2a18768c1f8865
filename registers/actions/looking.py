"""Noting that somebody looked at a pupil's record."""

import datetime as dt

from attendance_mat.accounts.member import Member
from registers.models import RecordAccess

LONGEST = RecordAccess._meta.get_field("what").max_length


def note_look(pupil_id: int, *, what: str, by: Member, at: dt.datetime) -> None:
    """Write one row: who, in which role, looked at which part of whose record, and when. One query."""
    RecordAccess.objects.create(
        pupil_id=pupil_id, what=what[:LONGEST], by_id=by.user_id, by_name=by.name, by_role=by.role, at=at
    )
