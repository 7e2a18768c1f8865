"""What is read of groups: the years they hold."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from attendance_mat.accounts.models import in_force_on
from registers.models import Group, GroupMember, PupilYear


def years_of_group(group_id: int, on: dt.date) -> frozenset[int]:
    """Return the years of a group's pupils on a day. One query."""
    members = GroupMember.objects.filter(in_force_on(on), group=group_id).values("pupil")
    return frozenset(PupilYear.objects.filter(in_force_on(on), pupil__in=members).values_list("year", flat=True))


def years_of_groups(group_ids: Collection[int], on: dt.date) -> dict[int, frozenset[int]]:
    """Return the years of several groups' pupils on a day. One query."""
    in_year = PupilYear.objects.filter(in_force_on(on), pupil=OuterRef("pupil")).values("year")[:1]
    members = GroupMember.objects.filter(in_force_on(on), group__in=group_ids).annotate(year=Subquery(in_year))
    found: dict[int, set[int]] = defaultdict(set)
    for group, year in members.filter(year__isnull=False).values_list("group", "year").distinct():
        found[group].add(year)
    return {group: frozenset(years) for group, years in found.items()}


def registration_group(pupil_id: int, on: dt.date) -> Group | None:
    """Return the registration group a pupil is in on a day. One query."""
    places = GroupMember.objects.filter(in_force_on(on), pupil=pupil_id, kind=Group.Kind.REGISTRATION)
    return Group.objects.filter(places__in=places).first()


def year_of(pupil_id: int, on: dt.date) -> int | None:
    """Return the year a pupil is in on a day, if one is recorded. One query."""
    return PupilYear.objects.filter(in_force_on(on), pupil=pupil_id).values_list("year", flat=True).first()
