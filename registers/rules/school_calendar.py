"""A school year's days as its calendar shows them: weeks, terms and half terms, and what a change would do."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from attendance_mat.policy.ladder import SchoolTerms
from attendance_mat.policy.schema import MonthDay
from registers.rules.calendar import Half, SchoolYear, monday_of

Slot = tuple[dt.date, Half]
A_DAY: Final = dt.timedelta(days=1)
SATURDAY: Final = 5
TERMS: Final = ("Autumn", "Spring", "Summer")


class Wanted(NamedTuple):
    """A change of the calendar: sessions added or taken away from a day to a day, both included."""

    first: dt.date
    last: dt.date
    halves: tuple[Half, ...]
    adds: bool
    weekends: bool = False


class Difference(NamedTuple):
    """What a change would do: the sessions added and taken away. Those that are so already are left out."""

    added: tuple[Slot, ...]
    removed: tuple[Slot, ...]


@dataclass(frozen=True)
class Run:
    """Days of school with no half term between: its name, first and last day, and how many sessions."""

    name: str
    first: dt.date
    last: dt.date
    sessions: int


@dataclass(frozen=True)
class Day:
    """One day in a week of the calendar: the halves in which the school meets, else why it does not."""

    date: dt.date
    halves: tuple[Half, ...]
    kind: str
    name: str

    @property
    def words(self) -> str:
        """Return what the day is, in words."""
        if len(self.halves) == len(Half):
            return "Open"
        if self.halves:
            return "Morning only" if self.halves == (Half.AM,) else "Afternoon only"
        return self.name


@dataclass(frozen=True)
class Week:
    """One week from its Monday. `run` names the half term that begins in it."""

    monday: dt.date
    days: tuple[Day, ...]
    run: str = ""


def difference(wanted: Wanted, held: Collection[Slot]) -> Difference:
    """Return which sessions a change would add or take away. Saturdays and Sundays only where they are asked for."""
    days = [wanted.first + A_DAY * number for number in range((wanted.last - wanted.first).days + 1)]
    slots = [(day, half) for day in days if wanted.weekends or day.weekday() < SATURDAY for half in wanted.halves]
    if wanted.adds:
        return Difference(tuple(slot for slot in slots if slot not in held), ())
    return Difference((), tuple(slot for slot in slots if slot in held))


def runs(held: Iterable[Slot], terms: SchoolTerms) -> list[Run]:
    """Return a year's half terms in order, each named by its term.

    So many weekdays without school part two; a gap about Christmas and one about Easter part two terms.
    """
    counted: dict[dt.date, int] = {}
    for date, _ in held:
        counted[date] = counted.get(date, 0) + 1
    parts: list[list[dt.date]] = []
    for day in sorted(counted):
        if not parts or _weekdays_between(parts[-1][-1], day) >= terms.half_term_weekdays:
            parts.append([])
        parts[-1].append(day)
    named, term, number = [], 0, 0
    for place, part in enumerate(parts):
        if place and term < len(TERMS) - 1 and _parts_terms(parts[place - 1][-1] + A_DAY, terms):
            term, number = term + 1, 0
        number += 1
        named.append(Run(f"{TERMS[term]} {number}", part[0], part[-1], sum(counted[day] for day in part)))
    return named


def _weekdays_between(last: dt.date, following: dt.date) -> int:
    between = (last + A_DAY * number for number in range(1, (following - last).days))
    return sum(day.weekday() < SATURDAY for day in between)


def _parts_terms(begins: dt.date, terms: SchoolTerms) -> bool:
    """Say whether a gap that begins on a day is one of the two that part terms."""
    day = MonthDay(begins.month, begins.day)
    winter, spring = (terms.winter_gap_from, terms.winter_gap_to), (terms.spring_gap_from, terms.spring_gap_to)
    return any(low <= day <= high if low <= high else day >= low or day <= high for low, high in (winter, spring))


def weeks(
    year: SchoolYear, held: Collection[Slot], named: Mapping[dt.date, tuple[str, str]], parts: Iterable[Run]
) -> list[Week]:
    """Return the weeks from the first to the last in which something is set, Monday to Friday and any weekend held.

    `named` holds the kind and name of days without school.
    """
    days = sorted({date for date, _ in held} | {day for day in named if day in year})
    if not days:
        return []
    begins = {monday_of(run.first): run.name for run in parts}
    last = monday_of(days[-1])
    monday = monday_of(days[0])
    found = []
    while monday <= last:
        found.append(Week(monday, tuple(_days(monday, held, named)), begins.get(monday, "")))
        monday += dt.timedelta(weeks=1)
    return found


def _days(monday: dt.date, held: Collection[Slot], named: Mapping[dt.date, tuple[str, str]]) -> Iterator[Day]:
    for number in range(7):
        date = monday + A_DAY * number
        halves = tuple(half for half in Half if (date, half) in held)
        if number < SATURDAY or halves:
            kind, name = named.get(date, ("", ""))
            yield Day(date, halves, "" if halves else kind, name)
