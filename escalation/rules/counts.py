"""How many sessions, whole days and spells of each kind a pupil had, by the end of any school day.

Marks count only while the pupil was on roll and at a session the school held, each by what its code meant on the day.
"""

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Final

from attendance_mat.policy.triggers import Count, Unit
from escalation.rules.findings import PupilRecord
from escalation.rules.windows import Calendar
from registers.rules import codes
from registers.rules.calendar import SessionMark
from registers.rules.codes import MISSED, Code, Statistical
from registers.rules.lessons import LessonMissed
from registers.rules.roll import Period

OF_ONE_CODE: Final = {"I": Count.ILL, "N": Count.UNEXPLAINED, "L": Count.LATE, "U": Count.LATE_AFTER_CLOSE}
NOTHING: Final[frozenset[Count]] = frozenset()


@lru_cache(maxsize=1 << 15)
def classes(said: str, on: dt.date) -> frozenset[Count]:
    """Return all that a code counts as on a day; nothing where the session was not possible. Source: statute.md R53."""
    code = codes.find(said, on=on)
    return frozenset(_classes(code)) if code and code.counts_as_possible else NOTHING


def _classes(code: Code) -> Iterator[Count]:
    if code.code in OF_ONE_CODE:
        yield OF_ONE_CODE[code.code]
    if code.statistical not in MISSED:
        yield Count.ATTENDED
        return
    yield Count.MISSED
    yield Count.UNAUTHORISED if code.statistical is Statistical.UNAUTHORISED else Count.AUTHORISED
    if code.statistical is Statistical.UNAUTHORISED or code.code == "I":
        yield Count.UNPLANNED


class Meaning(dict[str, frozenset[Count]]):
    """What each code counts as throughout an era, in which no code changes its meaning; filled as it is asked."""

    def __init__(self, on: dt.date) -> None:
        super().__init__({"": NOTHING})
        self._on = on

    def __missing__(self, said: str) -> frozenset[Count]:
        self[said] = classes(said, self._on)
        return self[said]


@lru_cache(maxsize=1 << 12)
def meaning(on: dt.date) -> Meaning:
    """Return what each code counts as on a day; every day of an era has the same one."""
    return _meaning_from(max((day for day in _edges() if day <= on), default=dt.date.min))


@lru_cache(maxsize=1)
def _edges() -> tuple[dt.date, ...]:
    return tuple(sorted({day for row in codes.periods() for day in (row.from_date, row.until_date) if day}))


@lru_cache(maxsize=1 << 6)
def _meaning_from(first: dt.date) -> Meaning:
    return Meaning(first)


@dataclass(frozen=True)
class PupilFacts(PupilRecord):
    """What the triggers read of one pupil: the record, and what is dated about them.

    `entered` is the latest day on which the pupil entered each stage, of those that count this school year.
    """

    years: Sequence[tuple[int, Period]] = ()
    characteristics: Sequence[tuple[str, Period]] = ()
    phase: str = ""  # of the school
    entered: Mapping[str, dt.date] = field(default_factory=dict)
    carried_over: bool = False
    lessons_missed: Sequence[LessonMissed] = ()  # in order, from the lesson registers

    @cached_property
    def calendar(self) -> Calendar:
        """Return the school's sessions, as days."""
        return self.sessions if isinstance(self.sessions, Calendar) else Calendar(self.sessions)

    @cached_property
    def school_weeks(self) -> Sequence[dt.date]:
        """Return the Monday of every week in which the school met, worked out once for all its pupils."""
        return self.calendar.weeks

    @cached_property
    def tally(self) -> "Tally":
        """Return the pupil's counts."""
        return Tally(self)


