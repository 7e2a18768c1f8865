"""What is offered in place of a code that a day does not allow."""

import datetime as dt

import pytest

from registers.rules.calendar import Half
from registers.rules.doubts import offered_for_age, offered_for_blank, offered_for_era

MONDAY = dt.date(2026, 11, 23)


def test_nothing_is_offered_in_place_of_a_code_that_never_was() -> None:
    assert offered_for_era("ZZ", on=MONDAY) == ""
    assert offered_for_age("ZZ", dob=dt.date(2013, 3, 4), on=MONDAY) is None


@pytest.mark.parametrize(
    ("other_half", "expected", "offered"),
    [("/", "", "\\"), ("L", "", "\\"), ("I", "", "I"), ("M", "", ""), ("", "", ""), ("I", "B", "")],
)
def test_a_blank_afternoon_is_offered_what_the_morning_says_unless_the_child_was_expected_elsewhere(
    other_half: str, expected: str, offered: str
) -> None:
    assert offered_for_blank(Half.PM, other_half=other_half, expected=expected, on=MONDAY) == offered
