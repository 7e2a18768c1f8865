"""A trigger at the end of every school day of a stretch, for one pupil at a time: fast enough for a whole school.

escalation/rules/triggers.py is the plain definition, of one day; a test holds the two together. What rests on a stage
the pupil has come to cannot be known beforehand: it is unsure here, and the plain definition decides it on the day.
"""

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any, Final

from attendance_mat.policy.triggers import WHOLE, Condition, Line, Sign, Span, Unit, Window
from escalation.rules.counts import PupilFacts
from escalation.rules.windows import ONE_DAY, Reading
from registers.rules.roll import Period

HOLDS: Final[dict[Sign, Callable[[Any, Any], bool]]] = {
    Sign.BELOW: operator.lt,
    Sign.AT_OR_BELOW: operator.le,
    Sign.MORE_THAN: operator.gt,
    Sign.OR_MORE: operator.ge,
}


class Answer(IntEnum):
    """Whether a condition holds on a day. The least of several joined by all_of is theirs, the most by any_of."""

    NO = 0
    UNSURE = 1
    YES = 2


class EveryDay:
    """One policy over some adjacent days of a school's calendar. What it worked out of the calendar, it remembers."""

    def __init__(self, reading: Reading, *, first: dt.date, last: dt.date) -> None:
        self.reading = reading
        calendar = reading.calendar
        self._begins, self._ends = calendar.until(first - ONE_DAY), calendar.until(last)
        self.days: Sequence[dt.date] = calendar.days[self._begins : self._ends]
        self._first_place: dict[Window, list[int]] = {}

    def answers(self, condition: Condition, pupil: PupilFacts) -> list[int]:
        """Return, for each of the days, an Answer."""
        if condition.line:
            return self._line(condition.line, pupil)
        of_parts = condition.all_of or condition.any_of or condition.none_of
        if not of_parts:
            return self._fact(condition, pupil)
        parts = [self.answers(part, pupil) for part in of_parts]
        if condition.all_of:
            return [min(day) for day in zip(*parts, strict=True)]
        most = [max(day) for day in zip(*parts, strict=True)]
        return [Answer.YES - day for day in most] if condition.none_of else most

    def _line(self, line: Line, pupil: PupilFacts) -> list[int]:
        stands = HOLDS[line.sign]
        places = range(self._begins + 1, self._ends + 1)
        if line.window is None:
            run = pupil.tally.run(line.count)
            return self._each(stands(run[until], line.than) for until in places)
        if line.window.span is Span.SINCE_STAGE:
            return [Answer.UNSURE] * len(self.days)
        firsts = self._firsts(line.window)
        match line.unit:
            case Unit.PERCENT:
                return self._share(line, pupil, firsts)
            case Unit.POINTS_FALL:
                return self._fall(line, line.window, pupil, firsts)
            case Unit.SPELLS:
                spells = pupil.tally.spells_between
                return self._each(stands(spells(f, u), line.than) for f, u in zip(firsts, places, strict=True))
        counted = pupil.tally.of_unit(line.unit, line.count)
        return self._each(stands(counted[u] - counted[f], line.than) for f, u in zip(firsts, places, strict=True))

    def _share(self, line: Line, pupil: PupilFacts, firsts: Sequence[int]) -> list[int]:
        stands, than = HOLDS[line.sign], line.than
        counted, possible = pupil.tally.sessions(line.count), pupil.tally.possible
        minimum = [self.reading.minimum_possible(day) for day in self.days]
        return self._each(
            (of := possible[u] - possible[f]) >= least and stands(WHOLE * (counted[u] - counted[f]), than * of)
            for f, u, least in zip(firsts, range(self._begins + 1, self._ends + 1), minimum, strict=True)
        )

    def _fall(self, line: Line, window: Window, pupil: PupilFacts, firsts: Sequence[int]) -> list[int]:
        stands, calendar = HOLDS[line.sign], self.reading.calendar
        counted, possible = pupil.tally.sessions(line.count), pupil.tally.possible
        found = []
        for first, until, day in zip(firsts, range(self._begins + 1, self._ends + 1), self.days, strict=True):
            before = self.reading.before(window, day)
            then_first = calendar.until(before.first - ONE_DAY) if before else 0
            then_until = calendar.until(before.last) if before else 0
            now, of_now = counted[until] - counted[first], possible[until] - possible[first]
            then, of_then = counted[then_until] - counted[then_first], possible[then_until] - possible[then_first]
            of = of_now * of_then
            found.append(of > 0 and stands(WHOLE * (then * of_now - now * of_then), line.than * of))
        return self._each(found)

    def _fact(self, condition: Condition, pupil: PupilFacts) -> list[int]:
        if condition.reached:
            return [Answer.UNSURE] * len(self.days)
        if condition.groups:
            return self._within(period for kind, period in pupil.characteristics if kind in condition.groups)
        if condition.years:
            return self._within(period for year, period in pupil.years if year in condition.years)
        if condition.phases:
            return self._each([pupil.phase in condition.phases] * len(self.days))
        if condition.compulsory_age is not None:
            wanted = condition.compulsory_age
            return self._each(pupil.is_compulsory_age(day) is wanted for day in self.days)
        return self._each([pupil.carried_over is condition.carried_over] * len(self.days))

    def _within(self, periods: Iterable[Period]) -> list[int]:
        known = list(periods)
        return self._each(any(period.covers(day) for period in known) for day in self.days)

    def _firsts(self, window: Window) -> list[int]:
        """Return, for each day, how many days the school had met before its window began: no more than by the day."""
        if window not in self._first_place:
            calendar = self.reading.calendar
            starts = [self.reading.first_day(window, day) or day for day in self.days]
            self._first_place[window] = [
                min(place, calendar.until(start - ONE_DAY))
                for place, start in enumerate(starts, start=self._begins + 1)
            ]
        return self._first_place[window]

    @staticmethod
    def _each(held: Iterable[bool]) -> list[int]:
        return [Answer.YES if each else Answer.NO for each in held]
