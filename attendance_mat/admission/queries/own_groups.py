"""Reads of the groups of the school's own: those a person may see, and who is in them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.models import OwnGroup, OwnGroupPlace
from attendance_mat.admission.rules.seeing import own_groups_seen_by
from registers.models import FamilyTie, Pupil, RollPeriod
from registers.queries.finding import matching, with_group
from registers.queries.measures import Grouping

May = Callable[[Permission], bool]

# The keys are ids of groups of the school's own; a pupil in two of them that day counts in both.
OWN_GROUP: Final = Grouping(
    "dated.group_id",
    "JOIN admission_owngroupplace AS dated ON dated.pupil_id = mark.pupil_id "
    "AND session.date >= dated.from_date AND session.date < COALESCE(dated.until_date, 'infinity')",
)


def seen_groups(*, may: May) -> QuerySet[OwnGroup]:
    """Return the groups of the school's own that someone may see, by name. One query."""
    return OwnGroup.objects.filter(seen_by__in=own_groups_seen_by(may))


def with_numbers(groups: QuerySet[OwnGroup], pupils: QuerySet[Pupil], *, on: dt.date) -> QuerySet[Any]:
    """Return groups with `pupils_in_it`: how many of these pupils are in each on a day, the ended last. One query."""
    still = Q(places__until_date__isnull=True) | Q(places__until_date__gt=on)
    within = still & Q(places__from_date__lte=on, places__pupil__in=_on_roll(pupils, on))
    return groups.annotate(pupils_in_it=Count("places", filter=within)).order_by("-until_date", "name", "pk")


def places_in(group: OwnGroup, pupils: QuerySet[Pupil], *, on: dt.date) -> QuerySet[OwnGroupPlace]:
    """Return the times in a group, not over on a day, of those pupils who are on the roll, by name. One query."""
    still = Q(until_date__isnull=True) | Q(until_date__gt=on)
    return _by_name(OwnGroupPlace.objects.filter(still, group=group, pupil__in=_on_roll(pupils, on)))


def past_places(group: OwnGroup, pupils: QuerySet[Pupil], *, on: dt.date) -> QuerySet[OwnGroupPlace]:
    """Return the times in a group that were over on a day, by name. One query."""
    return _by_name(OwnGroupPlace.objects.filter(group=group, pupil__in=pupils, until_date__lte=on))


def places_of(pupil: Pupil, *, may: May) -> list[OwnGroupPlace]:
    """Return a pupil's times in groups of the school's own that someone may see, those in force first. One query."""
    rows = OwnGroupPlace.objects.filter(pupil=pupil, group__in=seen_groups(may=may)).select_related("group")
    return sorted(rows.order_by("-from_date", "group__name"), key=lambda row: row.until_date is not None)


def to_put_in(pupils: QuerySet[Pupil], words: str, *, on: dt.date) -> list[Pupil]:
    """Return the pupils on roll whom words find, with their registration group. One query."""
    return list(matching(with_group(pupils, on), words))


def family_among(user_id: int, pupil_ids: Collection[int]) -> bool:
    """Say whether one of some pupils is family of a person. One query."""
    return FamilyTie.objects.filter(user=user_id, pupil__in=pupil_ids).exists()


def in_it_already(group: OwnGroup, pupils: Iterable[Pupil], *, from_date: dt.date) -> list[OwnGroupPlace]:
    """Return the times of pupils in a group that reach to a day or begin later. One query."""
    not_over = Q(until_date__isnull=True) | Q(until_date__gt=from_date)
    return list(_by_name(OwnGroupPlace.objects.filter(not_over, group=group, pupil__in=list(pupils))))


def _by_name(rows: QuerySet[OwnGroupPlace]) -> QuerySet[OwnGroupPlace]:
    return rows.select_related("pupil", "group").order_by("pupil__surname", "pupil__forename", "from_date", "pk")


def _on_roll(pupils: QuerySet[Pupil], on: dt.date) -> QuerySet[Pupil]:
    return pupils.filter(pk__in=RollPeriod.objects.filter(in_force_on(on)).values("pupil"))
