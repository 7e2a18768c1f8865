"""Which registers of a day somebody takes in another's place, and what a cover person reaches: those alone."""

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from registers.models import Cover, Group, Session
from registers.queries.scope import groups_in_scope

LEFT: Final = Q(cover_pass__membership__ended_at__isnull=False)  # its bearer has signed out, and covers nothing more


def covers_that_hold() -> QuerySet[Cover]:
    """Return the covers that nobody has ended and whose bearer, where a pass gave them, has not signed out."""
    return Cover.objects.filter(~LEFT, ended_at__isnull=True)


def left_behind(date: dt.date) -> QuerySet[Cover]:
    """Return the covers of a day whose bearer has signed out and which nobody has ended since. One query."""
    return Cover.objects.select_related("cover_pass__membership").filter(LEFT, date=date, ended_at__isnull=True)


def covers_on(date: dt.date) -> QuerySet[Cover]:
    """Return the covers of a day that hold. One query."""
    return covers_that_hold().filter(date=date)


def groups_to_take(by: Member, scope: Scope, on: dt.date, *, half: str = "") -> QuerySet[Group]:
    """Return the groups whose register a member takes on a day: their own, and those they cover (in a half)."""
    covered = covers_on(on).filter(user=by.user_id, group__isnull=False)
    covered = covered.filter(half=half) if half else covered
    own = groups_in_scope(by, scope, on)
    return own if scope >= Scope.SCHOOL else Group.objects.filter(Q(pk__in=own) | Q(pk__in=covered.values("group")))


def covers_lesson(by: Member, on: dt.date) -> Exists:
    """Return the condition that a member covers a lesson on a day."""
    return Exists(covers_on(on).filter(user=by.user_id, lesson=OuterRef("pk")))


def covered_by(**of: Combinable) -> Subquery:
    """Return the name of who covers a register, as an expression; None where nobody does."""
    return Subquery(covers_that_hold().filter(**of).values("name")[:1])


def group_in_reach(on: dt.date, half: str, group_id: int, *, by: Member, scope: Scope) -> tuple[Group, Session] | None:
    """Return a registration group whose register the member may take, with the session; None without. Two queries."""
    session = Session.objects.filter(date=on, half=half).first()
    groups = groups_to_take(by, scope, on, half=half).filter(kind=Group.Kind.REGISTRATION)
    group = groups.filter(pk=group_id).first() if session else None
    return (group, session) if group and session else None
