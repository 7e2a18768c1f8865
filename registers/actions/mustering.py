"""Counting everybody on site: the list as it stood, ticked by several people at once, and ended once."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.models import Muster, MusterPlace, MusterTick
from registers.queries.on_site import on_site


def begin_muster(*, is_drill: bool, by: Member, at: dt.datetime) -> Muster:
    """Begin to count everybody who is on site now, and return the muster; one that has begun is gone on with."""
    try:
        return _begin(is_drill=is_drill, by=by, at=at)
    except IntegrityError:
        return Muster.objects.get(ended_at__isnull=True)


@transaction.atomic
def _begin(*, is_drill: bool, by: Member, at: dt.datetime) -> Muster:
    muster = Muster.objects.create(is_drill=is_drill, started_at=at, started_by=by.user, started_by_name=by.name)
    rows = on_site(at)
    MusterPlace.objects.bulk_create(
        MusterPlace(muster=muster, pupil_id=row.pupil_id, group_name=row.group, where=row.where) for row in rows
    )
    record(Event.MUSTER_BEGUN, muster, by=by, at=at, pupils=len(rows), drill=is_drill)
    return muster


@transaction.atomic
def tick(place: MusterPlace, *, found: bool, by: Member, at: dt.datetime) -> bool:
    """Record that a pupil was found, or that this was a mistake; say whether it changed anything.

    The list of a muster that has ended is what it was: raises ValidationError.
    """
    muster = Muster.objects.select_for_update(no_key=True).get(pk=place.muster_id)
    if muster.ended_at is not None:
        message = "This count has ended. Begin another if somebody is missing."
        raise ValidationError(message)
    last = place.ticks.last()
    if (last.found if last else False) is found:
        return False
    MusterTick.objects.create(place=place, found=found, by=by.user, by_name=by.name, at=at)
    return True


@transaction.atomic
def end_muster(muster: Muster, *, by: Member, at: dt.datetime) -> None:
    """End a count. Whoever was not found by then stays on its list as not found. A second press is harmless."""
    row = Muster.objects.select_for_update().get(pk=muster.pk)
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = at, by.user
    row.save(update_fields=["ended_at", "ended_by"])
    record(Event.MUSTER_ENDED, row, by=by, at=at)
