"""A value whose own parts contradict each other says so."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from attendance_mat.policy.absence_procedure import ContactDay, MissingChild, SearchStep, SignedLetter
from attendance_mat.policy.following_up import AttendanceAim, PatternMeeting
from attendance_mat.policy.kinds import Every
from attendance_mat.policy.ladder import Does, Ladder, Ladders, Stage, StageAction
from attendance_mat.policy.lateness import LateAction, LatenessStep, LatenessSteps
from attendance_mat.policy.leave_types import LeaveKind, LeaveType, LeaveTypes, PerformanceLicence
from attendance_mat.policy.legal_route import LegalRoute, PenaltyAmounts, PenaltyRequest, PenaltyWindow
from attendance_mat.policy.schema import MonthDay
from attendance_mat.policy.school_day import CodeSet, Gates
from attendance_mat.policy.triggers import Condition, Count, Reached, Sign, Span, Unit, Window

EIGHT, NINE = dt.time(8), dt.time(9)
WEEKS = PenaltyWindow.SCHOOL_WEEKS
SPORT = LeaveType(LeaveKind.ELITE_SPORT, (), ())
STAGE = Stage("one", "One", "A-1", "One.", None)
LADDER = Ladder("a", "A", (STAGE,))
TASK = StageAction(Does.TASK, "Do it.", "office", 1)
YEAR = Window(Span.YEAR)
A_FIGURE = {"count": Count.MISSED, "unit": Unit.SESSIONS, "sign": Sign.OR_MORE, "than": 10, "window": YEAR}


def code_set(codes: str, *, present: str = "", authorised: str = "") -> CodeSet:
    return CodeSet(tuple(codes), tuple(present), (), tuple(authorised), (), ())


def late_step(**parts: Any) -> LatenessStep:
    asked: dict[str, Any] = {
        "does": LateAction.CONTACT,
        "words": "Ring.",
        "lates": 5,
        "per": Every.HALF_TERM,
        "codes": ("L",),
    }
    return LatenessStep(**{**asked, **parts})


def figure(**parts: Any) -> Condition:
    return Condition(**{**A_FIGURE, **parts})


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (Gates(EIGHT, NINE, None, None, None), None),
        (Gates(None, NINE, None, None, None), None),
        (Gates(NINE, EIGHT, None, None, None), "The gates close before they open."),
        (code_set("/I", present="/", authorised="I"), None),
        (code_set("/", authorised="I"), "“I” is classed and not listed."),
        (code_set("/", present="/", authorised="/"), "“/” stands in two classes."),
        (late_step(), None),
        (late_step(does=LateAction.DETENTION, minutes=30), None),
        (late_step(does=LateAction.DETENTION), "A detention lasts so many “minutes”; no other step does."),
        (late_step(minutes=30), "A detention lasts so many “minutes”; no other step does."),
        (late_step(does=LateAction.LETTER), "A step that is a letter names its “letter”; no other step does."),
        (late_step(per=Every.DAY), "Lates are counted over a week, a half_term, a term or a year."),
        (late_step(lates=0), "A step comes at the first late or a later one."),
        (late_step(lates=None), None),
        (LatenessSteps((late_step(), late_step(does=LateAction.MEETING))), None),
        (LatenessSteps((late_step(), late_step(lates=6))), "A step is told once."),
        (ContactDay("Call", "All", by_day=1), None),
        (
            ContactDay("Call", "All"),
            "Contact is by a day or at an interval: give one of “by_day” and “every_days”.",
        ),
        (SignedLetter(3, 10, after_every_absence=False), None),
        (SignedLetter(3, None, after_every_absence=True), "A letter after every absence needs no number of days."),
        (MissingChild((SearchStep("Tell", 0), SearchStep("Search"), SearchStep("Ring", 10))), None),
        (
            MissingChild((SearchStep("Ring", 10), SearchStep("Tell", 0))),
            "The steps of a search are told in the order they are due.",
        ),
        (SPORT, None),
        (
            LeaveType(LeaveKind.MEDICAL, (), (), notice_days=1, notice_hours=24),
            "Notice is in days or in hours, not both.",
        ),
        (LeaveTypes((SPORT,)), None),
        (LeaveTypes((SPORT, SPORT)), "A kind of leave is told once."),
        (PerformanceLicence(3, 6, 5, 4, exemption_accepted=True), None),
        (
            PerformanceLicence(3, 6, 2, 4, exemption_accepted=True),
            "The most hours in a day are fewer than the least.",
        ),
        (PenaltyRequest(10, ("G",), WEEKS, 10, ()), None),
        (PenaltyRequest(10, ("G",), None, None, ()), "“sessions” and “window” are given together or not at all."),
        (
            PenaltyRequest(10, ("G",), WEEKS, None, ()),
            "A window of school weeks needs “weeks”; no other takes it.",
        ),
        (PenaltyAmounts(80, 21, 160, 28, 160), None),
        (PenaltyAmounts(80, 28, 160, 21, 160), "The later days end before the first ones."),
        (LegalRoute(6, None, ()), None),
        (LegalRoute(6, 1, ()), "The wait is in weeks or in terms, not both."),
        (AttendanceAim(97, strictly_above=False, good_percent=None, most_days_absent=None), None),
        (
            AttendanceAim(None, strictly_above=False, good_percent=101, most_days_absent=None),
            "A percentage is at most 100.",
        ),
        (PatternMeeting(3, 4, 4), None),
        (PatternMeeting(4, 3, None), "The longest time is shorter than the shortest."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_says_whether_its_parts_agree(value: Any, wrong: str | None) -> None:
    assert value.wrong() == wrong


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (TASK, None),
        (
            replace(TASK, letter="postcard"),
            "A letter or message names its “letter”; no other step does.",
        ),
        (replace(TASK, options=("Yes",)), "Only a decision has “options”."),
        (STAGE, None),
        (
            replace(STAGE, configured=False, actions=(TASK,)),
            "“one” is not configured, so it has no “when” and no “actions”.",
        ),
        (LADDER, None),
        (Ladder("a", "A", (STAGE, STAGE)), "Two stages of the ladder have the same key."),
        (Ladders((LADDER,)), None),
        (Ladders((LADDER, LADDER)), "Two stages have the same key."),
        (
            Ladders((Ladder("a", "A", (replace(STAGE, leaves=Condition(reached=Reached("two"))),)),)),
            "“one” names a stage “two” that is not there.",
        ),
        (
            Ladders((Ladder("a", "A", (replace(STAGE, when=figure(window=Window(Span.SINCE_STAGE, stage="two"))),)),)),
            "“one” names a stage “two” that is not there.",
        ),
        (YEAR, None),
        (Window(Span.DAYS), "A window of span days needs “length”."),
        (Window(Span.YEAR, length=2), "A window of span year takes no “length”."),
        (Window(Span.SCHOOL_WEEKS, length=0), "“length” must be 1 or more."),
        (figure(), None),
        (Condition(groups=("fsm",)), None),
        (
            Condition(),
            "A condition is one thing: a figure, all_of, any_of, none_of, or one fact about the pupil.",
        ),
        (figure(sign=None), "A figure needs “count”, “unit”, “sign” and “than”."),
        (Condition(groups=("fsm",), than=2), "A figure needs “count”, “unit”, “sign” and “than”."),
        (
            figure(unit=Unit.CONSECUTIVE_DAYS),
            "A run of consecutive days takes no “window”; every other figure needs one.",
        ),
        (figure(unit=Unit.POINTS_FALL), "A fall is since the last week, half term or term."),
        (figure(unit=Unit.SPELLS, count=Count.ILL), "Spells and lessons are counted of what is missed."),
        (figure(unit=Unit.PERCENT, than=101), "“than” is out of range."),
        (figure(than=-1), "“than” is out of range."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_trigger_or_stage_says_whether_its_parts_agree(value: Any, wrong: str | None) -> None:
    assert value.wrong() == wrong


def test_a_day_of_the_year_falls_in_any_year() -> None:
    assert MonthDay(8, 31).of(2025) == dt.date(2025, 8, 31)


def test_a_kind_of_leave_is_found_by_its_name() -> None:
    assert LeaveTypes((SPORT,)).of("elite_sport") == SPORT
    assert LeaveTypes((SPORT,)).of("holiday") is None
