"""Noting that somebody looked at pupils' records."""

import datetime as dt
from collections.abc import Collection

from attendance_mat.accounts.member import Member
from registers.models import RecordAccess

LONGEST = RecordAccess._meta.get_field("what").max_length


def note_looks(pupil_ids: Collection[int], *, what: str, by: Member, at: dt.datetime) -> None:
    """Write a row for each pupil: who, in which role, looked at which part of whose record, and when. One query."""
    RecordAccess.objects.bulk_create(
        RecordAccess(pupil_id=pupil_id, what=what[:LONGEST], by_id=by.user_id, by_name=by.name, by_role=by.role, at=at)
        for pupil_id in sorted(pupil_ids)
    )


def note_look(pupil_id: int, *, what: str, by: Member, at: dt.datetime) -> None:
    """Write that somebody looked at one pupil's record. One query."""
    note_looks([pupil_id], what=what, by=by, at=at)
