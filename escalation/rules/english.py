"""Conditions in English, each made from its own figures, so that the words cannot say another thing than what runs."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from attendance_mat.policy.ladder import Ladders, Review
from attendance_mat.policy.triggers import Condition, Count, Line, Period, Reached, Sign, Span, Unit, Window

Labels = Mapping[str, str]  # of stages, by key

NOUNS: Final = {
    Count.ATTENDED: "attendance",
    Count.MISSED: "absence",
    Count.AUTHORISED: "authorised absence",
    Count.UNAUTHORISED: "unauthorised absence",
    Count.UNPLANNED: "absence through illness or without leave",
    Count.ILL: "illness",
    Count.UNEXPLAINED: "absence with no reason known",
    Count.LATE: "arriving late before the register closes",
    Count.LATE_AFTER_CLOSE: "arriving after the register has closed",
}
UNITS: Final = {Unit.WHOLE_DAYS: "whole school day", Unit.SPELLS: "spell", Unit.SESSIONS: "session"}
SPANS: Final = {
    Span.DAY: "on the day",
    Span.WEEK: "this week",
    Span.HALF_TERM: "this half term",
    Span.TERM: "this term",
    Span.TWO_TERMS: "this term and the one before",
    Span.YEAR: "this school year",
}
BEFORE: Final = {Span.WEEK: "last week", Span.HALF_TERM: "last half term", Span.TERM: "last term"}
GROUPS: Final = {
    "fsm": "free school meals",
    "sen": "special educational needs",
    "eal": "English as an additional language",
    "looked_after": "looked after",
    "social_worker": "has a social worker",
    "young_carer": "young carer",
    "pupil_premium": "pupil premium",
}


def condition(test: Condition, *, labels: Labels, minimum: int) -> str:
    """Return a condition in words. `minimum` is how many sessions must be possible before a percentage counts."""
    asks_percent = any(part.unit is Unit.PERCENT for part in test.parts())
    return _said(test, labels) + (f", once {_counted(minimum, 'session')} were possible" if asks_percent else "")


def labels_of(ladders: Ladders) -> Labels:
    """Return the label of every stage by its key."""
    return {stage.key: stage.label for stage in ladders.stages}


def period(length: int, unit: Period) -> str:
    """Return a length of time, "4 weeks"."""
    return _counted(length, {Period.SCHOOL_DAYS: "school day", Period.WEEKS: "week", Period.TERMS: "term"}[unit])


def review(of: Review) -> str:
    """Say when a stage is looked at again."""
    return f"Looked at again after {period(of.after, of.unit)}; until then it does not begin a second time."


def year(number: int) -> str:
    """Return a year group's name."""
    return {-2: "Nursery 1", -1: "Nursery 2", 0: "Reception"}.get(number, f"Year {number}")


def day(on: date) -> str:
    """Return a date, "19 August 2024"."""
    return f"{on.day} {on:%B %Y}"


def listed(words: tuple[str, ...] | list[str], *, last: str = "and") -> str:
    """Return things as a list in a sentence."""
    if len(words) < 2:  # noqa: PLR2004 - two make a list
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _said(test: Condition, labels: Labels) -> str:
    if test.all_of:
        return "; and ".join(_within(part, labels) for part in test.all_of)
    if test.any_of:
        return "; or ".join(_within(part, labels) for part in test.any_of)
    if test.none_of:
        return "none of these: " + "; ".join(_said(part, labels) for part in test.none_of)
    return _figure(test.line, labels) if test.line else _fact(test, labels)


def _within(part: Condition, labels: Labels) -> str:
    """Return a part of a joined condition, in brackets where it is joined itself."""
    words = _said(part, labels)
    return f"({words})" if part.all_of or part.any_of else words


def _fact(test: Condition, labels: Labels) -> str:
    """Return a fact about the pupil in words."""
    if test.groups:
        return f"the pupil is in one of these groups: {listed([GROUPS.get(one, one) for one in test.groups])}"
    if test.phases:
        return f"the school is {listed(list(test.phases), last='or')}"
    if test.years:
        return f"the pupil is in {listed([year(each) for each in test.years], last='or')}"
    if test.reached:
        return _reached(test.reached, labels)
    if test.compulsory_age is not None:
        return f"the pupil is {'' if test.compulsory_age else 'not '}of compulsory school age"
    carried = "was" if test.carried_over else "was not"
    return f"the pupil {carried} on the list carried over from the end of last school year"


def _reached(test: Reached, labels: Labels) -> str:
    stage = labels.get(test.stage, test.stage)
    return f"“{stage}” began {period(test.after, test.unit)} ago or longer" if test.after else f"“{stage}” was reached"


def _figure(line: Line, labels: Labels) -> str:
    """Return a figure and what it is compared with in words."""
    noun, when = NOUNS[line.count], _window(line.window, labels)
    match line.unit:
        case Unit.PERCENT:
            return f"{noun} {_share(line.sign, line.than)} of possible sessions {when}"
        case Unit.POINTS_FALL:
            points = _number(line.sign, line.than, "percentage point")
            than = BEFORE[line.window.span] if line.window else ""
            return f"{noun} {when} lower by {points} than {than}"
        case Unit.CONSECUTIVE_DAYS:
            return f"{_number(line.sign, line.than, 'whole school day')} in a row of {noun}, up to the day asked about"
        case Unit.LESSONS:
            return f"{_number(line.sign, line.than, 'lesson')} missed {when}"
        case _:
            return f"{_number(line.sign, line.than, UNITS[line.unit])} of {noun} {when}"


def _share(sign: Sign, than: int) -> str:
    return {Sign.BELOW: f"below {than}%", Sign.AT_OR_BELOW: f"of {than}% or less", Sign.MORE_THAN: f"above {than}%",
            Sign.OR_MORE: f"of {than}% or more"}[sign]  # fmt: skip


def _number(sign: Sign, than: int, noun: str) -> str:
    counted = _counted(than, noun)
    return {Sign.BELOW: f"fewer than {counted}", Sign.AT_OR_BELOW: f"{counted} or fewer",
            Sign.MORE_THAN: f"more than {counted}", Sign.OR_MORE: f"{counted} or more"}[sign]  # fmt: skip


def _window(window: Window | None, labels: Labels) -> str:
    if window is None:
        return ""
    match window.span:
        case Span.SCHOOL_WEEKS:
            return f"in {window.length} adjacent weeks in which the school met"
        case Span.DAYS:
            return f"within {window.length} days, weekends included"
        case Span.SINCE:
            return f"since {day(window.from_date)}" if window.from_date else ""
        case Span.SINCE_STAGE:
            return f"since “{labels.get(window.stage or '', window.stage)}” began"
        case _:
            return SPANS[window.span]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
