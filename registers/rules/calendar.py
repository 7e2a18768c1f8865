"""Days, halves, weeks and school years."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import StatisticalYear

LONDON: Final = ZoneInfo("Europe/London")


class Half(StrEnum):
    """One of the two sessions of a school day. Source: SD99 reg 3; statute.md R1."""

    AM = "am"
    PM = "pm"


class SessionMark(NamedTuple):
    """One pupil's code at one session, as a rule reads it. Sorts in the order the sessions were held."""

    date: dt.date
    half: Half
    code: str


@dataclass(frozen=True, order=True)
class SchoolYear:
    """The year attendance is counted over, from its first day. Source: EES-M s4.1; statute.md R2, R61."""

    starts: dt.date

    @classmethod
    def of(cls, on: dt.date) -> "SchoolYear":
        """Return the school year a day falls in."""
        return cls(school_year_start(on))

    @property
    def until(self) -> dt.date:
        """Return the first day of the next year."""
        return _start(self.starts.year + 1)

    @property
    def last(self) -> dt.date:
        """Return the year's last day."""
        return self.until - dt.timedelta(days=1)

    @property
    def label(self) -> str:
        """Return the year as people write it, 2026/27."""
        return f"{self.starts.year}/{self.until.year % 100:02}"

    def __contains__(self, on: dt.date) -> bool:
        return self.starts <= on < self.until


def school_year_start(on: dt.date) -> dt.date:
    """Return the first day of the school year a day falls in. Source: EES-M s4.1; statute.md R2, R61."""
    this_year = _start(on.year)
    return this_year if on >= this_year else _start(on.year - 1)


@lru_cache
def _start(year: int) -> dt.date:
    terms = national().terms(StatisticalYear, on=dt.date(year, 12, 31))
    return terms.starts.of(year)


def monday_of(on: dt.date) -> dt.date:
    """Return the Monday of a day's week: a school week begins on Monday. Source: PN07 reg 9A; statute.md R42."""
    return on - dt.timedelta(days=on.weekday())


def school_weeks(dates: Iterable[dt.date]) -> list[dt.date]:
    """Return, in order, the Monday of every week in which the school met at least once.

    Weeks of holiday are not there, so that they use up no window. Source: PN07 reg 9A; statute.md R42.
    """
    return sorted({monday_of(on) for on in dates})


def school_days_after(days: Iterable[dt.date], start: dt.date, n: int) -> dt.date | None:
    """Return the nth school day after a day; nothing where the calendar does not reach so far.

    Source: PR24 reg 10(7)-(9), counted from the session's day; statute.md R8.
    """
    later = sorted({day for day in days if day > start})
    return next(islice(later, n - 1, None), None)


def register_closes_at(on: dt.date, *, starts: dt.time, open_minutes: int) -> dt.datetime:
    """Return the moment a session's register closes, in London's time. Source: WTISA; statute.md R6."""
    return dt.datetime.combine(on, starts, tzinfo=LONDON) + dt.timedelta(minutes=open_minutes)
