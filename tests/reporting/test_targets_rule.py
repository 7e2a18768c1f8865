"""Attendance beside a target, on whole sessions."""

import datetime as dt
from decimal import Decimal

import pytest

from registers.rules.measures import Measures
from reporting.rules.targets import TargetLine, bands, is_good, is_over


def line(percent: str | None, *, present: int, possible: int, above: bool = False) -> TargetLine:
    """Return a target and what was reached."""
    return TargetLine(
        of="Alder",
        percent=None if percent is None else Decimal(percent),
        above=above,
        from_date=dt.date(2025, 9, 1),
        until_date=dt.date(2026, 1, 1),
        reached=Measures(present=present, unauthorised=possible - present),
    )


@pytest.mark.parametrize(
    ("percent", "above", "present", "met", "gap"),
    [
        ("96", False, 948, False, "\N{MINUS SIGN}1.2 points"),
        ("97", False, 956, False, "\N{MINUS SIGN}1.4 points"),
        ("91", False, 895, False, "\N{MINUS SIGN}1.5 points"),
        ("96", False, 960, True, "0.0 points"),
        ("96", True, 960, False, "0.0 points"),
        ("96", True, 961, True, "+0.1 points"),
        ("96.5", False, 1000, True, "+3.5 points"),
    ],
)
def test_a_target_is_met_by_its_own_sign_and_the_gap_is_in_points(
    percent: str, above: bool, present: int, met: bool, gap: str
) -> None:
    found = line(percent, present=present, possible=1000, above=above)
    assert (found.met, found.gap) == (met, gap)


def test_a_gap_too_small_for_one_decimal_is_shown_with_more() -> None:
    assert line("96", present=95_999, possible=100_000).gap == "\N{MINUS SIGN}0.001 points"
    assert line("96", present=9_599_999, possible=10_000_000).gap == "0.0000 points"


def test_nothing_is_met_where_nothing_was_possible_or_nothing_is_set() -> None:
    assert (line("96", present=0, possible=0).met, line("96", present=0, possible=0).gap) == (None, "")
    assert (line(None, present=1, possible=1).met, line(None, present=1, possible=1).gap) == (None, "")


def test_the_last_day_is_the_one_before_the_end() -> None:
    assert line("96", present=0, possible=0).last_date == dt.date(2025, 12, 31)
    assert TargetLine(of="Alder", from_date=dt.date(2025, 9, 1)).last_date is None


def test_ninety_six_percent_is_good_attendance_and_less_is_not() -> None:
    assert is_good(Measures(present=960, unauthorised=40), 96)
    assert not is_good(Measures(present=959, unauthorised=41), 96)
    assert not is_good(Measures(), 96)


def test_ten_sessions_are_within_five_days_and_eleven_are_over() -> None:
    assert not is_over(Measures(present=300, authorised=4, unauthorised=6), 5)
    assert is_over(Measures(present=300, authorised=4, unauthorised=7), 5)


def test_bands_count_pupils_who_could_have_come() -> None:
    pupils = [Measures(present=96, unauthorised=4), Measures(present=50, authorised=11), Measures()]
    counted = bands(pupils, good_percent=96, most_days=5)
    assert (counted.pupils, counted.good, counted.within) == (2, 1, 1)
    nothing = bands(pupils, good_percent=None, most_days=None)
    assert (nothing.good, nothing.within) == (None, None)
