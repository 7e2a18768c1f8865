"""One pupil's school year, drawn from the shape: which sessions are not plainly attended, and by what code."""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from attendance_mat.embedded.school_days import half_terms, school_days, weeks_of
from reporting.demo.shape import ILLNESS_DAYS, LONGER_SPELLS, OVER_BY_MONDAY, POSITIONS, Kind, Spread, shape_of

FRIDAY: Final = 4
STUBBORN: Final = 2.2  # spells of several days blur the weekdays, so their first days are drawn more sharply
FESTIVALS: Final = (45, 130)  # the first school day of the weeks in which families keep a festival (assumed)
MOST_MISSED: Final = 0.97
FROM_MIDDAY: Final = 0.12  # the share of spells that begin in an afternoon (assumed)


def slot(day: int, *, afternoon: bool = False) -> int:
    """Return a session's number in the year: two to a school day, counted from its first."""
    return 2 * day + afternoon


@dataclass(frozen=True)
class Traits:
    """What a pupil's absence depends on."""

    phase: str
    year: int
    propensity: float  # the share of the year's sessions that this pupil tends to miss


@dataclass
class PupilYear:
    """The sessions that are not plainly attended, by their number, and which of them begin a spell."""

    codes: dict[int, str] = field(default_factory=dict)
    begins: set[int] = field(default_factory=set)

    def fill(self, first: int, length: int, code: str, *, until: int) -> None:
        """Give a spell to the free sessions from one on, going round what is there already."""
        at, left = first, length
        while left and at < until:
            if at not in self.codes:
                if left == length:
                    self.begins.add(at)
                self.codes[at] = code
                left -= 1
            at += 1


def draw_year(traits: Traits, year: int, random: Random) -> PupilYear:
    """Return a pupil's school year, the one that begins in September of a year."""
    return _Drawing(traits, year, random).drawn()


@lru_cache
def day_weights(phase: str, kind: Kind, year: int) -> tuple[float, ...]:
    """Return how likely each day of a year is for a kind of absence, over the year's mean."""
    shape, weights = shape_of(phase), []
    for half_term, level in zip(half_terms(year), shape.levels[kind], strict=True):
        weeks = weeks_of(half_term)
        for place, week in enumerate(weeks):
            name, position = _place_of(place, len(weeks))
            weekdays = shape.weekdays[name]
            weights += [level * POSITIONS[kind][position] * weekdays[day.weekday()] ** STUBBORN for day in week]
    mean = sum(weights) / len(weights)
    return tuple(weight / mean for weight in weights)


def _place_of(place: int, weeks: int) -> tuple[str, int]:
    """Return which weekday pattern and which of the positions a week of a half term has."""
    if place == weeks - 1:
        return "last", 3
    if place == 0:
        return "first", 0
    return "ordinary", 2 if place == weeks - 2 else 1


@lru_cache
def _running(phase: str, kind: Kind, year: int) -> tuple[float, ...]:
    return tuple(accumulate(day_weights(phase, kind, year)))


