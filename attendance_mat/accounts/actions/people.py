"""Making people, giving them roles, and ending that."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from attendance_mat.accounts import queries
from attendance_mat.accounts.authority import may_manage
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.roles import TRUST_ROLES, Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School

NOT_THEIRS: Final = "Only someone who holds that role's powers, or manages the trust's people, may do this."
ELSEWHERE_TOO: Final = "They also work elsewhere in the trust. End what they hold here instead."
ONESELF: Final = "Nobody ends what they hold themselves. Ask somebody else who manages people."


@transaction.atomic
def add_person(email: str, *, name: str, by: Member, at: dt.datetime) -> User:
    """Return the person of an address, made now unless they are known. A known person keeps their name."""
    person = User.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        person = User(email=email.strip().lower(), name=name.strip(), joined_at=at)
        person.set_unusable_password()
        person.full_clean()
        person.save()
        record(Event.PERSON_ADDED, person, by=by, at=at)
    if person.is_machine or not person.is_active:
        raise ValidationError({"email": "That address is of someone whose log-in was closed."})
    return person


@transaction.atomic
def give_membership(
    person: User,
    *,
    role: Role,
    school: School | None,
    from_date: dt.date,
    until_date: dt.date | None,
    by: Member,
    at: dt.datetime,
) -> Membership:
    """Let a person be something in a school, or in the trust, over a half-open period.

    Someone who already holds the role then keeps that membership, with these dates; the same dates change nothing.
    """
    _require_may_manage(by, role)
    if (role in TRUST_ROLES) != (school is None):
        raise ValidationError({"role": "A role of the trust is held in no school, every other one in a school."})
    if until_date and until_date <= from_date:
        raise ValidationError({"last_date": "The last day is before the first."})
    held = _held_in_that_time(person, role, school, from_date, until_date)
    membership = held or Membership(user=person, role=role, school=school)
    if held and (held.from_date, held.until_date) == (from_date, until_date):
        return held
    membership.from_date, membership.until_date = from_date, until_date
    membership.save()
    record(
        Event.MEMBERSHIP_GIVEN, membership, by=by, at=at, person=person.pk, role=role.value,
        school=school.slug if school else None, from_date=from_date.isoformat(),
        until_date=until_date.isoformat() if until_date else None,
    )  # fmt: skip
    return membership


@transaction.atomic
def set_leadership(
    membership: Membership, *, senior_leader: bool, attendance_duties: str, by: Member, at: dt.datetime
) -> Membership:
    """Say whether somebody in a role is a senior leader, and what they answer for. The same again changes nothing."""
    _require_may_manage(by, Role(membership.role))
    if (membership.senior_leader, membership.attendance_duties) == (senior_leader, attendance_duties.strip()):
        return membership
    membership.senior_leader, membership.attendance_duties = senior_leader, attendance_duties.strip()
    membership.save(update_fields=["senior_leader", "attendance_duties"])
    record(Event.LEADERSHIP_SET, membership, by=by, at=at, person=membership.user_id, senior=senior_leader)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: Member, at: dt.datetime) -> None:
    """End a membership now: the person's next request is refused. Once ended it stays ended."""
    _require_may_manage(by, Role(membership.role))
    _require_not_oneself(membership.user, by)
    ended = Membership.objects.filter(pk=membership.pk, ended_at__isnull=True).update(ended_at=at)
    if ended:
        record(Event.MEMBERSHIP_ENDED, membership, by=by, at=at, person=membership.user_id, role=membership.role)


@transaction.atomic
def deactivate(person: User, *, by: Member, at: dt.datetime) -> None:
    """Close a person's log-in for good and end all they hold; what they did stays under their name.

    Refused while they hold a role that `by` may not take away, such as one at another school.
    """
    _require_not_oneself(person, by)
    held = queries.memberships_not_over(person, on=at.date())
    for membership in held:
        if by.school and membership.school_id != by.school.pk:
            raise ValidationError(ELSEWHERE_TOO)
        end_membership(membership, by=by, at=at)
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        record(Event.PERSON_DEACTIVATED, person, by=by, at=at)


@transaction.atomic
def reactivate(person: User, *, by: Member, at: dt.datetime) -> None:
    """Open a closed log-in again. They hold nothing until they are given a role."""
    if User.objects.filter(pk=person.pk, is_active=False, is_machine=False).update(is_active=True):
        record(Event.PERSON_REACTIVATED, person, by=by, at=at)


def _held_in_that_time(
    person: User, role: Role, school: School | None, from_date: dt.date, until_date: dt.date | None
) -> Membership | None:
    rows = Membership.objects.filter(user=person, role=role, school=school, ended_at__isnull=True)
    rows = rows.filter(Q(until_date__isnull=True) | Q(until_date__gt=from_date))
    return rows.filter(Q(from_date__lt=until_date) if until_date else Q()).first()


def _require_may_manage(by: Member, role: Role) -> None:
    if not may_manage(by, role):
        raise ValidationError({"role": NOT_THEIRS})


def _require_not_oneself(person: User, by: Member) -> None:
    if person.pk == by.user_id:
        raise ValidationError(ONESELF)
