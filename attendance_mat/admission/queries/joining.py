"""Reads of joining: the days and groups a pupil may start in, and who is there already."""

import datetime as dt
from collections.abc import Collection

from registers.models import Group, Pupil, RollPeriod, Session
from registers.rules.roll import Period


def open_days(among: Collection[dt.date]) -> frozenset[dt.date]:
    """Return which of some days are in the school's calendar. One query."""
    return frozenset(Session.objects.filter(date__in=among).values_list("date", flat=True))


def periods_of(pupil: Pupil) -> list[Period]:
    """Return a pupil's times on the roll, first to last. One query."""
    rows = RollPeriod.objects.filter(pupil=pupil).order_by("from_date")
    return [Period(row.from_date, row.until_date) for row in rows]


def with_number(upn: str) -> Pupil | None:
    """Return the pupil who has a unique pupil number here, if one has. One query."""
    return Pupil.objects.filter(upn=upn).first() if upn else None


def registration_groups() -> list[Group]:
    """Return the registration groups by name. One query."""
    return list(Group.objects.filter(kind=Group.Kind.REGISTRATION).order_by("name"))
