"""Conditions in English: every count, unit, sign and window has its words, and joined ones keep their brackets."""

import datetime as dt

import pytest

from attendance_mat.policy.ladder import Ladder, Ladders, Review, Stage
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.policy.triggers import Condition, Count, Period, Reached, Sign, Span, Unit, Window
from escalation.rules import chart, english

LABELS = {"letter": "First letter", "plan": "Plan"}
YEAR = Window(Span.YEAR)


def figure(unit: Unit, sign: Sign, than: int, window: Window | None = YEAR, count: Count = Count.MISSED) -> Condition:
    return Condition(count=count, unit=unit, sign=sign, than=than, window=window)


BELOW_90 = figure(Unit.PERCENT, Sign.BELOW, 90, count=Count.ATTENDED)
TEN = figure(Unit.SESSIONS, Sign.OR_MORE, 10, Window(Span.SCHOOL_WEEKS, length=10), Count.UNAUTHORISED)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (BELOW_90, "attendance below 90% of possible sessions this school year, once 20 sessions were possible"),
        (
            figure(Unit.PERCENT, Sign.AT_OR_BELOW, 75, Window(Span.TERM), Count.ATTENDED),
            "attendance of 75% or less of possible sessions this term, once 20 sessions were possible",
        ),
        (
            figure(Unit.PERCENT, Sign.MORE_THAN, 50, Window(Span.TWO_TERMS)),
            "absence above 50% of possible sessions this term and the one before, once 20 sessions were possible",
        ),
        (
            figure(Unit.PERCENT, Sign.OR_MORE, 10, Window(Span.HALF_TERM), Count.AUTHORISED),
            "authorised absence of 10% or more of possible sessions this half term, once 20 sessions were possible",
        ),
        (TEN, "10 sessions or more of unauthorised absence in 10 adjacent weeks in which the school met"),
        (
            figure(Unit.SESSIONS, Sign.MORE_THAN, 1, Window(Span.SINCE, from_date=dt.date(2024, 8, 19)), Count.LATE),
            "more than 1 session of arriving late before the register closes since 19 August 2024",
        ),
        (
            figure(Unit.SESSIONS, Sign.AT_OR_BELOW, 2, Window(Span.SINCE_STAGE, stage="plan"), Count.LATE_AFTER_CLOSE),
            "2 sessions or fewer of arriving after the register has closed since “Plan” began",
        ),
        (
            figure(Unit.WHOLE_DAYS, Sign.OR_MORE, 3, Window(Span.DAYS, length=21), Count.ILL),
            "3 whole school days or more of illness within 21 days, weekends included",
        ),
        (
            figure(Unit.CONSECUTIVE_DAYS, Sign.MORE_THAN, 5, None, Count.UNEXPLAINED),
            "more than 5 whole school days in a row of absence with no reason known, up to the day asked about",
        ),
        (figure(Unit.SPELLS, Sign.OR_MORE, 3, Window(Span.DAY)), "3 spells or more of absence on the day"),
        (figure(Unit.LESSONS, Sign.OR_MORE, 6, Window(Span.WEEK)), "6 lessons or more missed this week"),
        (
            figure(Unit.POINTS_FALL, Sign.OR_MORE, 5, Window(Span.WEEK), Count.ATTENDED),
            "attendance this week lower by 5 percentage points or more than last week",
        ),
        (
            figure(Unit.SESSIONS, Sign.BELOW, 4, Window(Span.WEEK), Count.UNPLANNED),
            "fewer than 4 sessions of absence through illness or without leave this week",
        ),
        (Condition(groups=("fsm", "odd")), "the pupil is in one of these groups: free school meals and odd"),
        (Condition(phases=("primary", "special")), "the school is primary or special"),
        (Condition(years=(-2, -1, 0, 12)), "the pupil is in Nursery 1, Nursery 2, Reception or Year 12"),
        (Condition(compulsory_age=True), "the pupil is of compulsory school age"),
        (Condition(compulsory_age=False), "the pupil is not of compulsory school age"),
        (Condition(reached=Reached("letter")), "“First letter” was reached"),
        (Condition(reached=Reached("letter", 1, Period.TERMS)), "“First letter” began 1 term ago or longer"),
        (Condition(carried_over=True), "the pupil was on the list carried over from the end of last school year"),
        (Condition(carried_over=False), "the pupil was not on the list carried over from the end of last school year"),
        (
            Condition(all_of=(Condition(any_of=(BELOW_90, TEN)), Condition(compulsory_age=True))),
            "(attendance below 90% of possible sessions this school year; or 10 sessions or more of unauthorised "
            "absence in 10 adjacent weeks in which the school met); and the pupil is of compulsory school age, "
            "once 20 sessions were possible",
        ),
        (
            Condition(none_of=(TEN,)),
            "none of these: 10 sessions or more of unauthorised absence in 10 adjacent weeks in which the school met",
        ),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_words(test: Condition, words: str) -> None:
    assert english.condition(test, labels=LABELS, minimum=20) == words


def test_a_review_and_a_list_are_said_in_words() -> None:
    assert english.review(Review(6, Period.WEEKS)) == (
        "Looked at again after 6 weeks; until then it does not begin a second time."
    )
    assert english.listed([]) == ""
    assert english.listed(["a"]) == "a"
    assert english.listed(["a", "b", "c"], last="or") == "a, b or c"


def test_what_else_holds_of_a_stage_is_said() -> None:
    first = Stage("letter", "First letter", "1", "", BELOW_90, not_after=("plan",), needs_support_first=True)
    second = Stage("plan", "Plan", "2", "", None, leaves=TEN, carries_over=True, warns_parents_first=True)
    ladder = Ladder("one", "One", (first, second), holds_for=Condition(years=(7,)))

    (drawn,) = chart.charts(Ladders((ladder,)), minimum=20, letters={})

    assert drawn.holds_for == "the pupil is in Year 7"
    assert drawn.boxes[0].notes == ("Not begun after: Plan.", "A warning is given where no support is recorded.")
    assert drawn.boxes[1].notes == (
        "Ends with: 10 sessions or more of unauthorised absence in 10 adjacent weeks in which the school met.",
        "A warning is given where the parents have not been warned.",
        "A pupil persistently absent at the end of the school year begins the next one here.",
    )


@pytest.mark.parametrize("name", pack_names())
def test_every_stage_of_every_pack_can_be_drawn(name: str) -> None:
    for dated in pack(name).values.get("ladders", ()):
        assert isinstance(dated.value, Ladders)
        for drawn in chart.charts(dated.value, minimum=20, letters={}):
            assert all(box.when.endswith(".") for box in drawn.boxes)
            assert all(step.words and step.who and step.by for box in drawn.boxes for step in box.steps)
