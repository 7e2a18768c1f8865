"""Letting an inspector in, ending that, and writing down what they look at (R15)."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from attendance_mat.accounts import queries as people
from attendance_mat.accounts.actions.invitations import invite_person
from attendance_mat.accounts.actions.people import end_membership
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.models import Inspection, InspectionChange, InspectionLook
from attendance_mat.keeping.queries import inspections as queries

BACKWARDS: Final = "The last day is before the first."
PAST: Final = "The last day is past. Choose today or a later day."
NOT_FROM_OUTSIDE: Final = "They hold a role in the trust. An inspection is for a person from outside it."
ALREADY: Final = "They may inspect on some of these days already. End that inspection first."
OVER: Final = "This inspection is over. Let the person in again."
AS_IT_IS: Final = "That is its last day already. Enter another."
NO_REASON: Final = "Say why the last day changes."
ONE_DAY: Final = dt.timedelta(days=1)
LONGEST_LOOK: Final = InspectionLook._meta.get_field("what").max_length


@transaction.atomic
def let_inspector_in(
    email: str,
    *,
    name: str,
    body: str,
    purpose: str,
    from_date: dt.date,
    until_date: dt.date,
    by: Member,
    at: dt.datetime,
) -> tuple[Inspection, str]:
    """Let a named person read both registers and their back-ups over a half-open period, and nothing else.

    Returns the inspection with the secret of the person's link; it is empty for someone who signs in already. Raises
    ValidationError by field. Source: PR24 reg 12.
    """
    if until_date <= from_date:
        raise ValidationError({"last_date": BACKWARDS})
    if until_date <= at.date():
        raise ValidationError({"last_date": PAST})
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known and people.works_here_or_elsewhere(known, on=at.date()):
        raise ValidationError({"email": NOT_FROM_OUTSIDE})
    if known and queries.overlapping(known, from_date=from_date, until_date=until_date):
        raise ValidationError({"from_date": ALREADY})
    person, secret = invite_person(
        email,
        name=name,
        role=Role.INSPECTOR,
        school=by.school,
        from_date=from_date,
        until_date=until_date,
        by=by,
        at=at,
    )
    inspection = Inspection.objects.create(
        user=person, body=body, purpose=purpose, from_date=from_date, until_date=until_date,
        given_by=by.user, given_by_name=by.name, given_by_role=by.role, given_at=at,
    )  # fmt: skip
    record(Event.INSPECTOR_LET_IN, inspection, by=by, at=at, person=person.pk, body=body,
           from_date=from_date.isoformat(), until_date=until_date.isoformat())  # fmt: skip
    return inspection, secret


@transaction.atomic
def end_inspection(inspection: Inspection, *, by: Member, at: dt.datetime) -> None:
    """End an inspection now: the person's next request is refused. Once ended it stays ended."""
    inspection = queries.locked(inspection)
    if inspection.ended_at:
        return
    inspection.ended_at, inspection.ended_by = at, by.user
    inspection.save(update_fields=["ended_at", "ended_by"])
    for membership in _held(inspection, by):
        end_membership(membership, by=by, at=at)
    record(Event.INSPECTION_ENDED, inspection, by=by, at=at, person=inspection.user_id)


@transaction.atomic
def change_last_day(
    inspection: Inspection, *, until_date: dt.date, reason: str, by: Member, at: dt.datetime
) -> InspectionChange:
    """Move an inspection's last day, sooner or later; what it was stays on record with why and who said so.

    Raises ValidationError by field. One that is over is not begun again: the person is let in anew.
    """
    inspection = queries.locked(inspection)
    today = at.date()
    if inspection.ended_at or inspection.until_date <= today:
        raise ValidationError(OVER)
    if until_date == inspection.until_date:
        raise ValidationError({"last_date": AS_IT_IS})
    if until_date <= inspection.from_date:
        raise ValidationError({"last_date": BACKWARDS})
    if until_date <= today:
        raise ValidationError({"last_date": PAST})
    others = queries.overlapping(inspection.user, from_date=inspection.from_date, until_date=until_date, but=inspection)
    if others:
        raise ValidationError({"last_date": ALREADY})
    if not reason.strip():
        raise ValidationError({"reason": NO_REASON})
    was, last = inspection.last_date, until_date - ONE_DAY
    _held(inspection, by).update(until_date=until_date)
    inspection.until_date = until_date
    inspection.save(update_fields=["until_date"])
    made = InspectionChange.objects.create(
        inspection=inspection, was_last_date=was, last_date=last, reason=reason.strip(), changed_by=by.user,
        changed_by_name=by.name, changed_by_role=by.role, changed_at=at,
    )  # fmt: skip
    record(Event.INSPECTION_CHANGED, inspection, by=by, at=at, person=inspection.user_id, was=was.isoformat(),
           now=last.isoformat())  # fmt: skip
    return made


def _held(inspection: Inspection, by: Member) -> QuerySet[Membership]:
    """Return what an inspection gave its person to sign in with, while nobody has ended it."""
    return Membership.objects.filter(
        user=inspection.user, school=by.school, role=Role.INSPECTOR, ended_at__isnull=True,
        from_date=inspection.from_date, until_date=inspection.until_date,
    )  # fmt: skip


def note_inspection_look(inspection: Inspection, *, what: str, at: dt.datetime) -> None:
    """Write down what an inspector looked at or took away; it names no pupil. One query."""
    InspectionLook.objects.create(inspection=inspection, what=what[:LONGEST_LOOK], at=at)
