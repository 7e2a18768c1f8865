"""What the tests of triggers judge: a pupil's record from one sign a session, and figures to judge it by."""

import datetime as dt
from dataclasses import replace

from attendance_mat.policy.adopted import national
from attendance_mat.policy.dated import Source
from attendance_mat.policy.triggers import Condition, Count, Sign, Span, Unit, Window
from escalation.rules.triggers import (
    Judgement,
    PupilFacts,
    holds,
    judge,
)
from registers.rules.calendar import SessionMark
from registers.rules.roll import Period as OnRoll
from tests.calendars import PRESENT, school_days, sessions_of

DAYS = school_days(60)
YEAR, WEEK = Window(Span.YEAR), Window(Span.WEEK)
MOVES_ON = "as the days counted move on or a mark is amended."
SOURCE = Source("A policy", "section 1", None, dt.date(2026, 1, 1))


def pupil(said: str, **rest: object) -> PupilFacts:
    """Return a pupil's facts from one sign a session: "." is present, "_" no mark, anything else its own code."""
    held = sessions_of(DAYS)
    marks = [SessionMark(*at, PRESENT[at[1]] if sign == "." else sign) for at, sign in zip(held, said, strict=False)]
    facts = PupilFacts(
        dob=dt.date(2015, 10, 1),
        marks=[mark for mark in marks if mark.code != "_"],
        on_roll=(OnRoll(dt.date(2020, 9, 1)),),
        sessions=held,
    )
    return replace(facts, **rest)


def figure(count: Count, unit: Unit, sign: Sign, than: int, window: Window | None = YEAR) -> Condition:
    made = Condition(count=count, unit=unit, sign=sign, than=than, window=window)
    assert made.wrong() is None
    return made


def judged(condition: Condition, facts: PupilFacts, day: int, **rest: object) -> Judgement:
    """Return what a condition comes to on a day, having seen that the answer without words is the same."""
    on = DAYS[day]
    found = judge(condition, facts, policy=national(), as_of=on, **rest)
    assert found.met is holds(condition, facts, reading=facts.calendar.read_by(national()), on=on, **rest)
    return found


BELOW_96 = figure(Count.ATTENDED, Unit.PERCENT, Sign.BELOW, 96)
