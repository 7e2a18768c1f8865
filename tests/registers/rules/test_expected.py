"""Which sessions an arrangement takes."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from registers.rules.calendar import Half
from registers.rules.expected import Run, but_for, review_of, runs, weekly, with_review

MONDAY = dt.date(2026, 11, 23)
WEEK = [(MONDAY + dt.timedelta(days=n), half) for n in range(5) for half in Half]
SLOTS = st.sets(st.tuples(st.dates(MONDAY, MONDAY + dt.timedelta(days=20)), st.sampled_from(Half)))


def day(number: int) -> dt.date:
    return MONDAY + dt.timedelta(days=number)


def test_whole_days_on_end_are_one_run() -> None:
    assert runs(WEEK) == [Run(day(0), day(5), "both")]


def test_a_weekly_pattern_takes_its_own_sessions_only() -> None:
    away = {(2, Half.PM), (3, Half.PM), (4, Half.AM), (4, Half.PM)}
    assert weekly(WEEK, away=away) == [Run(day(2), day(4), "pm"), Run(day(4), day(5), "both")]


def test_study_leave_leaves_out_the_session_of_an_exam() -> None:
    assert but_for(WEEK[:4], attended={(day(0), Half.AM)}) == [Run(day(0), day(1), "pm"), Run(day(1), day(2), "both")]


@given(SLOTS)
def test_runs_cover_exactly_the_sessions_they_are_made_of_and_never_overlap(slots: set[tuple[dt.date, Half]]) -> None:
    covered = [
        (run.from_date + dt.timedelta(days=n), half)
        for run in runs(slots)
        for n in range((run.until_date - run.from_date).days)
        for half in Half
        if run.halves in {"both", half}
    ]
    assert sorted(covered) == sorted(slots)


@given(st.dates())
def test_the_day_of_review_is_read_back_as_it_was_written(on: dt.date) -> None:
    assert review_of(with_review("part-time timetable", on)) == on
    assert review_of("leave request 12") is None
