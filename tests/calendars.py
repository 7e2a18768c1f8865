"""School days and marks for tests of rules, all in plain values."""

import datetime as dt
from collections.abc import Iterable

from registers.rules.calendar import Half, SessionMark

MONDAY = dt.date(2026, 1, 5)  # the first Monday of a spring term
PRESENT = {Half.AM: "/", Half.PM: "\\"}


def school_days(n: int, *, start: dt.date = MONDAY) -> list[dt.date]:
    """Return so many weekdays from a day on."""
    days = (start + dt.timedelta(days=i) for i in range(n * 2 + 3))
    return [day for day in days if day.weekday() < 5][:n]


def sessions_of(days: Iterable[dt.date]) -> list[tuple[dt.date, Half]]:
    """Return both sessions of each day."""
    return [(day, half) for day in days for half in Half]


def marked(days: Iterable[dt.date], code: str) -> list[SessionMark]:
    """Return the same code at both sessions of each day."""
    return [SessionMark(day, half, code) for day, half in sessions_of(days)]


def attended(days: Iterable[dt.date]) -> list[SessionMark]:
    """Return a present mark at both sessions of each day."""
    return [SessionMark(day, half, PRESENT[half]) for day, half in sessions_of(days)]
