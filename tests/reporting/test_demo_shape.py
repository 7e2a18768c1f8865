"""The demonstration's absences have the shape of England's, and are the same every time."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

import pytest

from attendance_mat.embedded.school_days import school_days
from reporting.demo.pupils import Child, Children
from reporting.demo.schools import SCHOOLS, SchoolPlan
from reporting.demo.shape import PRIMARY, SECONDARY

YEAR = 2026
DAYS = school_days(YEAR)
AUTUMN = 2 * 52  # sessions to 23 November 2026
AUTHORISED, UNAUTHORISED = frozenset({"C", "C2", "E", "I", "M", "R"}), frozenset({"G", "O", "U"})
MISSED = AUTHORISED | UNAUTHORISED


@cache
def children_of(phase: str) -> list[Child]:
    return [child for plan in SCHOOLS if plan.phase == phase for child in drawn(plan) if 1 <= child.year <= 11]


@cache
def drawn(plan: SchoolPlan) -> list[Child]:
    return Children(plan, YEAR).all


def missed(child: Child, sessions: int, codes: Iterable[str] = MISSED) -> int:
    return sum(1 for number, code in child.plan.codes.items() if number < sessions and code in codes)


def percent_missed(phase: str, sessions: int, codes: Iterable[str] = MISSED) -> float:
    children = children_of(phase)
    return 100 * sum(missed(child, sessions, codes) for child in children) / (sessions * len(children))


def percent_of_pupils(phase: str, sessions: int, *, missing: int) -> float:
    children = children_of(phase)
    return 100 * sum(100 * missed(child, sessions) >= missing * sessions for child in children) / len(children)


def by_weekday(phase: str) -> dict[int, float]:
    counts = Counter(
        DAYS[number // 2].weekday()
        for child in children_of(phase)
        for number, code in child.plan.codes.items()
        if code in MISSED
    )
    days = Counter(day.weekday() for day in DAYS)
    mean = sum(counts.values()) / len(DAYS)
    return {weekday: counts[weekday] / days[weekday] / mean for weekday in range(5)}


# Published for 2025/26: 5.28 and 8.49 over the year; secondary 7.2 and 8.8 in the two half terms of the autumn.
@pytest.mark.parametrize(
    ("phase", "sessions", "low", "high"),
    [
        ("primary", AUTUMN, 4.6, 6.2),
        ("primary", 2 * len(DAYS), 4.7, 6.2),
        ("secondary", AUTUMN, 6.6, 8.6),
        ("secondary", 2 * len(DAYS), 7.7, 9.6),
    ],
)
def test_overall_absence_is_near_the_published_rate(phase: str, sessions: int, low: float, high: float) -> None:
    assert low < percent_missed(phase, sessions) < high


# Published for 2024/25: 12.99 and 23.37 over the year, and some points more over one term.
@pytest.mark.parametrize(("phase", "low", "high"), [("primary", 12, 20), ("secondary", 18, 27)])
def test_persistent_absence_of_the_term_is_near_the_published_rate(phase: str, low: float, high: float) -> None:
    assert low < percent_of_pupils(phase, AUTUMN, missing=10) < high


@pytest.mark.parametrize(("phase", "low", "high"), [("primary", 0.1, 1.6), ("secondary", 1.2, 4.2)])
def test_a_few_pupils_are_severely_absent(phase: str, low: float, high: float) -> None:
    assert low < percent_of_pupils(phase, AUTUMN, missing=50) < high


@pytest.mark.parametrize(("phase", "shape"), [("primary", PRIMARY), ("secondary", SECONDARY)])
def test_the_mix_of_codes_is_near_the_published_one(phase: str, shape) -> None:
    year = 2 * len(DAYS)
    assert percent_missed(phase, year, AUTHORISED) > 1.5 * percent_missed(phase, year, UNAUTHORISED)
    assert percent_missed(phase, year, "L") == pytest.approx(100 * shape.late, rel=0.25)
    assert percent_missed(phase, year, "M") == pytest.approx(100 * shape.medical, rel=0.3)
    assert percent_missed(phase, year, "G") == pytest.approx(
        100 * shape.holiday.pupils * shape.holiday.sessions / year, rel=0.25
    )


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_friday_is_the_day_most_missed_and_wednesday_is_not(phase: str) -> None:
    weekdays = by_weekday(phase)
    assert max(weekdays, key=weekdays.get) == 4
    assert weekdays[4] > 1.08
    assert weekdays[2] < 1.02


def test_pupils_who_have_free_school_meals_miss_more() -> None:
    with_meals = [missed(child, AUTUMN) for child in children_of("secondary") if "fsm" in child.traits]
    without = [missed(child, AUTUMN) for child in children_of("secondary") if "fsm" not in child.traits]
    assert sum(with_meals) / len(with_meals) > 1.4 * sum(without) / len(without)


def test_a_holiday_is_one_block_that_touches_a_weekend() -> None:
    holidays = [
        sorted(number for number, code in child.plan.codes.items() if code == "G") for child in children_of("primary")
    ]
    blocks = [block for block in holidays if block]
    assert sum(map(len, blocks)) / len(blocks) == pytest.approx(8.9, abs=1)
    assert sum(DAYS[block[0] // 2].weekday() == 0 for block in blocks) > 0.9 * len(blocks)


def test_a_school_is_drawn_the_same_every_time() -> None:
    again = Children(SCHOOLS[0], YEAR).all
    assert [vars(child) for child in again] == [vars(child) for child in drawn(SCHOOLS[0])]


def test_another_year_is_drawn_too() -> None:
    children = Children(SCHOOLS[0], 2027).all
    assert len(children) == SCHOOLS[0].pupils
    assert max(max(child.plan.codes, default=0) for child in children) < 2 * len(school_days(2027))
