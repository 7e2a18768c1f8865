"""The window in which John Taylor counts, and the law's."""

import datetime as dt

from tests.calendars import school_days
from tests.clauses import proves
from tests.clauses.law import beaten
from tests.clauses.law_of_penalties import is_considered

HELD = school_days(55, start=dt.date(2025, 9, 8))


@proves("JTM-4.09")
def test_the_tenth_session_within_ten_adjacent_school_weeks_is_the_line(page_says) -> None:
    beaten("JTM-4.09")

    assert not is_considered("john_taylor", "O" * 9)
    assert is_considered("john_taylor", "O" * 10)
    page_says("JTM-4.09")


@proves("JTM-4.09")
def test_ten_weeks_begin_on_monday_and_do_not_roll_by_the_day() -> None:
    # Given absence on a Friday and, within seventy days of it, from a Monday to a Thursday: eleven weeks are touched
    friday, later = HELD[4], school_days(4, start=dt.date(2025, 11, 17))

    assert (later[-1] - friday).days < 70
    assert not is_considered("john_taylor", "O" * 10, days=[friday, *later], held=HELD)


@proves("JTM-4.09")
def test_a_week_without_a_session_is_passed_over() -> None:
    held = [day for day in HELD if not dt.date(2025, 10, 27) <= day <= dt.date(2025, 10, 31)]
    apart = [*held[:2], *held[47:50]]

    assert (apart[-1] - apart[0]).days > 70
    assert is_considered("john_taylor", "O" * 10, days=apart, held=held)
