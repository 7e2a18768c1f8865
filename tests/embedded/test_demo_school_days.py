"""The demo's calendar, made by rule for any year."""

import datetime as dt

import pytest

from attendance_mat.embedded.school_days import half_terms, latest_school_day, school_days, weeks_of, year_of

YEARS = range(2024, 2040)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_six_half_terms_of_weekdays_and_about_190_days(year: int) -> None:
    days = school_days(year)
    assert len(half_terms(year)) == 6
    assert list(days) == sorted(set(days))
    assert all(day.weekday() < 5 for day in days)
    assert 185 <= len(days) <= 195


@pytest.mark.parametrize("year", YEARS)
def test_no_school_meets_on_christmas_day_or_the_may_bank_holiday(year: int) -> None:
    days = set(school_days(year))
    first_monday_of_may = next(day for n in range(1, 8) if (day := dt.date(year + 1, 5, n)).weekday() == 0)
    assert not days & {dt.date(year, 12, 25), dt.date(year + 1, 1, 1), first_monday_of_may}


@pytest.mark.parametrize(
    ("year", "good_friday"), [(2024, (2025, 4, 18)), (2025, (2026, 4, 3)), (2026, (2027, 3, 26)), (2029, (2030, 4, 19))]
)
def test_no_school_meets_from_good_friday_to_easter_monday(year: int, good_friday: tuple[int, int, int]) -> None:
    friday = dt.date(*good_friday)
    assert not {friday, friday + dt.timedelta(days=3)} & set(school_days(year))


def test_the_latest_school_day_may_be_in_the_year_before() -> None:
    assert latest_school_day(dt.date(2026, 9, 2)) == dt.date(2026, 7, 21)
    assert year_of(dt.date(2026, 9, 2)) == 2025


def test_a_half_terms_weeks_are_its_days_in_order() -> None:
    autumn = half_terms(2026)[0]
    weeks = weeks_of(autumn)
    assert [len(week) for week in weeks] == [2, 5, 5, 5, 5, 5, 5, 4]
    assert sum(weeks, ()) == autumn.days
