"""What a classroom is shown of a mark: words for what it may not know (decision 6)."""

import datetime as dt

import pytest

from registers.rules.classroom import may_see, shown

MONDAY = dt.date(2026, 11, 23)
TEACHER = frozenset({"/", "\\", "L", "N", "U"})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("/", "Present, morning"),
        ("N", "Reason not yet established"),
        ("", "No mark"),
    ],
)
def test_a_code_of_the_classrooms_own_is_shown_as_it_is(code: str, words: str) -> None:
    assert shown(code, on=MONDAY, visible=TEACHER)[:2] == (code, words)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        *((code, "Not expected") for code in ("C", "E", "I", "M", "Y5", "X", "#")),
        *((code, "Elsewhere") for code in ("V", "B", "K", "P", "W", "D")),
        *((code, "Absent") for code in ("G", "O")),
    ],
)
def test_any_other_code_is_words_alone(code: str, words: str) -> None:
    assert shown(code, on=MONDAY, visible=TEACHER) == ("", words, "")
    assert not may_see(code, TEACHER)
    assert shown(code, on=MONDAY, visible=None).code == code


def test_a_code_that_was_not_in_use_that_day_says_so() -> None:
    assert shown("H", on=MONDAY, visible=None) == ("H", "Not in use that day", "")
    assert shown("H", on=MONDAY, visible=TEACHER) == ("", "Not expected", "")
