"""The list of a muster as it stands while several people tick it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from registers.models import Muster, MusterPlace, MusterTick


@dataclass(frozen=True)
class Place:
    """One pupil on the list of a muster: found or not, and who said so last."""

    pk: int
    list_name: str
    group: str
    where: str
    found: bool
    by_name: str
    at: dt.datetime | None


def running_muster() -> Muster | None:
    """Return the muster that has begun and not ended, if any. One query."""
    return Muster.objects.filter(ended_at__isnull=True).first()


def places_of(muster: Muster, *, only: int | None = None) -> list[Place]:
    """Return the list of a muster, by group and name, with the last word on each pupil; or one place of it. One
    query."""
    last = MusterTick.objects.filter(place=OuterRef("pk")).order_by("-pk")
    rows = MusterPlace.objects.filter(muster=muster, **({"pk": only} if only else {}))
    rows = rows.annotate(
        surname=Coalesce(NullIf(F("pupil__surname_in_use"), Value("")), F("pupil__surname")),
        forename=Coalesce(NullIf(F("pupil__forename_in_use"), Value("")), F("pupil__forename")),
        found=Subquery(last.values("found")[:1]),
        by_name=Subquery(last.values("by_name")[:1]),
        at=Subquery(last.values("at")[:1]),
    ).order_by("group_name", "surname", "forename", "pk")
    columns = rows.values_list("pk", "surname", "forename", "group_name", "where", "found", "by_name", "at")
    return [
        Place(pk, f"{surname}, {forename}", group, where, bool(found), by_name or "", at)
        for pk, surname, forename, group, where, found, by_name, at in columns
    ]


@dataclass(frozen=True)
class Count:
    """How many of a list, or of a group of it, were found."""

    label: str
    found: int
    all: int

    @property
    def missing(self) -> int:
        return self.all - self.found


def counts(places: Iterable[Place]) -> list[Count]:
    """Return how many were found in each group, in order. No query."""
    found: dict[str, list[bool]] = {}
    for place in places:
        found.setdefault(place.group, []).append(place.found)
    return [Count(group, sum(each), len(each)) for group, each in found.items()]
