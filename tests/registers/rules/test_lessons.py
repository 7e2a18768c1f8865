"""What a lesson's mark says of a session's, and of the next lesson's."""

import datetime as dt

import pytest

from registers.rules.calendar import Half
from registers.rules.lessons import carried_over, is_contradicted, supplied_codes, supplied_half
from tests.conftest import LONDON

STARTS = dt.datetime(2026, 11, 23, 9, 45, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("period", "morning", "afternoon", "half"),
    [
        ("1", "1", "4", Half.AM), ("P1", "1", "4", Half.AM), ("Period 1", "1", "4", Half.AM), ("4", "1", "P4", Half.PM),
        ("2", "1", "4", None), ("11", "1", "4", None), ("1", None, None, None), ("", None, "4", None),
        ("Tutor", "tutor", None, Half.AM), ("Prep", "Prep", None, Half.AM),
    ],
)  # fmt: skip
def test_the_period_that_supplies_a_session_is_the_one_the_policy_names(
    period: str, morning: str | None, afternoon: str | None, half: Half | None
) -> None:
    assert supplied_half(period, morning=morning, afternoon=afternoon) == half


@pytest.mark.parametrize(
    ("code", "codes"),
    [("/", {"\\"}), ("ES", {"\\"}), ("L", {"L", "U"}), ("N", {"N"}), ("", {""})],
)
def test_a_lesson_s_code_agrees_with_statutory_ones(code: str, codes: set[str]) -> None:
    assert supplied_codes(code, Half.PM) == codes


@pytest.mark.parametrize(
    ("code", "minutes", "proposed"),
    [
        ("/", None, "/"),
        ("N", None, "N"),
        ("L", None, "/"),
        ("ES", None, ""),
        ("ES", 0, ""),
        ("ES", 1, "ES"),
        ("", None, ""),
    ],
)
def test_the_first_lesson_of_a_double_proposes_for_the_second(code: str, minutes: int | None, proposed: str) -> None:
    until = None if minutes is None else STARTS + dt.timedelta(minutes=minutes)
    assert carried_over(code, until_at=until, starts_at=STARTS) == proposed


@pytest.mark.parametrize(
    ("code", "registered", "is_so"),
    [
        ("/", "N", True), ("L", "N", True), ("ES", "I", True), ("/", "M", True), ("/", "V", True), ("N", "/", True),
        ("N", "\\", True), ("N", "L", True), ("N", "U", True), ("/", "/", False), ("/", "L", False), ("L", "U", False),
        ("ES", "\\", False), ("N", "N", False), ("N", "I", False), ("", "/", False), ("/", "", False), ("N", "", False),
    ],
)  # fmt: skip
def test_a_lesson_contradicts_a_mark_that_says_otherwise_of_whether_the_child_is_here(
    code: str, registered: str, *, is_so: bool
) -> None:
    assert is_contradicted(code, registered) is is_so
