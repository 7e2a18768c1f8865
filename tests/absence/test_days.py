"""The days of leave, in plain values."""

import datetime as dt

import pytest

from absence.rules.days import Days, in_words
from registers.rules.calendar import Half

MONDAY, FRIDAY = dt.date(2026, 12, 7), dt.date(2026, 12, 11)


@pytest.mark.parametrize(
    ("sessions", "words"),
    [
        (1, "1 session (half a day)"),
        (2, "2 sessions (1 day)"),
        (3, "3 sessions (1½ days)"),
        (9, "9 sessions (4½ days)"),
    ],
)
def test_sessions_are_said_in_days_too(sessions: int, words: str) -> None:
    assert in_words(sessions) == words


def test_leave_of_mornings_takes_no_afternoon() -> None:
    assert Days(MONDAY, FRIDAY, "am").takes(Half.AM)
    assert not Days(MONDAY, FRIDAY, "am").takes(Half.PM)
    assert all(Days(MONDAY, FRIDAY).takes(half) for half in Half)


def test_the_first_day_back_follows_the_last_day_of_leave() -> None:
    assert Days(MONDAY, FRIDAY).until == dt.date(2026, 12, 12)


def test_days_hold_those_within_them() -> None:
    asked = Days(MONDAY, FRIDAY)
    assert asked.holds(asked)
    assert not asked.holds(Days(MONDAY, FRIDAY + dt.timedelta(days=1)))
    assert not asked.holds(Days(FRIDAY, MONDAY))
