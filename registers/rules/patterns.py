"""When a pupil is absent: by week, and by weekday and half. Rates are percent of possible sessions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

from registers.rules.calendar import Half, SessionMark, monday_of
from registers.rules.measures import Measures, measure

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def by_week(marks: Sequence[SessionMark]) -> list[tuple[str, float | None]]:
    """Return each week's attendance under its Monday; None for a week with no possible session."""
    weeks = groupby(sorted(marks), key=lambda mark: monday_of(mark.date))
    return [(_short(monday), _rate(measure(list(week)))) for monday, week in weeks]


def by_weekday(marks: Iterable[SessionMark]) -> list[tuple[str, list[float | None]]]:
    """Return each weekday's attendance, mornings then afternoons; None where no session was possible."""
    listed = list(marks)
    return [
        (
            name,
            [
                _rate(measure([mark for mark in listed if (mark.date.weekday(), mark.half) == (day, half)]))
                for half in Half
            ],
        )
        for day, name in enumerate(WEEKDAYS)
    ]


def _rate(sums: Measures) -> float | None:
    hundredths = sums.attendance_hundredths()
    return None if hundredths is None else hundredths / 100


def _short(monday: dt.date) -> str:
    return f"{monday.day} {monday:%b}"
