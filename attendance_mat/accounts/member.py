"""Who is asking, in which role, and how far each permission reaches for them."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from attendance_mat.accounts.models import Delegation, Membership, User, in_force_on
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.accounts.roles import Role, scope_of
from attendance_mat.trust.models import School

RANK = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True)
class Member:
    """A person in the role they are using now, in one school (None: in the trust)."""

    user: User
    role: Role
    school: School | None
    powers: frozenset[Permission] = field(default_factory=frozenset)  # delegated by the head

    @property
    def user_id(self) -> int:
        return self.user.pk

    @property
    def name(self) -> str:
        return self.user.name

    def scope(self, permission: Permission) -> Scope | None:
        """Return how far this member's permission reaches; None when it is not theirs."""
        if permission in self.powers:
            return Scope.SCHOOL
        return scope_of(self.role, permission)

    def may(self, permission: Permission) -> bool:
        """Say whether the member has a permission at all."""
        return self.scope(permission) is not None


def memberships_on(
    user: User, day: dt.date, *, school: School | None = None, at: dt.datetime | None = None
) -> list[Membership]:
    """Return a person's memberships in force, widest role first, each with `powers`.

    `powers` are the head's powers they hold by a delegation in this school. One that ends at a moment of its last day
    counts only where the moment asked about, `at`, is before that. One query.
    """
    lasts = Q(ends_at__isnull=True) | Q(ends_at__gt=at) if at else Q(ends_at__isnull=True)
    handed_over = Delegation.objects.filter(
        in_force_on(day), user=OuterRef("user"), school=school, ended_at__isnull=True
    )
    rows = Membership.objects.filter(in_force_on(day), lasts, user=user, ended_at__isnull=True)
    rows = rows.select_related("school", "user").annotate(powers=ArraySubquery(handed_over.values("power")))
    return sorted(rows, key=lambda row: RANK[Role(row.role)])


def member_in(memberships: list[Membership], *, school: School | None, prefer: int | None) -> Member | None:
    """Choose the membership in use: the one the person picked if it still holds, else the widest.

    In a school, a trust-wide membership counts too; its permissions reach every school. The head's powers go with a
    role in the school only, so that a trustee is never led to a pupil by them.
    """
    fitting = [row for row in memberships if row.school_id in {None, school.pk if school else None}]
    own = [row for row in fitting if school and row.school_id == school.pk] or fitting
    chosen = next((row for row in fitting if row.pk == prefer), own[0] if own else None)
    if chosen is None:
        return None
    powers = getattr(chosen, "powers", ()) if chosen.school_id else ()
    return Member(user=chosen.user, role=Role(chosen.role), school=school, powers=frozenset(map(Permission, powers)))


def machine(name: str, *, at: dt.datetime) -> Member:
    """Return a named machine as a member: what it does stands under that name (decision 10)."""
    user, _ = User.objects.get_or_create(
        email=f"{name.lower().replace(' ', '-')}@machine.invalid",
        defaults={"name": name, "is_machine": True, "joined_at": at, "password": "!"},
    )
    return Member(user=user, role=Role.SYSTEM, school=None)
