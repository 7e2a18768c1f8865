"""The days on which the demonstration's schools meet, by rule, so that it opens on one in any year.

Plain and of the standard library only: the launcher asks for the latest, and the demo's data are made of all of them.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

MONDAY, FRIDAY = 0, 4
SEPTEMBER = 9
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


@dataclass(frozen=True)
class HalfTerm:
    """The school days from one break to the next."""

    days: tuple[dt.date, ...]


@lru_cache
def half_terms(year: int) -> tuple[HalfTerm, ...]:
    """Return the six half terms of the school year that begins in September of a year.

    Staff days stand beside breaks: before 3 September, the Friday before the autumn half term, and the
    first Monday of January. There are about 190 days for pupils.
    """
    nxt = year + 1
    october, february, whitsun = (
        _last_monday(year, 10),
        _monday_from(dt.date(nxt, 2, 15)),
        _last_monday(nxt, 5),
    )
    holy_week = _easter(nxt) - 6 * DAY
    spans = [
        (dt.date(year, 9, 3), october - 3 * DAY),
        (october + WEEK, _weekday_until(dt.date(year, 12, 21), FRIDAY) + DAY),
        (_monday_from(dt.date(nxt, 1, 3)) + DAY, february),
        (february + WEEK, holy_week),
        (holy_week + 2 * WEEK, whitsun),
        (whitsun + WEEK, dt.date(nxt, 7, 22)),
    ]
    closed = {_monday_from(dt.date(nxt, 5, 1))}
    return tuple(HalfTerm(_weekdays(first, until, closed)) for first, until in spans)


@lru_cache
def school_days(year: int) -> tuple[dt.date, ...]:
    """Return every day on which the schools meet in the school year that begins in September of a year."""
    return tuple(day for half_term in half_terms(year) for day in half_term.days)


def year_of(day: dt.date) -> int:
    """Return the year in which a day's school year began; its first day is that of September's term."""
    return day.year if day >= school_days(day.year)[0] else day.year - 1


def latest_school_day(on: dt.date) -> dt.date:
    """Return the latest day, this one included, on which the schools meet."""
    return max(day for day in school_days(year_of(on)) if day <= on)


def weeks_of(half_term: HalfTerm) -> list[tuple[dt.date, ...]]:
    """Return a half term's days week by week."""
    starts = [0, *(i for i, (a, b) in enumerate(pairwise(half_term.days), 1) if b.weekday() <= a.weekday())]
    return [half_term.days[a:b] for a, b in pairwise([*starts, len(half_term.days)])]


def _weekdays(first: dt.date, until: dt.date, closed: set[dt.date]) -> tuple[dt.date, ...]:
    days = (first + n * DAY for n in range((until - first).days))
    return tuple(day for day in days if day.weekday() <= FRIDAY and day not in closed)


def _monday_from(day: dt.date) -> dt.date:
    return day + (-day.weekday() % 7) * DAY


def _weekday_until(day: dt.date, weekday: int) -> dt.date:
    return day - ((day.weekday() - weekday) % 7) * DAY


def _last_monday(year: int, month: int) -> dt.date:
    return _weekday_until(dt.date(year, month, 31), MONDAY)


def _easter(year: int) -> dt.date:
    """Return Easter Sunday, by the Gregorian computus of Meeus, Jones and Butcher."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    correction = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return dt.date(year, month, day + 1)
