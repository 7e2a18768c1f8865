"""A school year's calendar as it stands."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from registers.models import PlannedDay, Session
from registers.queries.importing import sessions_in_use
from registers.rules.calendar import Half, SchoolYear
from registers.rules.school_calendar import Slot


class InUse(NamedTuple):
    """A session that cannot be taken away, and the registers and marks it has."""

    date: dt.date
    half: Half
    registers: int
    marks: int


def sessions_of_year(year: SchoolYear) -> dict[Slot, int]:
    """Return the sessions of a school year by day and half. One query."""
    rows = Session.objects.filter(date__gte=year.starts, date__lt=year.until).order_by("date", "half")
    return {(date, Half(half)): pk for pk, date, half in rows.values_list("pk", "date", "half")}


def sessions_between(first: dt.date, last: dt.date) -> dict[Slot, int]:
    """Return the sessions from a day to a day, both included. One query."""
    rows = Session.objects.filter(date__range=(first, last))
    return {(date, Half(half)): pk for pk, date, half in rows.values_list("pk", "date", "half")}


def named_days(year: SchoolYear) -> list[PlannedDay]:
    """Return the days of a year that have a name. One query."""
    return list(PlannedDay.objects.filter(date__gte=year.starts, date__lt=year.until))


def in_use(ids: Collection[int], slots: dict[int, Slot]) -> list[InUse]:
    """Return those of some sessions that have registers or marks, in order. One query."""
    used = sessions_in_use(list(ids))
    return sorted(InUse(*slots[pk], *counts) for pk, counts in used.items())
