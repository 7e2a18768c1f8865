"""Who is asking, in which role, and how far each permission reaches for them."""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.accounts.roles import Role, scope_of
from attendance_mat.rows import columns, next_row
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


# Asked at every request, so in our own words.
IN_FORCE: Final = "{0}.from_date <= %(day)s AND ({0}.until_date IS NULL OR {0}.until_date > %(day)s)"
MEMBERSHIPS: Final = f"""
SELECT ARRAY(SELECT d.power FROM accounts_delegation d
        WHERE d.user_id = m.user_id AND d.school_id = %(school)s AND {IN_FORCE.format("d")} AND d.ended_at IS NULL),
    {columns(Membership, "m")}, {columns(School, "s")}
FROM accounts_membership m LEFT JOIN trust_school s ON s.id = m.school_id
WHERE m.user_id = %(user)s AND {IN_FORCE.format("m")} AND m.ended_at IS NULL
    AND (m.ends_at IS NULL OR m.ends_at > %(at)s)
ORDER BY m.id
"""  # noqa: S608 (all of it is written here but the columns, which are quoted)


def memberships_on(
    user: User, day: dt.date, *, school: School | None = None, at: dt.datetime | None = None
) -> list[Membership]:
    """Return a person's memberships in force, widest role first, each with its `school`, its `user` and `powers`.

    `powers` are the head's powers they hold by a delegation in this school. One that ends at a moment of its last day
    counts only where the moment asked about, `at`, is before that. One query.
    """
    asked = {"user": user.pk, "school": school.pk if school else None, "day": day, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(MEMBERSHIPS, asked)
        rows = [_membership(answer, user) for answer in cursor.fetchall()]
    return sorted(rows, key=lambda row: RANK[Role(row.role)])


def _membership(answer: Sequence[Any], user: User) -> Membership:
    values = iter(answer)
    powers = next(values)
    row = next_row(values, Membership)
    row.school = next_row(values, School) if row.school_id else None
    row.user = copy(user)  # a person, and not the promise of one that a request has
    row.__dict__["powers"] = powers
    return row


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
