"""Reads of people. Ended things are kept, so every read says whether it wants them."""

import datetime as dt
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from attendance_mat.accounts.models import Delegation, Invitation, Membership, User, in_force_on
from attendance_mat.accounts.roles import OUTSIDE_ROLES, PASS_ROLES, Role
from attendance_mat.trust.models import School

DEMO_ADDRESS: Final = "@demo.invalid"


def not_over(on: dt.date) -> Q:
    """Return the condition that a period is in force on a day or still to come, and has not been ended."""
    return Q(ended_at__isnull=True) & (Q(until_date__isnull=True) | Q(until_date__gt=on))


def state_of(row: Membership | Delegation, *, on: dt.date) -> str:
    """Return whether a membership or delegation is current, to come or ended, in one of those words."""
    if row.ended_at or (row.until_date and row.until_date <= on):
        return "ended"
    return "to come" if row.from_date > on else "current"


def schools_without(role: Role, *, on: dt.date) -> QuerySet[School]:
    """Return the schools in use where nobody holds a role on a day, by name. One query."""
    held = Membership.objects.filter(
        in_force_on(on), school=OuterRef("pk"), role=role, ended_at__isnull=True, user__is_active=True
    )
    return School.objects.filter(~Exists(held), migration_failed=False).order_by("name")


def membership_rows(
    school: School | None, *, on: dt.date, ended: bool = False, matching: str = ""
) -> QuerySet[Membership]:
    """Return the memberships of a school (None: of the whole trust) to list, by name, each with its person. One query.

    `ended` turns to those that are over.
    """
    rows = Membership.objects.select_related("user", "school").filter(user__is_machine=False)
    rows = rows.exclude(role__in=PASS_ROLES)
    rows = rows.exclude(not_over(on)) if ended else rows.filter(not_over(on))
    if school:
        rows = rows.filter(school=school)
    if matching:
        rows = rows.filter(Q(user__name__icontains=matching) | Q(user__email__icontains=matching))
    return rows.order_by("user__name", "user", "from_date", "pk")


def people_in(school: School | None) -> QuerySet[User]:
    """Return whoever holds or held a role in a school (None: anyone). One query."""
    people = User.objects.filter(is_machine=False)
    held = Membership.objects.filter(user=OuterRef("pk"), school=school).exclude(role__in=PASS_ROLES)
    return people.filter(Exists(held)) if school else people


def people_to_trust_with_powers(school: School, *, on: dt.date) -> QuerySet[User]:
    """Return whoever works in a school on a day, or will, by name: no inspector from outside. One query."""
    held = Membership.objects.filter(not_over(on), user=OuterRef("pk"), school=school).exclude(
        role__in=OUTSIDE_ROLES | PASS_ROLES
    )
    return User.objects.filter(Exists(held), is_active=True, is_machine=False).order_by("name")


def memberships_not_over(person: User, *, on: dt.date) -> QuerySet[Membership]:
    """Return what a person holds anywhere on a day, or will hold. One query."""
    return Membership.objects.filter(not_over(on), user=person)


def works_here_or_elsewhere(person: User, *, on: dt.date) -> bool:
    """Say whether a person holds a role of the trust or of any school on a day, or will. One query."""
    return memberships_not_over(person, on=on).exclude(role__in=OUTSIDE_ROLES).exists()


def memberships_of(person: User, *, school: School | None) -> QuerySet[Membership]:
    """Return all a person holds or held in a school (None: anywhere), latest first. One query."""
    rows = person.memberships.select_related("school").order_by("-from_date", "-pk")
    return rows.filter(school=school) if school else rows


def latest_invitation(person: User) -> Invitation | None:
    """Return the newest link a person was sent. One query."""
    return person.invitations.order_by("-invited_at", "-pk").first()


def open_invitation(digest: str, *, at: dt.datetime) -> Invitation | None:
    """Return the invitation of a link that still works, with its person. One query."""
    rows = Invitation.objects.select_related("user").filter(digest=digest, user__is_active=True)
    found = rows.first()
    return found if found and found.is_open(at) else None


def delegations_of(school: School) -> QuerySet[Delegation]:
    """Return every delegation of a school's head, latest first, with the people in it. One query."""
    rows = Delegation.objects.filter(school=school).select_related("user", "decided_by")
    return rows.order_by("-from_date", "-pk")


def demo_people() -> QuerySet[Membership]:
    """Return the invented people of a demonstration, one membership each, widest role first. One query."""
    rows = Membership.objects.filter(user__email__endswith=DEMO_ADDRESS, user__is_active=True, ended_at__isnull=True)
    return rows.select_related("user", "school").order_by(F("school__name").asc(nulls_first=True), "pk")
