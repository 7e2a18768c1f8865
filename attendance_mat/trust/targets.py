"""Attendance targets: set, withdrawn, and spoken about (policies: targets of the trust, of a school, of a group)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import Actor, record
from attendance_mat.trust.models import AttendanceTarget, School, TargetNote


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A target as it is to be set: of the trust (no school), of a school, or of a group of pupils in either."""

    school: School | None = None
    group: str = ""  # a characteristic's kind
    percent: Decimal
    sign: str = AttendanceTarget.Sign.OR_MORE
    from_date: dt.date
    until_date: dt.date | None = None
    owner: str


@transaction.atomic
def set_target(wanted: Wanted, *, by: Actor, at: dt.datetime) -> AttendanceTarget:
    """Set the attendance to reach over some days.

    Raises ValidationError for what is no percentage or no period. Targets may overlap; each is shown by itself.
    """
    target = AttendanceTarget(**vars(wanted), set_by_id=by.user_id, set_at=at)
    target.full_clean()
    target.save()
    said = {"school": target.school_id, "group": target.group, "percent": str(target.percent), "sign": target.sign}
    record(Event.TARGET_SET, target, by=by, at=at, **said)
    return target


@transaction.atomic
def withdraw_target(target: AttendanceTarget, *, by: Actor, at: dt.datetime) -> AttendanceTarget:
    """Stop showing a target. It stays on record with its notes; one already withdrawn stays as it is."""
    locked = AttendanceTarget.objects.select_for_update().get(pk=target.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at = at
        locked.save(update_fields=["withdrawn_at"])
        record(Event.TARGET_SET, locked, by=by, at=at, withdrawn=True)
    return locked


@transaction.atomic
def add_target_note(target: AttendanceTarget, *, words: str, by: Actor, at: dt.datetime) -> TargetNote:
    """Keep what was said of the progress to a target: the challenge, and the support agreed."""
    note = TargetNote.objects.create(target=target, words=words, by_id=by.user_id, by_name=by.name, at=at)
    record(Event.TARGET_SET, target, by=by, at=at, note=note.pk)
    return note
