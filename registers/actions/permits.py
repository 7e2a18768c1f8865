"""What a pupil may do by themselves during the day: recorded with whose word it is, and ended by its last day."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.models import Permit, Pupil
from registers.rules.movements import PermitKind


@transaction.atomic
def give_permit(pupil: Pupil, kind: PermitKind, *, word_of: str, by: Member, at: dt.datetime) -> Permit:
    """Record from today what a pupil is allowed, and on whose word. One that is there already is given back."""
    if not word_of.strip():
        raise ValidationError({"word_of": "Say who allowed it: a parent, or the plan it stands in."})
    require_not_family(pupil.pk, by=by)
    today = at.date()
    there = Permit.objects.filter(pupil=pupil, kind=kind, until_date__isnull=True).first()
    if there:
        return there
    if Permit.objects.filter(pupil=pupil, kind=kind, until_date__gt=today).exists():
        raise ValidationError({"kind": "This was ended today: it can be recorded again tomorrow."})
    permit = Permit.objects.create(
        pupil=pupil, kind=kind, from_date=today, word_of=word_of.strip(), given_by=by.user, given_by_name=by.name,
        given_by_role=by.role, given_at=at,
    )  # fmt: skip
    record(Event.PERMIT_GIVEN, permit, by=by, at=at, pupil=pupil.pk, permit=kind)
    return permit


@transaction.atomic
def end_permit(permit: Permit, *, by: Member, at: dt.datetime) -> None:
    """End what a pupil was allowed: it holds today no longer, or today for the last time where it began today."""
    row = Permit.objects.select_for_update().get(pk=permit.pk)
    if row.until_date is not None:
        return
    require_not_family(row.pupil_id, by=by)
    row.until_date, row.ended_by_name = max(at.date(), row.from_date + dt.timedelta(days=1)), by.name
    row.save(update_fields=["until_date", "ended_by_name"])
    record(Event.PERMIT_ENDED, row, by=by, at=at, pupil=row.pupil_id, permit=row.kind)
