"""The code of each kind of closure by date, and what is left of an expectation once a closure has taken its part."""

import datetime as dt

import pytest

from registers.actions.closures import Wanted
from registers.rules.closures import Cause, Span, taken_part, what_remains

MON, TUE, WED, THU = (dt.date(2026, 11, day) for day in (23, 24, 25, 26))


@pytest.mark.parametrize(
    ("cause", "on", "code"),
    [
        (Cause.WHOLE_SCHOOL, dt.date(2024, 8, 19), "Y4"),
        (Cause.PART, dt.date(2024, 8, 19), "Y3"),
        (Cause.STAFFING, dt.date(2024, 8, 19), "Y7"),
        (Cause.STAGGERED, dt.date(2024, 8, 19), "Y7"),
        (Cause.WHOLE_SCHOOL, dt.date(2024, 8, 18), "Y"),
        (Cause.PART, dt.date(2024, 8, 18), "Y"),
        (Cause.STAFFING, dt.date(2024, 8, 18), "Y"),
        (Cause.STAGGERED, dt.date(2024, 8, 18), "#"),
    ],
)
def test_each_kind_of_closure_has_the_code_of_its_day(cause: Cause, on: dt.date, code: str) -> None:
    wanted = Wanted(on, on + dt.timedelta(days=1), "both", cause, "Why")
    assert wanted.terms.code == code


@pytest.mark.parametrize(
    ("whole", "taken", "left"),
    [
        (Span(MON, THU, "both"), Span(TUE, WED, "both"), [Span(MON, TUE, "both"), Span(WED, THU, "both")]),
        (Span(TUE, WED, "both"), Span(MON, THU, "am"), [Span(TUE, WED, "pm")]),
        (Span(TUE, WED, "both"), Span(MON, THU, "pm"), [Span(TUE, WED, "am")]),
        (Span(TUE, WED, "am"), Span(MON, THU, "both"), []),
        (Span(TUE, THU, "pm"), Span(MON, WED, "pm"), [Span(WED, THU, "pm")]),
    ],
)
def test_what_is_left_and_what_is_taken_make_the_whole(whole: Span, taken: Span, left: list[Span]) -> None:
    assert list(what_remains(whole, taken)) == left
    part = taken_part(whole, taken)
    assert sum(sessions(each) for each in [*left, part]) == sessions(whole)


def sessions(span: Span) -> int:
    return (span.until_date - span.from_date).days * (2 if span.halves == "both" else 1)
