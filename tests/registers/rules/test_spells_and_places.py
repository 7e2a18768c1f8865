"""Spells of absence, and where each child is in a session's sum."""

import datetime as dt

import pytest

from registers.rules.calendar import Half, SessionMark
from registers.rules.day import Place, count_places, place_of
from registers.rules.grid import Entry, State, year_grid
from registers.rules.patterns import by_week, by_weekday
from registers.rules.roll import Period
from registers.rules.spells import spells

MONDAY = dt.date(2026, 11, 23)


def week(codes: str) -> list[SessionMark]:
    """Return marks from Monday morning on, one letter a session; a dot is a session with no mark."""
    halves = [(MONDAY + dt.timedelta(days=n), half) for n in range(5) for half in Half]
    return [SessionMark(date, half, code) for (date, half), code in zip(halves, codes, strict=False) if code != "."]


def test_sessions_missed_in_a_row_are_one_spell_across_nights() -> None:
    assert [spell.sessions for spell in spells(week("/\\IIII/\\I/"))] == [4, 1]


def test_a_session_that_was_not_possible_neither_ends_nor_lengthens_a_spell() -> None:
    marks = [
        *week("II"),
        SessionMark(dt.date(2026, 11, 24), Half.AM, "Y4"),
        SessionMark(dt.date(2026, 11, 25), Half.AM, "I"),
    ]
    assert [spell.sessions for spell in spells(marks)] == [3]


def test_nobody_absent_is_no_spell() -> None:
    assert spells(week("/\\/\\")) == ()


@pytest.mark.parametrize(
    ("code", "place"),
    [("/", Place.IN), ("L", Place.LATE), ("U", Place.LATE), ("N", Place.UNEXPLAINED), ("I", Place.EXPLAINED),
     ("O", Place.EXPLAINED), ("V", Place.ELSEWHERE), ("D", Place.ELSEWHERE), ("", Place.NOT_YET)],
)  # fmt: skip
def test_a_mark_puts_a_child_in_one_place(code: str, place: Place) -> None:
    assert place_of(code, on=MONDAY) == place


def test_before_the_law_named_one_n_was_an_unauthorised_absence_like_another() -> None:
    assert place_of("N", on=dt.date(2024, 7, 1)) == Place.EXPLAINED


def test_the_places_come_to_the_number_on_roll() -> None:
    counts = count_places([Place.IN, Place.IN, Place.UNEXPLAINED])
    assert sum(counts.values()) == 3
    assert set(counts) == set(Place)


def test_a_friday_afternoon_habit_shows_by_weekday_and_half() -> None:
    rates = dict(by_weekday(week("/\\/\\/\\/\\/O")))
    assert rates["Friday"] == [100.0, 0.0]
    assert rates["Monday"] == [100.0, 100.0]


def test_a_week_with_no_possible_session_has_no_rate() -> None:
    closed = SessionMark(dt.date(2026, 11, 16), Half.AM, "Y4")
    assert by_week([closed, *week("/O")]) == [("16 Nov", None), ("23 Nov", 50.0)]


def test_the_grid_shows_a_mark_a_gap_a_closed_day_and_what_is_ahead() -> None:
    # Given a pupil who started on Tuesday, one mark, and a school that does not meet on Thursday
    held = [(MONDAY + dt.timedelta(days=n), half) for n in (0, 1, 2, 4) for half in Half]
    entry = Entry(mark_id=7, code="/", changes=0)
    marks = {(dt.date(2026, 11, 24), Half.AM): entry}
    # When the year is drawn on Wednesday
    (row,) = year_grid(held, marks, roll=[Period(dt.date(2026, 11, 24))], today=dt.date(2026, 11, 25))
    # Then each cell says which of these it is
    states = [cell.state for cell in row.cells]
    assert states == [
        State.OFF_ROLL, State.OFF_ROLL, State.MARK, State.MISSING, State.AHEAD, State.AHEAD,
        State.CLOSED, State.CLOSED, State.AHEAD, State.AHEAD,
    ]  # fmt: skip
    assert row.cells[2].entry == entry
