"""The trust as the sum of its schools, in any order, with those that are behind."""

import datetime as dt

import pytest

from attendance_mat.clock import LONDON
from reporting.rules.schools import (
    Figures,
    Morning,
    SchoolLine,
    expect_the_newest,
    newest_night_due,
    sort_lines,
    totals,
)

THURSDAY, FRIDAY = dt.date(2026, 11, 19), dt.date(2026, 11, 20)
LARGE = SchoolLine(
    name="Larkfield", slug="larkfield", as_of=FRIDAY,
    figures=Figures(
        possible=900, present=810, authorised=60, unauthorised=30, pupils=30, persistent=9, severe=1, ten_in_ten_weeks=2
    ),
    morning=Morning(due=10, finished=7, expected=300, registered=210, in_now=190, unexplained=5),
)  # fmt: skip
SMALL = SchoolLine(
    name="Old Mill", slug="old-mill", as_of=THURSDAY,
    figures=Figures(possible=100, present=99, authorised=1, pupils=10),
    morning=Morning(due=2, finished=2, expected=20, registered=20, in_now=20),
)  # fmt: skip
NEW = SchoolLine(name="Archway", slug="archway")


def test_the_trusts_rate_is_the_sum_over_the_sum() -> None:
    sums = totals([LARGE, SMALL, NEW])
    # 909 of 1,000 sessions; the mean of the two schools' rates would be 94.5%
    assert (sums.figures.present, sums.figures.possible) == (909, 1000)
    assert (sums.figures.persistent, sums.figures.pupils) == (9, 40)
    assert (sums.morning.not_taken, sums.morning.due, sums.morning.in_now) == (3, 12, 210)
    assert (sums.oldest, sums.newest) == (THURSDAY, FRIDAY)


def test_a_trust_without_schools_adds_up_to_nothing() -> None:
    assert totals([]).figures == Figures()
    assert totals([]).newest is None


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("school", ["Archway", "Larkfield", "Old Mill"]),
        ("-school", ["Old Mill", "Larkfield", "Archway"]),
        ("attendance", ["Archway", "Larkfield", "Old Mill"]),
        ("-attendance", ["Old Mill", "Larkfield", "Archway"]),
        ("-persistent", ["Larkfield", "Old Mill", "Archway"]),
        ("-severe", ["Larkfield", "Old Mill", "Archway"]),
        ("-ten", ["Larkfield", "Archway", "Old Mill"]),
        ("-registers", ["Larkfield", "Archway", "Old Mill"]),
        ("-in", ["Larkfield", "Old Mill", "Archway"]),
        ("-unexplained", ["Larkfield", "Archway", "Old Mill"]),
        ("checked", ["Archway", "Old Mill", "Larkfield"]),
        ("nonsense", ["Archway", "Larkfield", "Old Mill"]),
    ],
)
def test_the_table_sorts_by_each_column(order: str, names: list[str]) -> None:
    lines, used = sort_lines([SMALL, NEW, LARGE], order)
    assert [line.name for line in lines] == names
    assert used == ("school" if order == "nonsense" else order)


def test_a_school_older_than_the_newest_is_behind_and_one_never_checked_too() -> None:
    behind = {line.name: line.behind for line in expect_the_newest([LARGE, SMALL, NEW])}
    assert behind == {"Larkfield": False, "Old Mill": True, "Archway": True}


def test_a_school_that_owes_a_newer_day_is_behind_even_if_it_is_the_newest() -> None:
    alone = SchoolLine(name="Larkfield", slug="larkfield", as_of=THURSDAY, expected=FRIDAY)
    assert expect_the_newest([alone])[0].behind


def test_before_any_check_nothing_is_expected() -> None:
    assert expect_the_newest([NEW])[0].expected is None


@pytest.mark.parametrize(
    ("hour", "minute", "due"),
    [(1, 59, dt.date(2026, 11, 21)), (2, 0, dt.date(2026, 11, 22)), (8, 50, dt.date(2026, 11, 22))],
)
def test_a_nights_check_is_due_from_two_the_next_morning(hour: int, minute: int, due: dt.date) -> None:
    at = dt.datetime(2026, 11, 23, hour, minute, tzinfo=LONDON)
    assert newest_night_due(at, runs_at=dt.time(2)) == due
