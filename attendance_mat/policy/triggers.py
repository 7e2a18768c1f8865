"""The language that says when a line is crossed.

A trigger is data: it names what is counted, over which days, and the policy's own sign. There is no code in a pack.
escalation/rules/triggers.py reads it for one pupil; escalation/queries/stages.py is the same for a whole school.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from attendance_mat.policy.kinds import Characteristic, SchoolPhase, YearGroup


class Count(StrEnum):
    """Which sessions are counted. Statistical classes are the law's and never vary by policy (decision 15)."""

    ATTENDED = "attended"
    MISSED = "missed"  # absent, authorised or not
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    UNPLANNED = "unplanned"  # missed with no leave given: illness, and every unauthorised absence
    ILL = "ill"
    UNEXPLAINED = "unexplained"
    LATE = "late"  # arrived before the register closed
    LATE_AFTER_CLOSE = "late_after_close"


class Unit(StrEnum):
    """What the count is compared in."""

    PERCENT = "percent"  # of the pupil's own possible sessions in the window
    SESSIONS = "sessions"
    WHOLE_DAYS = "whole_days"  # school days on which every possible session is one of those counted
    CONSECUTIVE_DAYS = "consecutive_days"  # whole days in the run that goes up to the day asked about
    SPELLS = "spells"
    LESSONS = "lessons"  # of the lesson registers, apart from the statutory ones
    POINTS_FALL = "points_fall"  # percentage points that the share fell since the window before this one


class Sign(StrEnum):
    """How the figure stands to the number: the policy's own words."""

    BELOW = "below"
    AT_OR_BELOW = "at_or_below"
    MORE_THAN = "more_than"
    OR_MORE = "or_more"


class Span(StrEnum):
    """What a window is measured in. Each ends with the day asked about."""

    DAY = "day"
    WEEK = "week"  # from its Monday
    HALF_TERM = "half_term"
    TERM = "term"
    TWO_TERMS = "two_terms"  # this term and the one before
    YEAR = "year"
    SCHOOL_WEEKS = "school_weeks"  # so many adjacent weeks in which the school met, this one included
    DAYS = "days"  # so many calendar days, this one included
    SINCE = "since"  # from a date
    SINCE_STAGE = "since_stage"  # from the day after the pupil entered a stage


ROLLING: Final = frozenset({Span.SCHOOL_WEEKS, Span.DAYS})
WHOLE: Final = 100  # percent
OF_THE_MISSED: Final = frozenset({Unit.SPELLS, Unit.LESSONS})
COMPARED: Final = frozenset({Span.WEEK, Span.HALF_TERM, Span.TERM})


@dataclass(frozen=True)
class Window:
    """The days a figure is of, up to the day asked about."""

    span: Span
    length: int | None = None  # for rolling weeks and days
    from_date: date | None = None
    stage: str | None = None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        wanted = {"length": self.span in ROLLING, "from_date": self.span is Span.SINCE,
                  "stage": self.span is Span.SINCE_STAGE}  # fmt: skip
        for name, needed in wanted.items():
            if needed is not (getattr(self, name) is not None):
                return f"A window of span {self.span} {'needs' if needed else 'takes no'} “{name}”."
        return "“length” must be 1 or more." if self.length is not None and self.length < 1 else None


class Period(StrEnum):
    """What time between two steps is counted in."""

    SCHOOL_DAYS = "school_days"
    WEEKS = "weeks"
    TERMS = "terms"


@dataclass(frozen=True)
class Reached:
    """The pupil entered a stage so long ago, or longer; `after` 0 is any time up to the day."""

    stage: str
    after: int = 0
    unit: Period = Period.SCHOOL_DAYS


@dataclass(frozen=True)
class Line:
    """A figure and the number it is compared with: what is counted, in what, and the policy's own sign."""

    count: Count
    unit: Unit
    sign: Sign
    than: int
    window: Window | None


@dataclass(frozen=True)
class Condition:
    """One test, or several joined. Exactly one of: a figure, all_of, any_of, none_of, or one fact about the pupil.

    A figure is `count`, `unit`, `sign` and `than` (percent, sessions, school days, spells, lessons or percentage
    points), over a `window` (none for a run of days, which goes up to the day). A percentage holds only once the
    policy's minimum of sessions was possible in its window (PercentageStages).
    """

    count: Count | None = None
    unit: Unit | None = None
    window: Window | None = None
    sign: Sign | None = None
    than: int | None = None
    all_of: tuple["Condition", ...] = ()
    any_of: tuple["Condition", ...] = ()
    none_of: tuple["Condition", ...] = ()
    groups: tuple[Characteristic, ...] = ()  # characteristics, any of which the pupil has on the day
    phases: tuple[SchoolPhase, ...] = ()  # of the school
    years: tuple[YearGroup, ...] = ()
    compulsory_age: bool | None = None
    reached: Reached | None = None
    carried_over: bool | None = None  # last year's end put the pupil on this year's list

    @property
    def is_figure(self) -> bool:
        """Say whether this compares a figure with a number."""
        return self.count is not None

    @cached_property
    def line(self) -> Line | None:
        """Return the figure and its number; None where this is no figure."""
        if self.count is None or self.unit is None or self.sign is None or self.than is None:
            return None
        return Line(self.count, self.unit, self.sign, self.than, self.window)

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        facts = (self.compulsory_age, self.reached, self.carried_over)
        forms = [self.is_figure, bool(self.all_of), bool(self.any_of), bool(self.none_of), bool(self.groups),
                 bool(self.phases), bool(self.years), *(fact is not None for fact in facts)]  # fmt: skip
        if sum(forms) != 1:
            return "A condition is one thing: a figure, all_of, any_of, none_of, or one fact about the pupil."
        figure = (self.unit, self.sign, self.than)
        if self.is_figure is not all(part is not None for part in figure) or (not self.is_figure and any(figure)):
            return "A figure needs “count”, “unit”, “sign” and “than”."
        return self._wrong_figure() if self.is_figure else None

    def _wrong_figure(self) -> str | None:
        if (self.window is None) is not (self.unit is Unit.CONSECUTIVE_DAYS):
            return "A run of consecutive days takes no “window”; every other figure needs one."
        if self.unit is Unit.POINTS_FALL and self.window and self.window.span not in COMPARED:
            return "A fall is since the last week, half term or term."
        if self.unit in OF_THE_MISSED and self.count is not Count.MISSED:
            return "Spells and lessons are counted of what is missed."
        if self.than is not None and (self.than < 0 or (self.unit is Unit.PERCENT and self.than > WHOLE)):
            return "“than” is out of range."
        return None

    def parts(self) -> Iterator["Condition"]:
        """Yield this condition and every one within it."""
        yield self
        for part in (*self.all_of, *self.any_of, *self.none_of):
            yield from part.parts()
