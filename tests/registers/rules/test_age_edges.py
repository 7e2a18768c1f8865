"""Every edge of compulsory school age, day by day, and the two codes that turn on it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.rules import codes
from registers.rules.age import compulsory_age_from, compulsory_age_until
from registers.rules.calendar import Half
from registers.rules.codes import Misuse

A_DAY = dt.timedelta(days=1)
PRESCRIBED = ((3, 31), (8, 31), (12, 31))


@pytest.mark.parametrize(
    ("birthday", "starts"),
    [
        ((1, 1), (0, 3, 31)),
        ((3, 30), (0, 3, 31)),
        ((3, 31), (0, 3, 31)),  # on the day itself
        ((4, 1), (0, 8, 31)),
        ((8, 30), (0, 8, 31)),
        ((8, 31), (0, 8, 31)),
        ((9, 1), (0, 12, 31)),
        ((12, 30), (0, 12, 31)),
        ((12, 31), (0, 12, 31)),
        ((2, 29), (0, 3, 31)),
    ],
)
@pytest.mark.parametrize("year", [2016, 2020])  # leap years, so that 29 February is among them
def test_the_first_day_of_compulsory_age(birthday: tuple[int, int], starts: tuple[int, int, int], year: int) -> None:
    later, month, day = starts
    assert compulsory_age_from(dt.date(year, *birthday)) == dt.date(year + 5 + later, month, day)


@given(st.dates(dt.date(2005, 1, 1), dt.date(2035, 12, 31)))
def test_it_begins_on_the_first_prescribed_day_from_the_fifth_birthday(dob: dt.date) -> None:
    fifth = dt.date(dob.year + 5, 3, 1) if (dob.month, dob.day) == (2, 29) else dob.replace(year=dob.year + 5)
    day = fifth
    while (day.month, day.day) not in PRESCRIBED:
        day += A_DAY
    assert compulsory_age_from(dob) == day


LAST_FRIDAYS = {2023: 30, 2024: 28, 2025: 27, 2026: 26, 2027: 25, 2028: 30}


@pytest.mark.parametrize("year", sorted(LAST_FRIDAYS))
@pytest.mark.parametrize(
    ("birthday", "leaves"),
    [
        ("the day before", 0),
        ("the leaving date", 0),  # limb (b): turns sixteen on it
        ("the day after", 0),  # limb (a): after it, before the next school year
        ("31 August", 0),
        ("1 September", 1),  # limb (c): sixteen already at the next one
        ("1 January after", 1),
    ],
)
def test_the_last_day_of_compulsory_age(year: int, birthday: str, leaves: int) -> None:
    leaving = dt.date(year, 6, LAST_FRIDAYS[year])
    sixteen = {
        "the day before": leaving - A_DAY, "the leaving date": leaving, "the day after": leaving + A_DAY,
        "31 August": dt.date(year, 8, 31), "1 September": dt.date(year, 9, 1),
        "1 January after": dt.date(year + 1, 1, 1),
    }[birthday]  # fmt: skip
    last = compulsory_age_until(sixteen.replace(year=sixteen.year - 16)) - A_DAY
    assert last == (leaving if not leaves else last_friday_of_june(year + 1))


def last_friday_of_june(year: int) -> dt.date:
    return max(day for day in (dt.date(year, 6, n) for n in range(1, 31)) if day.weekday() == 4)


FIFTH, LEFT = dt.date(2020, 9, 1), dt.date(2011, 1, 15)


@pytest.mark.parametrize(
    ("dob", "on", "compulsory"),
    [
        (FIFTH, dt.date(2025, 12, 30), False),
        (FIFTH, dt.date(2025, 12, 31), True),
        (LEFT, dt.date(2027, 6, 25), True),
        (LEFT, dt.date(2027, 6, 26), False),
    ],
)
def test_x_is_never_for_compulsory_age_and_c2_only_for_it(dob: dt.date, on: dt.date, compulsory: bool) -> None:
    def refused(code: str) -> codes.Refusal | None:
        return codes.refusal(code, on=on, half=Half.AM, dob=dob, allowed=None, nature="")

    wrong, right = ("X", "C2") if compulsory else ("C2", "X")
    assert refused(right) is None
    why = refused(wrong)
    assert why is not None
    assert why.kind is Misuse.WRONG_AGE
    assert f"Use {right}." in why.message
