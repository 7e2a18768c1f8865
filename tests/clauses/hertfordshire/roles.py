"""Compulsory school age, which no policy sets."""

import datetime as dt

import pytest

from registers.rules.age import compulsory_age_from, compulsory_age_until, is_compulsory_age
from tests.clauses import proves

A_DAY = dt.timedelta(days=1)


@proves("HCC-10.03")
def test_it_begins_on_31_december_and_not_with_the_spring_term(page_says) -> None:
    born = dt.date(2020, 11, 12)

    assert compulsory_age_from(born) == dt.date(2025, 12, 31)
    assert is_compulsory_age(born, dt.date(2025, 12, 31))
    page_says("HCC-10.03")


@proves("HCC-10.03")
@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        (dt.date(2010, 8, 31), dt.date(2026, 6, 26)),  # sixteen on the last day of August: the June before
        (dt.date(2010, 9, 1), dt.date(2027, 6, 25)),
    ],
)
def test_it_ends_in_the_june_of_that_school_year_and_not_the_one_after_the_birthday(
    born: dt.date, last_day: dt.date
) -> None:
    assert compulsory_age_until(born) - A_DAY == last_day
