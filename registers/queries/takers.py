"""Who takes which register on which day: job shares, cover, and the groups that nobody takes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.queries import not_over
from attendance_mat.accounts.roles import PASS_ROLES, Role, scope_of
from attendance_mat.trust.models import School
from registers.models import Assignment, Group, Session

DAYS_AHEAD: Final = 5  # school days after today
TAKING_ROLES: Final = sorted(
    role.value for role in frozenset(Role) - PASS_ROLES if scope_of(role, Permission.TAKE_REGISTER) is not None
)
# A person takes a register only while they hold a role at the school and can sign in.
_GRID: Final = """
SELECT owed.group_id, owed.name, owed.day, array_remove(array_agg(DISTINCT taker.name ORDER BY taker.name), NULL)
    || ARRAY(
        SELECT DISTINCT cover.name || ' (cover)' FROM registers_cover AS cover
        WHERE cover.group_id = owed.group_id AND cover.date = owed.day AND cover.ended_at IS NULL
    )
FROM (
    SELECT DISTINCT place.group_id, grp.name, held.day
    FROM (
        (SELECT DISTINCT date AS day FROM registers_session WHERE date > %s ORDER BY 1 LIMIT %s)
        UNION SELECT date FROM registers_session WHERE date = %s
    ) AS held
    JOIN registers_groupmember AS place ON place.kind = 'registration' AND place.from_date <= held.day
        AND COALESCE(place.until_date, 'infinity') > held.day AND place.group_id IN ({groups})
    JOIN registers_group AS grp ON grp.id = place.group_id
    JOIN registers_rollperiod AS roll ON roll.pupil_id = place.pupil_id AND roll.from_date <= held.day
        AND COALESCE(roll.until_date, 'infinity') > held.day
) AS owed
LEFT JOIN (
    registers_assignment AS assignment
    JOIN accounts_user AS taker ON taker.id = assignment.user_id AND taker.is_active
) ON assignment.group_id = owed.group_id AND assignment.from_date <= owed.day
    AND COALESCE(assignment.until_date, 'infinity') > owed.day
    AND (extract(isodow FROM owed.day)::int - 1) = ANY(assignment.weekdays)
    AND EXISTS (
        SELECT FROM accounts_membership AS held WHERE held.user_id = taker.id AND held.school_id = %s
            AND held.ended_at IS NULL AND held.from_date <= owed.day
            AND COALESCE(held.until_date, 'infinity') > owed.day
    )
GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
"""


class TakenDay(NamedTuple):
    """A school day of a group, and who takes its register then."""

    date: dt.date
    takers: Sequence[str]


@dataclass(frozen=True)
class GroupDays:
    """A registration group with its coming school days."""

    group_id: int
    name: str
    days: Sequence[TakenDay]

    @property
    def untaken(self) -> list[dt.date]:
        """Return the days on which nobody takes its register."""
        return [day.date for day in self.days if not day.takers]

    def on(self, date: dt.date) -> TakenDay | None:
        """Return one day; None when the group has no register that day."""
        return next((day for day in self.days if day.date == date), None)


def coming_school_days(today: dt.date) -> list[dt.date]:
    """Return today, if the school meets, and the next five days on which it does. One query."""
    held = Session.objects.filter(date__gte=today).order_by("date").values_list("date", flat=True).distinct()
    days = list(held[: DAYS_AHEAD + 1])
    return days if days and days[0] == today else days[:DAYS_AHEAD]


def takers_by_day(school: School, groups: QuerySet[Group], *, today: dt.date) -> list[GroupDays]:
    """Return each registration group that owes a register on a coming school day, with who takes it. One query."""
    try:
        asked, numbers = groups.filter(kind=Group.Kind.REGISTRATION).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_GRID.replace("{groups}", asked), [today, DAYS_AHEAD, today, *numbers, school.pk])
        rows = cursor.fetchall()
    return [
        GroupDays(pk, name, [TakenDay(day, takers) for _, _, day, takers in found])
        for (pk, name), found in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def people_who_take(school: School, *, on: dt.date) -> QuerySet[User]:
    """Return whoever may take a register at a school on a day or later, by name. One query."""
    held = Membership.objects.filter(not_over(on), user=OuterRef("pk"), school=school, role__in=TAKING_ROLES)
    return User.objects.filter(Exists(held), is_active=True, is_machine=False).order_by("name")


def assignments_not_over(groups: QuerySet[Group], *, on: dt.date) -> QuerySet[Assignment]:
    """Return who takes, or will take, the registers of some groups, by group and name. One query."""
    rows = Assignment.objects.filter(group__in=groups, group__kind=Group.Kind.REGISTRATION)
    rows = rows.filter(Q(until_date__isnull=True) | Q(until_date__gt=on))
    return rows.select_related("group", "user").order_by("group__name", "from_date", "user__name", "pk")


def overlapping(
    user: User, group: Group, weekdays: Sequence[int], *, from_date: dt.date, until_date: dt.date | None
) -> Assignment | None:
    """Return an assignment by which a person takes a group on one of these days already. One query."""
    rows = Assignment.objects.filter(user=user, group=group, weekdays__overlap=list(weekdays))
    rows = rows.filter(Q(until_date__isnull=True) | Q(until_date__gt=from_date))
    return (rows.filter(from_date__lt=until_date) if until_date else rows).order_by("from_date").first()
