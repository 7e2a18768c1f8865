"""Which days a parent's report can mean, and what an accepted one does to each session."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.reported import Told, consequences, halves_of, may_explain, says_attending, wrong_days

TODAY = dt.date(2026, 11, 23)
YEAR = dt.timedelta(days=366)
ONE_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY, TODAY, ""),
        (TODAY, TODAY - ONE_DAY, "last_date"),
        (TODAY - YEAR, TODAY, ""),
        (TODAY - YEAR - ONE_DAY, TODAY, "first_date"),
        (TODAY, TODAY + YEAR, ""),
        (TODAY, TODAY + YEAR + ONE_DAY, "last_date"),
    ],
)
def test_a_report_is_of_days_within_a_year_of_the_call(first: dt.date, last: dt.date, field: str) -> None:
    named, why = wrong_days(first, last, told_on=TODAY)
    assert (named, bool(why)) == (field, bool(field))


def test_each_session_is_sorted_by_what_accepting_does_to_it() -> None:
    yesterday, tomorrow = TODAY - ONE_DAY, TODAY + ONE_DAY
    done = consequences(
        [
            Told((yesterday, Half.AM), ""), Told((yesterday, Half.PM), "I"), Told((TODAY, Half.AM), "N"),
            Told((TODAY, Half.PM), "/"), Told((tomorrow, Half.AM), ""), Told((tomorrow, Half.PM), "Q9"),
        ],
        today=TODAY,
    )  # fmt: skip
    assert done.blank == [(yesterday, Half.AM)]
    assert done.explained == [(yesterday, Half.PM), (tomorrow, Half.PM)]
    assert done.amend == [(TODAY, Half.AM)]
    assert done.present == [(TODAY, Half.PM)]
    assert done.expect == [(tomorrow, Half.AM)]


@given(
    told=st.lists(
        st.tuples(
            st.dates(TODAY - dt.timedelta(9), TODAY + dt.timedelta(9)), st.sampled_from(list(Half)),
            st.sampled_from(["", "N", "/", "L", "I", "O", "V", "#", "X"]),
        ),
        unique_by=lambda row: row[:2],
    )
)  # fmt: skip
def test_every_session_has_one_consequence_and_no_mark_with_a_reason_is_touched(told: list) -> None:
    done = consequences([Told((date, half), code) for date, half, code in told], today=TODAY)
    said = {(date, half): code for date, half, code in told}
    sorted_out = [*done.amend, *done.expect, *done.present, *done.explained, *done.blank]
    assert sorted(sorted_out) == sorted(said)
    assert {said[slot] for slot in done.amend} <= {"N"}
    assert all(not said[slot] and slot[0] >= TODAY for slot in done.expect)


def test_a_parents_word_explains_illness_and_never_leave_a_holiday_or_a_whole_school_closed() -> None:
    fit = {code.code for code in codes.in_force(TODAY) if may_explain(code)}
    assert {"I", "M", "T", "R", "Y7"} <= fit
    assert not fit & {"C", "G", "O", "N", "U", "#", "/", "L", "V"}


def test_which_codes_say_that_a_child_is_in_school() -> None:
    assert [says_attending(code, on=TODAY) for code in ("/", "L", "N", "V", "")] == [True, True, False, False, False]


def test_the_halves_of_a_report() -> None:
    assert halves_of("am") == (Half.AM,)
    assert halves_of("both") == (Half.AM, Half.PM)