class Tally:
    """A pupil's counts by the school's days. `upto` arrays have one place more than there are days, and begin with 0.

    A place is how many days the school had met: `sessions(count)[place]` is the count by the end of that day.
    """

    def __init__(self, pupil: PupilFacts) -> None:
        self._calendar = pupil.calendar
        on_roll = _days_on_roll(pupil)
        self._marks = [mark for mark in pupil.in_order if mark.date in on_roll]
        self._missed = [lesson for lesson in pupil.lessons_missed if lesson.date in on_roll]
        self._counts = [meaning(mark.date)[mark.code] for mark in self._marks]  # what each mark counts as
        per_day = Counter(map(itemgetter(0), self._marks))
        self._marks_upto = _upto(map(per_day.__getitem__, self._calendar.days))
        self._sessions: dict[Count, list[int]] = {}
        self._whole: dict[Count, list[int]] = {}
        self._runs: dict[Count, list[int]] = {}

    @cached_property
    def possible(self) -> list[int]:
        """Return the sessions possible by the end of each day."""
        return self._by_day(map(bool, self._counts))

    @cached_property
    def spells(self) -> list[tuple[int, int]]:
        """Return each session missed, in order, as the place of its day and the number of its spell."""
        found: list[tuple[int, int]] = []
        number, running = 0, False
        for mark, counts in zip(self._marks, self._counts, strict=True):
            if Count.MISSED in counts:
                number += not running
                found.append((self._calendar.places[mark.date], number))
            running = Count.MISSED in counts if counts else running
        return found

    def sessions(self, count: Count) -> list[int]:
        """Return the sessions of a kind by the end of each day."""
        if count not in self._sessions:
            self._sessions[count] = self._by_day([count in counts for counts in self._counts])
        return self._sessions[count]

    def whole_days(self, count: Count) -> list[int]:
        """Return the whole days of a kind by the end of each day.

        A day is whole if every possible session of it, at least one, is of the kind, and no session held has no mark.
        """
        if count not in self._whole:
            self._whole[count] = _upto(int(day is True) for day in self._is_whole(count))
        return self._whole[count]

    def run(self, count: Count) -> list[int]:
        """Return the whole days in a row that go up to each day; a day with no session possible is passed over.

        A session held that has no mark ends the run, and so does a day off the roll.
        """
        if count not in self._runs:
            run, found = 0, [0]
            for day in self._is_whole(count):
                run = run if day is None else (run + 1) * day
                found.append(run)
            self._runs[count] = found
        return self._runs[count]

    def of_unit(self, unit: Unit, count: Count) -> list[int]:
        """Return the sessions, whole days or lessons of a kind by the end of each day."""
        if unit is Unit.LESSONS:
            return self.lessons
        return self.sessions(count) if unit is Unit.SESSIONS else self.whole_days(count)

    def spells_between(self, first: int, until: int) -> int:
        """Return the spells with a session missed from one place up to another."""
        low, high = bisect_left(self.spells, (first, 0)), bisect_left(self.spells, (until, 0))
        return self.spells[high - 1][1] - self.spells[low][1] + 1 if low < high else 0

    @cached_property
    def lessons(self) -> list[int]:
        """Return the lessons missed by the end of each day, of those on days on which the school met."""
        per_day = Counter(map(itemgetter(0), self._missed))
        return _upto(map(per_day.__getitem__, self._calendar.days))

    def lessons_between(self, first: int, until: int) -> tuple[LessonMissed, ...]:
        """Return the lessons missed from one place up to another, in order."""
        places = self._calendar.places
        return tuple(lesson for lesson in self._missed if first <= places[lesson.date] < until)

    def marks(self, count: Count, first: int, until: int) -> tuple[SessionMark, ...]:
        """Return the marks of a kind from one place up to another, in order."""
        days = slice(self._marks_upto[first], self._marks_upto[until])
        said = zip(self._marks[days], self._counts[days], strict=True)
        return tuple(mark for mark, counts in said if count in counts)

    def run_begins(self, count: Count, until: int) -> int:
        """Return the place at which the run that goes up to a place began."""
        run, place = self.run(count), until
        while run[place]:
            place -= 1
        return place

    def _by_day(self, counted: Iterable[bool]) -> list[int]:
        """Return how many marks are counted by the end of each day, from whether each is."""
        upto = _upto(counted)
        return [upto[marks] for marks in self._marks_upto]

    def _is_whole(self, count: Count) -> Iterator[bool | None]:
        """Yield whether each day is whole; None where no session was possible and none is blank."""
        arrays = (self.sessions(count), self.possible, self._marks_upto)
        for day, *ends in zip(self._calendar.days, *map(pairwise, arrays), strict=True):
            counted, possible, marks = (until - first for first, until in ends)
            blank = marks < self._calendar.sessions_on[day]
            yield None if not possible and not blank else 0 < possible == counted and not blank


def _days_on_roll(pupil: PupilFacts) -> Collection[dt.date]:
    """Return the school's days on which a pupil was on the roll."""
    days = pupil.calendar.days
    if any(days and period.covers(days[0]) and period.covers(days[-1]) for period in pupil.on_roll):
        return pupil.calendar.places
    return {day for day in days if pupil.is_on_roll(day)}


def _upto(by_day: Iterable[int]) -> list[int]:
    return list(accumulate(by_day, initial=0))
