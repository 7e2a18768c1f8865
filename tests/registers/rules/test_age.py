import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.rules.age import (
    age_on,
    compulsory_age_from,
    compulsory_age_until,
    headline_age,
    is_compulsory_age,
    is_headline,
)
from registers.rules.calendar import SchoolYear

YEAR = SchoolYear(dt.date(2026, 8, 1))
BIRTHDAYS = st.dates(dt.date(1995, 1, 1), dt.date(2040, 12, 31))


@pytest.mark.parametrize(
    ("dob", "starts"),
    [
        (dt.date(2020, 12, 31), dt.date(2025, 12, 31)),  # on a prescribed day: the birthday itself
        (dt.date(2021, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2021, 3, 31), dt.date(2026, 3, 31)),
        (dt.date(2021, 4, 1), dt.date(2026, 8, 31)),
        (dt.date(2021, 8, 31), dt.date(2026, 8, 31)),
        (dt.date(2021, 9, 1), dt.date(2026, 12, 31)),
        (dt.date(2020, 2, 29), dt.date(2025, 3, 31)),
    ],
)
def test_compulsory_age_begins_on_the_fifth_birthday_or_the_next_prescribed_day(dob: dt.date, starts: dt.date) -> None:
    assert compulsory_age_from(dob) == starts
    assert is_compulsory_age(dob, starts)
    assert not is_compulsory_age(dob, starts - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("year", "last_friday"), [(2023, 30), (2024, 28), (2025, 27), (2026, 26), (2027, 25), (2028, 30)]
)
def test_compulsory_age_ends_at_the_end_of_the_last_friday_in_june(year: int, last_friday: int) -> None:
    dob, leaving_date = dt.date(year - 16, 1, 15), dt.date(year, 6, last_friday)

    assert compulsory_age_until(dob) == leaving_date + dt.timedelta(days=1)
    assert is_compulsory_age(dob, leaving_date)
    assert not is_compulsory_age(dob, leaving_date + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("dob", "leaves_in"),
    [
        (dt.date(2010, 8, 31), 2026),  # sixteen after the leaving date but before the next year begins
        (dt.date(2010, 6, 26), 2026),  # sixteen on the leaving date
        (dt.date(2010, 9, 1), 2027),
        (dt.date(2009, 9, 1), 2026),
    ],
)
def test_a_birthday_belongs_to_the_leaving_date_of_its_school_year(dob: dt.date, leaves_in: int) -> None:
    assert compulsory_age_until(dob).year == leaves_in


@given(BIRTHDAYS)
def test_compulsory_age_begins_at_five_and_ends_on_a_friday_at_fifteen_or_sixteen(dob: dt.date) -> None:
    begins, last = compulsory_age_from(dob), compulsory_age_until(dob) - dt.timedelta(days=1)

    assert age_on(dob, begins) == 5
    assert age_on(dob, last) in {15, 16}
    assert (last.isoweekday(), last.month) == (5, 6)


def test_a_mistyped_year_of_birth_is_answered_and_does_not_stop_an_import() -> None:
    assert not is_compulsory_age(dt.date(1912, 5, 1), dt.date(2026, 1, 5))


def test_a_child_born_on_29_february_is_a_year_older_on_1_march() -> None:
    dob = dt.date(2020, 2, 29)

    assert (age_on(dob, dt.date(2025, 2, 28)), age_on(dob, dt.date(2025, 3, 1))) == (4, 5)


@pytest.mark.parametrize(
    ("dob", "age", "counted"),
    [
        (dt.date(2021, 8, 31), 5, "counted"),
        (dt.date(2021, 9, 1), 4, "apart"),
        (dt.date(2010, 9, 1), 15, "counted"),
        (dt.date(2010, 8, 31), 16, "apart"),
    ],
)
def test_headline_rates_are_of_ages_5_to_15_on_31_august(dob: dt.date, age: int, counted: str) -> None:
    assert headline_age(dob, YEAR) == age
    assert is_headline(dob, YEAR) is (counted == "counted")
