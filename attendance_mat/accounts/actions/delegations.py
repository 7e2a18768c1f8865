"""Handing the head's powers to someone for a time, by a recorded decision."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts import queries
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Delegation, User
from attendance_mat.accounts.permissions import HEADS_POWERS, Permission
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School


@transaction.atomic
def delegate_power(
    person: User,
    *,
    power: Permission,
    school: School,
    from_date: dt.date,
    until_date: dt.date | None,
    decision: str,
    by: Member,
    at: dt.datetime,
) -> Delegation:
    """Let a member of the school use one of the head's powers over a half-open period."""
    if power not in HEADS_POWERS:
        raise ValidationError({"power": "That is not one of the head's powers."})
    if not decision.strip():
        raise ValidationError({"decision": "Say why, and by what minute or letter it was decided."})
    if until_date and until_date <= from_date:
        raise ValidationError({"last_date": "The last day is before the first."})
    if not queries.people_to_trust_with_powers(school, on=at.date()).filter(pk=person.pk).exists():
        raise ValidationError({"person": "They hold no role at this school."})
    delegation = Delegation.objects.create(
        school=school, user=person, power=power, from_date=from_date, until_date=until_date,
        decision=decision.strip(), decided_by=by.user, decided_at=at,
    )  # fmt: skip
    record(
        Event.POWERS_DELEGATED, delegation, by=by, at=at, person=person.pk, power=power.value,
        from_date=from_date.isoformat(), until_date=until_date.isoformat() if until_date else None,
    )  # fmt: skip
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Member, at: dt.datetime) -> None:
    """Take a power back now. Once ended it stays ended."""
    if Delegation.objects.filter(pk=delegation.pk, ended_at__isnull=True).update(ended_at=at):
        record(Event.DELEGATION_ENDED, delegation, by=by, at=at, person=delegation.user_id, power=delegation.power)
