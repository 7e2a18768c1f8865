"""Early warning: at the rate of the last weeks, would a pupil cross a line by a day, when, and the sum.

A rate is sessions counted of those possible in the last school weeks, this one included. It is carried over the
sessions that the calendar still holds, multiplied out and never rounded; only what is shown is.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.schema import PenaltyNoticeThreshold, PercentageStages, PersistentAbsence, SevereAbsence
from attendance_mat.policy.triggers import WHOLE, Count, Line, Sign, Span, Unit, Window
from escalation.rules.arithmetic import FALLING, VERBS, day_in_words, line_in_words, percent_in_words, stands
from escalation.rules.findings import Rule

YEAR: Final = Window(Span.YEAR)
TENTHS: Final = 10


class Share(NamedTuple):
    """Sessions counted, of those possible."""

    counted: int = 0
    possible: int = 0


@dataclass(frozen=True)
class Course:
    """A line that may be ahead: a national rule or a stage, by its key, in words, and the number it is crossed at.

    A share counts once so many sessions were possible.
    """

    key: str
    label: str
    line: Line
    minimum: int = 1


@dataclass(frozen=True)
class Ahead:
    """The calendar from the day asked about, exclusive, to the chosen day: each school day, and its sessions."""

    as_of: dt.date
    until: dt.date
    sessions_on: Mapping[dt.date, int]
    weeks: Sequence[dt.date]  # the Monday of every school week, past ones too, up to the chosen day

    @property
    def sessions(self) -> int:
        """Return how many sessions there are to come."""
        return sum(self.sessions_on.values())


@dataclass(frozen=True)
class Outlook:
    """What lies ahead of a pupil: over the line already, across it on a day if nothing changes, or neither."""

    course: Course
    is_over: bool
    crosses_on: dt.date | None
    arithmetic: str


def courses(policy: Policy, *, as_of: dt.date) -> list[Course]:
    """Return the shares of the year that may be ahead: persistent and severe absence, and the policy's stages.

    Of a stage that asks for several things, the first share of the school year that grows worse as sessions are missed.
    """
    national = (
        (Rule.PERSISTENT_ABSENCE, policy.find(PersistentAbsence, on=as_of)),
        (Rule.SEVERE_ABSENCE, policy.find(SevereAbsence, on=as_of)),
    )
    found = [
        Course(rule, rule.label, Line(Count.MISSED, Unit.PERCENT, Sign.OR_MORE, law.value.percent, YEAR))
        for rule, law in national
        if law
    ]
    stated = policy.find(Ladders, on=as_of)
    for stage in stated.value.stages if stated else ():
        lines = [part.line for part in stage.when.parts() if part.line] if stage.when else []
        worse = next((line for line in lines if _is_share_of_year(line)), None)
        if worse:
            minimum = policy.terms(PercentageStages, on=as_of).minimum_possible_sessions
            found.append(Course(stage.key, stage.label, worse, max(1, minimum)))
    return found


def share_outlook(course: Course, *, so_far: Share, lately: Share, ahead: Ahead) -> Outlook:
    """Say whether a share of the year is over its line, or would be on one of the days to come."""
    line = course.line

    def is_over(counted: int, possible: int, times: int = 1) -> bool:
        enough = possible >= course.minimum
        return enough and stands(line.sign, WHOLE * counted, line.than * possible * times)

    over_now, crosses_on = is_over(*so_far), None
    if lately.possible and not over_now:
        of = lately.possible
        expected = ((day, so_far.counted * of + n * lately.counted, so_far.possible + n) for day, n in _days(ahead))
        crosses_on = next((day for day, counted, possible in expected if is_over(counted, possible, of)), None)
    said = _share_in_words(course, so_far, lately, ahead)
    return Outlook(course, over_now, crosses_on, f"{said} {_so(over_now, crosses_on, ahead)}")


def weeks_outlook(
    law: PenaltyNoticeThreshold, *, by_week: Mapping[dt.date, int], lately: Share, ahead: Ahead
) -> Outlook:
    """Say whether so many sessions in adjacent school weeks will be reached, with those of each week so far.

    `by_week` counts the law's sessions by the Monday of their week. Source: PN07 reg 9A; statute.md R42.
    """
    course = Course(
        Rule.TEN_IN_TEN_WEEKS,
        Rule.TEN_IN_TEN_WEEKS.label,
        Line(Count.UNAUTHORISED, Unit.SESSIONS, Sign.OR_MORE, law.sessions,
             Window(Span.SCHOOL_WEEKS, length=law.school_weeks)),
    )  # fmt: skip

    so_far, crosses_on = sum(by_week.get(monday, 0) for monday in _weeks(ahead, ahead.as_of, law)), None
    if so_far < law.sessions and lately.counted:
        crosses_on = next((day for day in ahead.sessions_on if _is_reached(day, law, by_week, lately, ahead)), None)
    is_over = so_far >= law.sessions
    said = (
        f"{so_far} sessions without leave in {law.school_weeks} school weeks, and {_rate(lately, 'without leave')}. "
        f"The line is {line_in_words(course.line)}."
    )
    return Outlook(course, is_over, crosses_on, f"{said} {_so(is_over, crosses_on, ahead)}")


def _is_reached(
    day: dt.date, law: PenaltyNoticeThreshold, by_week: Mapping[dt.date, int], lately: Share, ahead: Ahead
) -> bool:
    """Say whether the weeks that end with a day to come would hold enough sessions."""
    weeks = _weeks(ahead, day, law)
    counted = sum(by_week.get(monday, 0) for monday in weeks)
    to_come = sum(n for each, n in ahead.sessions_on.items() if weeks[0] <= each <= day)
    return counted * lately.possible + to_come * lately.counted >= law.sessions * lately.possible


def _weeks(ahead: Ahead, day: dt.date, law: PenaltyNoticeThreshold) -> Sequence[dt.date]:
    """Return the Mondays of the school weeks that end with a day."""
    return ahead.weeks[: bisect_right(ahead.weeks, day)][-law.school_weeks :]


def _is_share_of_year(line: Line) -> bool:
    grows_worse = (line.count is Count.ATTENDED) is (line.sign in FALLING)
    return line.unit is Unit.PERCENT and line.window == YEAR and grows_worse


def _days(ahead: Ahead) -> Iterator[tuple[dt.date, int]]:
    """Yield each day to come with the sessions up to its end."""
    to_come = 0
    for day, sessions in ahead.sessions_on.items():
        to_come += sessions
        yield day, to_come


def _share_in_words(course: Course, so_far: Share, lately: Share, ahead: Ahead) -> str:
    if not so_far.possible or not lately.possible:
        return "No session was possible lately, so there is no rate."
    verb, kind = VERBS[course.line.count]
    more = (2 * TENTHS * ahead.sessions * lately.counted + lately.possible) // (2 * lately.possible)
    in_all = so_far.possible + ahead.sessions
    share = percent_in_words(
        so_far.counted * lately.possible + ahead.sessions * lately.counted, in_all * lately.possible
    )
    return (
        f"{verb} {so_far.counted} of {so_far.possible} possible sessions{kind} this school year "
        f"({percent_in_words(*so_far)}), and {_rate(lately, '')}. {ahead.sessions} sessions are still to come to "
        f"{day_in_words(ahead.until)}: at that rate {more // TENTHS}.{more % TENTHS} of them, and {share} of {in_all} "
        f"in all. The line is {line_in_words(course.line)}."
    )


def _rate(lately: Share, kind: str) -> str:
    return f"{lately.counted} of {lately.possible} {kind} in the last weeks".replace("  ", " ")


def _so(is_over: bool, crosses_on: dt.date | None, ahead: Ahead) -> str:  # noqa: FBT001 - said by both kinds
    if is_over:
        return "It is crossed already."
    if crosses_on:
        return f"It would be crossed on {day_in_words(crosses_on)}."
    return f"It would not be crossed by {day_in_words(ahead.until)}."