class _Drawing:
    """Draws one pupil's year, the rarer and longer things first, because a session holds one code."""

    def __init__(self, traits: Traits, year: int, random: Random) -> None:
        self.traits, self.year, self.random = traits, year, random
        self.shape = shape_of(traits.phase)
        self.days = school_days(year)
        self.sessions = 2 * len(self.days)
        self.propensity = min(MOST_MISSED, traits.propensity)
        self.relative = (self.propensity / self.shape.mean) ** 0.8
        self.plan = PupilYear()

    def drawn(self) -> PupilYear:
        self._holiday()
        self._exclusions()
        self._reduced_timetable()
        self._religious()
        self._spells()
        self._single_sessions("M", self.shape.medical * self.relative)
        self._single_sessions("C", self.shape.leave * self.relative / 2, whole_day=True)
        self._mornings("U", self.shape.after_close)
        self._late()
        self._single_sessions("P", self.shape.sport, afternoon=True)
        return self.plan

    def _fill(self, first: int, length: int, code: str) -> None:
        self.plan.fill(first, length, code, until=self.sessions)

    def _day(self, kind: Kind) -> int:
        running = _running(self.traits.phase, kind, self.year)
        return self.random.choices(range(len(self.days)), cum_weights=running)[0]

    def _times(self, mean: float) -> int:
        """Return a Poisson number of events, by Knuth's method in steps that do not underflow."""
        count, limit, product = 0, math.exp(-min(mean, 500)), self.random.random()
        while product > limit:
            count += 1
            product *= self.random.random()
        return count

    def _holiday(self) -> None:
        if self.random.random() < self.shape.holiday.pupils:
            day = self._day(Kind.HOLIDAY)
            day = max(0, day - self.days[day].weekday())  # from a Monday: it touches a weekend or a break
            self._fill(slot(day), round(self.random.gauss(self.shape.holiday.sessions, 1.5)), "G")

    def _exclusions(self) -> None:
        if self.random.random() < min(0.5, self.shape.excluded.pupils * self.relative):
            for _ in range(1 + self._times(self.shape.excluded.sessions / 5 - 1)):
                self._fill(slot(self._day(Kind.OTHER)), 2 * self.random.choice((1, 2, 2, 3, 5)), "E")

    def _reduced_timetable(self) -> None:
        if self.random.random() < min(0.3, self.shape.reduced.pupils * self.relative):
            day = self.random.randrange(len(self.days))
            for later in range(day, min(len(self.days), day + round(self.shape.reduced.sessions))):
                self.plan.codes.setdefault(slot(later, afternoon=True), "C2")

    def _religious(self) -> None:
        if self.random.random() < self.shape.religious:
            for week in FESTIVALS:
                self._fill(slot(week + self.random.randrange(5)), 2, "R")

    def _spells(self) -> None:
        share = self.shape.left_to_spells + (1 - self.shape.left_to_spells) * self.propensity
        sessions = self.propensity * share * self.sessions
        without_leave = min(0.85, self.shape.truant_base + self.shape.truant_growth * self.propensity)
        longer = LONGER_SPELLS * self.propensity
        self._spells_of("I", Kind.ILLNESS, sessions * (1 - without_leave), ILLNESS_DAYS + longer)
        self._spells_of("O", Kind.OTHER, sessions * without_leave, self.shape.truant_days + longer)

    def _spells_of(self, code: str, kind: Kind, sessions: float, days: float) -> None:
        """Fill a Poisson number of spells' worth of sessions, spell by spell."""
        left = 2 * round(days * self._times(sessions / (2 * days)))
        while left > 0:
            day = self._day(kind)
            if code == "O" and self.random.random() < self.shape.half_days:
                first, length = slot(day, afternoon=True), 1
            else:
                from_midday = self.random.random() < FROM_MIDDAY
                first = slot(day, afternoon=from_midday)
                length = 2 * self._length(days, from_weekday=self.days[day].weekday()) - from_midday
            self._fill(first, min(left, length), code)
            left -= length

    def _length(self, mean: float, *, from_weekday: int) -> int:
        """Return a spell's length in days: one, and a geometric number more; many are over by Monday."""
        days = 1 + int(math.log(1 - self.random.random()) / math.log(1 - 1 / mean))
        until_weekend = FRIDAY + 1 - from_weekday
        cured = days > until_weekend and self.random.random() < OVER_BY_MONDAY * (1 - self.propensity)
        return until_weekend if cured else days

    def _single_sessions(
        self, code: str, rate: float, *, whole_day: bool = False, afternoon: bool | None = None
    ) -> None:
        for _ in range(self._times(rate * self.sessions)):
            day = self._day(Kind.OTHER if code == "C" else Kind.ILLNESS)
            later = self.random.random() < 0.5 if afternoon is None else afternoon
            self._fill(slot(day, afternoon=later and not whole_day), 1 + whole_day, code)

    def _mornings(self, code: str, spread: Spread) -> None:
        if self.random.random() < min(0.8, spread.pupils * self.relative):
            for _ in range(1 + self._times(spread.sessions - 1)):
                self.plan.codes.setdefault(slot(self._day(Kind.OTHER)), code)

    def _late(self) -> None:
        tendency = self.random.gammavariate(0.5, 2)  # a few are often late, most hardly ever (assumed)
        for _ in range(self._times(min(0.5, self.shape.late * tendency) * self.sessions)):
            afternoon = self.random.random() > self.shape.late_in_the_morning
            self.plan.codes.setdefault(slot(self.random.randrange(len(self.days)), afternoon=afternoon), "L")
