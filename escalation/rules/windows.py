"""The days a figure is of: how a school's days fall into weeks, half terms and terms, as at any day.

Only days up to the day asked about are looked at, so that whoever asks later about that day is told the same. A day on
which the school does not meet belongs to the week, half term or term before it.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import SchoolTerms
from attendance_mat.policy.schema import MonthDay, PercentageStages
from attendance_mat.policy.triggers import Period, Reached, Span, Window
from registers.rules.calendar import Half, SchoolYear, monday_of, school_weeks

ONE_DAY: Final = dt.timedelta(days=1)
WEEK: Final = 7
WEEKEND: Final = 5
NO_STAGE: Final[Mapping[str, dt.date]] = {}


class Days(NamedTuple):
    """A stretch of calendar days, the first and the last included."""

    first: dt.date
    last: dt.date


class Partings(NamedTuple):
    """The first day of every half term and of every term so far, in order."""

    half_terms: tuple[dt.date, ...] = ()
    terms: tuple[dt.date, ...] = ()


class Calendar(tuple[tuple[dt.date, Half], ...]):
    """The sessions a school held, in order. One calendar is shared by all its pupils' records."""

    def __new__(cls, sessions: Iterable[tuple[dt.date, Half]]) -> "Calendar":
        """Return the sessions, each once, in order."""
        return super().__new__(cls, sorted(set(sessions)))

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days on which the school met, in order."""
        return tuple(self.sessions_on)

    @cached_property
    def sessions_on(self) -> Mapping[dt.date, int]:
        """Return how many sessions each day had."""
        return Counter(day for day, _ in self)

    @cached_property
    def places(self) -> Mapping[dt.date, int]:
        """Return the place of each day among those on which the school met, from 0."""
        return {day: place for place, day in enumerate(self.days)}

    @cached_property
    def weeks(self) -> Sequence[dt.date]:
        """Return the Monday of every week in which the school met, in order."""
        return school_weeks(self.days)

    def until(self, on: dt.date) -> int:
        """Return how many days the school has met by the end of a day."""
        return bisect_right(self.days, on)

    def last_day(self, on: dt.date) -> dt.date | None:
        """Return the last day on which the school met, up to a day."""
        place = self.until(on)
        return self.days[place - 1] if place else None

    def read_by(self, policy: Policy) -> "Reading":
        """Return how a policy parts this calendar; the last one asked for is kept."""
        kept: Reading | None = self.__dict__.get("_reading")
        if kept is None or kept.policy is not policy:
            kept = self.__dict__["_reading"] = Reading(policy, self)
        return kept


class Reading:
    """One policy over one school's calendar: the windows of any day. What it worked out, it remembers."""

    def __init__(self, policy: Policy, calendar: Calendar) -> None:
        self.policy, self.calendar = policy, calendar
        self._minimum: dict[dt.date, int] = {}
        self._first: dict[tuple[Window, dt.date], dt.date] = {}
        self._law: dict[dt.date, SchoolTerms] = {}
        self._partings: dict[SchoolTerms, list[Partings]] = {}

    def minimum_possible(self, on: dt.date) -> int:
        """Return how many sessions must have been possible before a percentage counts, at least one."""
        if on not in self._minimum:
            self._minimum[on] = max(1, self.policy.terms(PercentageStages, on=on).minimum_possible_sessions)
        return self._minimum[on]

    def first_day(self, window: Window, on: dt.date, entered: Mapping[str, dt.date] = NO_STAGE) -> dt.date | None:
        """Return the first day of a window that ends with a day; None where the stage it begins with has not come."""
        if window.span is Span.SINCE_STAGE:
            stage_day = entered.get(window.stage or "")
            return stage_day + ONE_DAY if stage_day and stage_day <= on else None
        known = self._first.get((window, on))
        if known is None:
            known = self._first[window, on] = self._begins(window, on)
        return known

    def before(self, window: Window, on: dt.date) -> Days | None:
        """Return the week, half term or term before the window's own, or None where the calendar has none."""
        if window.span is Span.WEEK:
            place = bisect_left(self.calendar.weeks, monday_of(on))
            monday = self.calendar.weeks[place - 1] if place else None
            return Days(monday, monday + (WEEK - 1) * ONE_DAY) if monday else None
        parted = self.partings(on)
        starts = parted.terms if window.span is Span.TERM else parted.half_terms
        return Days(starts[-2], starts[-1] - ONE_DAY) if len(starts) > 1 else None

    def is_long_ago(self, reached: Reached, entered_on: dt.date, on: dt.date) -> bool:
        """Say whether a stage entered on a day was entered as long ago as is asked.

        A term is over when the next has had as many school days as the stage's own had by the day it was entered.
        """
        if entered_on > on:
            return False
        match reached.unit:
            case Period.SCHOOL_DAYS:
                return self.calendar.until(on) - self.calendar.until(entered_on) >= reached.after
            case Period.WEEKS:
                return on - entered_on >= reached.after * WEEK * ONE_DAY
            case Period.TERMS:  # pragma: no branch - there is no fourth
                return self._place(on, on)[0] - self._place(entered_on, on)[0] >= reached.after + (
                    self._place(on, on)[1] < self._place(entered_on, on)[1]
                )

    def partings(self, on: dt.date) -> Partings:
        """Return where half terms and terms had begun by a day, by the law in force on it."""
        if on not in self._law:
            self._law[on] = self.policy.terms(SchoolTerms, on=on)
        law = self._law[on]
        if law not in self._partings:
            self._partings[law] = _partings(self.calendar.days, law)
        place = self.calendar.until(on)
        return self._partings[law][place - 1] if place else Partings()

    def _begins(self, window: Window, on: dt.date) -> dt.date:
        match window.span:
            case Span.WEEK:
                return monday_of(on)
            case Span.YEAR:
                return SchoolYear.of(on).starts
            case Span.SCHOOL_WEEKS:
                weeks = self.calendar.weeks[: bisect_right(self.calendar.weeks, on)]
                return weeks[-(window.length or 1) :][0] if weeks else on
            case Span.HALF_TERM | Span.TERM | Span.TWO_TERMS:
                return self._term_begins(window.span, on)
        return window.from_date or on - ((window.length or 1) - 1) * ONE_DAY  # a day, so many days, or since a date

    def _term_begins(self, span: Span, on: dt.date) -> dt.date:
        parted = self.partings(on)
        starts = parted.half_terms if span is Span.HALF_TERM else parted.terms
        return starts[-2:][0 if span is Span.TWO_TERMS else -1] if starts else on

    def _place(self, day: dt.date, on: dt.date) -> tuple[int, int]:
        """Return the number of a day's term, as the terms stood on `on`, and how many school days it had had by it."""
        terms = self.partings(on).terms
        number = bisect_right(terms, day)
        begun = self.calendar.until(terms[number - 1] - ONE_DAY) if number else 0
        return number, self.calendar.until(day) - begun


