"""A pupil's school year as a grid: a row for each week, ten session columns, Monday morning first."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registers.rules.calendar import Half, monday_of
from registers.rules.roll import Period, on_roll

SCHOOL_WEEK = 5  # days in a row of the grid
Slot = tuple[dt.date, Half]


class State(StrEnum):
    """What a cell shows when it has no mark, or that it has one."""

    MARK = "mark"
    MISSING = "missing"  # the school met, the pupil was on roll, and there is no mark
    OFF_ROLL = "off_roll"
    CLOSED = "closed"  # the school did not meet
    AHEAD = "ahead"  # still to come


@dataclass(frozen=True)
class Entry:
    """A mark as the grid and the sums beside it need it."""

    mark_id: int
    code: str
    changes: int
    minutes_late: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class Cell:
    """One session of one pupil in the grid."""

    date: dt.date
    half: Half
    state: State
    entry: Entry | None = None


@dataclass(frozen=True)
class Week:
    """One row: the Monday, and ten cells."""

    monday: dt.date
    cells: tuple[Cell, ...]


def year_grid(
    sessions: Collection[Slot], marks: Mapping[Slot, Entry], *, roll: Sequence[Period], today: dt.date
) -> tuple[Week, ...]:
    """Return the weeks in which the school met, to this one, each with a cell for each half day of Monday to Friday.

    A session of today without a mark is still ahead; its register may be out.
    """
    held = frozenset(sessions)
    mondays = sorted({monday_of(date) for date, _ in held if date <= today or monday_of(date) == monday_of(today)})
    return tuple(Week(monday, tuple(_cells(monday, held, marks, roll, today))) for monday in mondays)


def _cells(
    monday: dt.date, held: Collection[Slot], marks: Mapping[Slot, Entry], roll: Sequence[Period], today: dt.date
) -> Iterable[Cell]:
    for offset in range(SCHOOL_WEEK):
        date = monday + dt.timedelta(days=offset)
        for half in Half:
            entry = marks.get((date, half))
            yield Cell(date, half, _state((date, half), held, entry, roll, today), entry)


def _state(slot: Slot, held: Collection[Slot], entry: Entry | None, roll: Sequence[Period], today: dt.date) -> State:
    date, _ = slot
    if not on_roll(roll, date):
        return State.OFF_ROLL
    if entry is not None and entry.code:
        return State.MARK
    if slot not in held:
        return State.CLOSED
    return State.AHEAD if date >= today else State.MISSING
