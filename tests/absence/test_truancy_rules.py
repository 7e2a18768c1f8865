"""When a pupil who was in school is looked for, case by case."""

import pytest

from absence.rules.truancy import is_looked_for, is_seen, left_at_midday


@pytest.mark.parametrize(
    ("code", "on_site", "elsewhere", "looked_for"),
    [
        ("N", True, False, True), ("N", True, True, False), ("N", False, False, False), ("/", True, False, False),
        ("L", True, False, False), ("ES", True, False, False), ("", True, False, False),
    ],
)  # fmt: skip
def test_only_one_in_school_missing_and_nowhere_else_is_looked_for(
    code: str, on_site: bool, elsewhere: bool, looked_for: bool
) -> None:
    assert is_looked_for(code, on_site=on_site, elsewhere=elsewhere) is looked_for


@pytest.mark.parametrize(
    ("morning", "afternoon", "gone"),
    [
        ("/", "N", True), ("L", "", True), ("U", "N", True), ("/", "\\", False), ("/", "M", False), ("N", "N", False),
        ("I", "", False), ("", "N", False),
    ],
)  # fmt: skip
def test_one_who_came_and_is_absent_after_lunch_with_no_cause_is_gone(morning: str, afternoon: str, gone: bool) -> None:
    assert left_at_midday(morning, afternoon) is gone


@pytest.mark.parametrize(("code", "seen"), [("/", True), ("L", True), ("ES", True), ("N", False), ("", False)])
def test_a_lesson_s_mark_says_that_the_pupil_is_in_school_or_not(code: str, seen: bool) -> None:
    assert is_seen(code) is seen