def _partings(days: Sequence[dt.date], law: SchoolTerms) -> list[Partings]:
    """Return, for each school day, where half terms and terms had begun by it.

    A school year begins both anew. Any other gap as long as the law says parts half terms; the longest so far of its
    winter or spring parts terms as well.
    """
    known, found = Partings(), []
    longest: dict[tuple[str, int], int] = {}
    for i, day in enumerate(days):
        last = days[i - 1] if i else None
        if last is None or SchoolYear.of(last) != SchoolYear.of(day):
            known = Partings((*known.half_terms, day), (*known.terms, day))
        elif (gap := _weekdays_between(last, day)) >= law.half_term_weekdays:
            season = _season(_next_weekday(last), law)
            terms = known.terms
            if season and gap > longest.get(season, 0):
                terms = (*(terms[:-1] if season in longest else terms), day)
                longest[season] = gap
            known = Partings((*known.half_terms, day), terms)
        found.append(known)
    return found


def _season(begins: dt.date, law: SchoolTerms) -> tuple[str, int] | None:
    """Return whether a gap begins in a winter or a spring, and in that of which year."""
    ranges = {"winter": (law.winter_gap_from, law.winter_gap_to), "spring": (law.spring_gap_from, law.spring_gap_to)}
    day = MonthDay(begins.month, begins.day)
    for name, (first, last) in ranges.items():
        if first <= last and first <= day <= last:
            return name, begins.year
        if first > last and (day >= first or day <= last):
            return name, begins.year if day >= first else begins.year - 1
    return None


def _weekdays_between(last: dt.date, day: dt.date) -> int:
    """Return how many weekdays lie between two days, neither included."""
    return sum((last + n * ONE_DAY).weekday() < WEEKEND for n in range(1, (day - last).days))


def _next_weekday(last: dt.date) -> dt.date:
    return next(day for n in range(1, 4) if (day := last + n * ONE_DAY).weekday() < WEEKEND)
