import datetime as dt

import pytest

from registers.rules.calendar import (
    Half,
    SchoolYear,
    SessionMark,
    monday_of,
    register_closes_at,
    school_days_after,
    school_weeks,
    school_year_start,
)
from tests.calendars import MONDAY, school_days


@pytest.mark.parametrize(
    ("on", "starts"),
    [
        (dt.date(2026, 7, 31), dt.date(2025, 8, 1)),
        (dt.date(2026, 8, 1), dt.date(2026, 8, 1)),
        (dt.date(2026, 1, 1), dt.date(2025, 8, 1)),
    ],
)
def test_the_year_turns_between_31_july_and_1_august(on: dt.date, starts: dt.date) -> None:
    assert school_year_start(on) == starts


def test_a_school_year_knows_its_last_day_and_its_name() -> None:
    year = SchoolYear.of(dt.date(2026, 11, 23))

    assert (year.last, year.until, year.label) == (dt.date(2027, 7, 31), dt.date(2027, 8, 1), "2026/27")
    assert year.last in year
    assert year.until not in year


def test_the_year_at_a_century_s_turn_is_written_with_two_figures() -> None:
    assert SchoolYear(dt.date(2099, 8, 1)).label == "2099/00"


def test_a_school_week_begins_on_monday() -> None:
    assert monday_of(MONDAY) == MONDAY
    assert monday_of(MONDAY + dt.timedelta(days=6)) == MONDAY
    assert monday_of(MONDAY - dt.timedelta(days=1)) == MONDAY - dt.timedelta(days=7)


def test_a_week_with_one_session_is_a_school_week_and_a_holiday_is_none() -> None:
    friday, after_a_week_off = MONDAY + dt.timedelta(days=4), MONDAY + dt.timedelta(days=16)

    assert school_weeks([after_a_week_off, friday, friday]) == [MONDAY, MONDAY + dt.timedelta(days=14)]


def test_the_fifth_school_day_skips_the_weekend_and_does_not_count_the_day_itself() -> None:
    days = school_days(10)
    wednesday = days[2]

    assert school_days_after(reversed(days), wednesday, 5) == days[7]


def test_a_calendar_that_ends_too_soon_gives_no_day() -> None:
    assert school_days_after(school_days(5), MONDAY, 5) is None


@pytest.mark.parametrize(
    ("on", "utc_hour"),
    [
        (dt.date(2026, 3, 27), 9),  # the Friday before the clocks go forward
        (dt.date(2026, 3, 30), 8),  # the Monday after
        (dt.date(2026, 10, 26), 9),  # the Monday after they go back
    ],
)
def test_a_register_closes_by_the_clock_on_the_wall_in_summer_and_winter(on: dt.date, utc_hour: int) -> None:
    closes = register_closes_at(on, starts=dt.time(8, 50), open_minutes=30)

    assert f"{closes:%H:%M}" == "09:20"
    assert closes.astimezone(dt.UTC).hour == utc_hour


def test_marks_sort_in_the_order_of_their_sessions() -> None:
    afternoon, morning = SessionMark(MONDAY, Half.PM, "\\"), SessionMark(MONDAY, Half.AM, "U")

    assert sorted([afternoon, morning]) == [morning, afternoon]
