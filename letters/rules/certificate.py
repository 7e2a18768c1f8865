"""A pupil's register over a period as a grid of weeks, with its key and its totals."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from registers.rules import codes
from registers.rules.calendar import Half, SessionMark, monday_of
from registers.rules.codes import Code, Statistical
from registers.rules.measures import Measures, measure

SCHOOL_WEEK: Final = 5  # days shown even where the school never met; a weekend that was met on joins them
DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COUNTS_AS: Final = {
    Statistical.ATTENDING: "attended",
    Statistical.AEA: "attended",
    Statistical.AUTHORISED: "authorised absence",
    Statistical.UNAUTHORISED: "unauthorised absence",
    Statistical.NOT_POSSIBLE: "not counted",
    Statistical.NONE: "not counted",
}


class Kind(StrEnum):
    """What stands in one place of the grid."""

    MARK = "mark"
    MISSING = "missing"
    OFF_ROLL = "off_roll"
    CLOSED = "closed"


@dataclass(frozen=True)
class Entry:
    """One session the school held: the pupil's mark (an empty code where there is none), how often amended."""

    as_mark: SessionMark
    on_roll: bool
    amendments: int = 0


@dataclass(frozen=True)
class Change:
    """An amendment with the particulars that a copy has to show (R12): name and role as they were that day."""

    date: dt.date
    half: Half
    original: str
    amended: str
    reason: str
    at: dt.datetime
    by_name: str
    by_role: str


@dataclass(frozen=True)
class Cell:
    """One place in the grid, a day's morning or afternoon."""

    day: dt.date
    half: Half
    kind: Kind
    code: str = ""
    unauthorised: bool = False
    amended: bool = False


@dataclass(frozen=True)
class Week:
    """A row of the grid: a school week from its Monday."""

    monday: dt.date
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Certificate:
    """A copy of the register for one pupil, as it stood at a moment. Both dates are included."""

    from_date: dt.date
    to_date: dt.date
    as_at: dt.datetime
    weeks: tuple[Week, ...]
    day_names: tuple[str, ...]
    key: tuple[tuple[Code, str], ...]  # each code used, and how it counts
    measures: Measures
    missing: int
    amendments: int
    changes: tuple[Change, ...] = ()  # of the sessions while on roll, in order


def certificate_of(
    entries: Iterable[Entry],
    *,
    from_date: dt.date,
    to_date: dt.date,
    as_at: dt.datetime,
    changes: Iterable[Change] = (),
) -> Certificate:
    """Lay out every session the school held in a period. Weeks in which it never met are left out.

    Source: PR24 reg 10 (what the attendance register holds) and reg 11; statute.md R8, R53.
    """
    held = sorted(entries, key=lambda entry: entry.as_mark)
    days = max([SCHOOL_WEEK, *(entry.as_mark.date.weekday() + 1 for entry in held)])
    on_roll = [entry for entry in held if entry.on_roll]
    counted = {(entry.as_mark.date, entry.as_mark.half) for entry in on_roll}
    return Certificate(
        from_date=from_date,
        to_date=to_date,
        as_at=as_at,
        weeks=tuple(
            _week(monday, list(week), days) for monday, week in groupby(held, lambda e: monday_of(e.as_mark.date))
        ),
        day_names=DAY_NAMES[:days],
        key=_key(on_roll),
        measures=measure(entry.as_mark for entry in on_roll),
        missing=sum(not entry.as_mark.code for entry in on_roll),
        amendments=sum(entry.amendments for entry in on_roll),
        changes=tuple(change for change in changes if (change.date, change.half) in counted),
    )


def _week(monday: dt.date, entries: Sequence[Entry], days: int) -> Week:
    held = {(entry.as_mark.date, entry.as_mark.half): entry for entry in entries}
    dates = [monday + dt.timedelta(days=n) for n in range(days)]
    return Week(monday, tuple(_cell(day, half, held.get((day, half))) for day in dates for half in Half))


def _cell(day: dt.date, half: Half, entry: Entry | None) -> Cell:
    if entry is None:
        return Cell(day, half, Kind.CLOSED)
    if not entry.on_roll:
        return Cell(day, half, Kind.OFF_ROLL)
    if not entry.as_mark.code:
        return Cell(day, half, Kind.MISSING)
    code = codes.find(entry.as_mark.code, on=day)
    unauthorised = code is not None and code.statistical is Statistical.UNAUTHORISED
    return Cell(day, half, Kind.MARK, entry.as_mark.code, unauthorised, amended=entry.amendments > 0)


def _key(entries: Iterable[Entry]) -> tuple[tuple[Code, str], ...]:
    """Return what each code in the grid means, once; a code whose meaning changed in the period stands twice."""
    found = (codes.find(entry.as_mark.code, on=entry.as_mark.date) for entry in entries)
    meanings = {(code.code, code.title): code for code in found if code}
    return tuple((meanings[key], COUNTS_AS[meanings[key].statistical]) for key in sorted(meanings, key=_in_key))


def _in_key(meaning: tuple[str, str]) -> tuple[bool, str, str]:
    """Sort present marks before letters."""
    code, title = meaning
    return code.isalnum(), code, title
