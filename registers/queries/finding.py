"""Finding pupils by a few letters, a number or a group."""

import datetime as dt
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from registers.models import Group, Pupil


def placed(pupils: QuerySet[Pupil], on: dt.date) -> QuerySet[Any]:  # mypy does not follow the annotations
    """Return pupils with `group_name` and `year` as on a day, None where they had none. No query of its own."""
    in_group = Q(group_places__kind=Group.Kind.REGISTRATION, group_places__from_date__lte=on)
    in_year = Q(years__from_date__lte=on)
    return pupils.annotate(
        place=FilteredRelation("group_places", condition=in_group & _open_on("group_places", on)),
        year_now=FilteredRelation("years", condition=in_year & _open_on("years", on)),
        group_name=F("place__group__name"),
        year=F("year_now__year"),
    )


def with_group(pupils: QuerySet[Pupil], on: dt.date) -> QuerySet[Pupil]:
    """Return pupils on roll on a day with `group_name` and `year`, by group and name. One query."""
    on_roll = Q(roll_periods__from_date__lte=on) & _open_on("roll_periods", on)
    return placed(pupils.filter(on_roll), on).order_by("group_name", "surname", "forename", "pk")


def matching(pupils: QuerySet[Pupil], words: str) -> QuerySet[Pupil]:
    """Narrow to pupils with every word in a name, or with this UPN, local number or group. No query."""
    for word in words.split():
        pupils = pupils.filter(
            Q(surname__icontains=word)
            | Q(forename__icontains=word)
            | Q(surname_in_use__icontains=word)
            | Q(forename_in_use__icontains=word)
            | Q(upn__iexact=word)
            | Q(local_id__iexact=word)
            | Q(group_name__iexact=word)
        )
    return pupils


def _open_on(relation: str, on: dt.date) -> Q:
    return Q(**{f"{relation}__until_date__isnull": True}) | Q(**{f"{relation}__until_date__gt": on})
