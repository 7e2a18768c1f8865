"""What the register says of a pupil who is not there: school days on end, and the days after leave."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final

from registers.rules import codes
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Physical
from registers.rules.roll import Period, on_roll

Slot = tuple[dt.date, Half]
ATTENDED: Final = frozenset({Physical.PRESENT, Physical.APPROVED_EDUCATIONAL_ACTIVITY})


def in_words(on: dt.date) -> str:
    """Return a date in full, "9 November 2026"."""
    return f"{on.day} {on:%B %Y}"


@dataclass(frozen=True)
class Attendance:
    """One pupil's register as the rules read it: the sessions held up to a day, their marks, and the roll."""

    held: Sequence[Slot]
    marks: Iterable[SessionMark]
    roll: Sequence[Period]
    today: dt.date

    def school_days(self) -> list[tuple[dt.date, list[SessionMark | None]]]:
        """Return each school day up to today in order, with a mark or a blank for each session; a session planned
        closed (#) is none at all (statute.md R11)."""
        at = {(mark.date, mark.half): mark for mark in self.marks}
        days = []
        for day, slots in groupby(sorted(slot for slot in set(self.held) if slot[0] <= self.today), itemgetter(0)):
            due = [mark for mark in (at.get(slot) for slot in slots) if mark is None or not _is_closure(mark)]
            if due:
                days.append((day, due))
        return days


@dataclass(frozen=True)
class Run:
    """School days of absence on end, up to now: which they are, and what stands before them."""

    days: tuple[dt.date, ...]
    codes: Counter[str]
    broken_by: str = ""  # what ended it, looking back: a mark or a blank, with its day
    broken_on: dt.date | None = None

    def day_reached(self, wanted: int) -> dt.date | None:
        """Return the day on which the run was so many school days long, or nothing."""
        return self.days[wanted - 1] if len(self.days) >= wanted else None

    def in_words(self, wanted: int) -> str:
        """Return the sum in a sentence or two."""
        if not self.days:
            return f"0 of {wanted} school days. {self._ended(wanted)}".strip()
        made_of = ", ".join(f"{code} {count}" for code, count in sorted(self.codes.items()))
        noun = "school day" if len(self.days) == 1 else "school days"
        spell = f"{in_words(self.days[0])} to {in_words(self.days[-1])}"
        return f"{len(self.days)} of {wanted} {noun}, {spell} (sessions: {made_of}). {self._ended(wanted)}".strip()

    def _ended(self, wanted: int) -> str:
        if self.broken_on is None:
            return ""
        if self.day_reached(wanted):
            return f"It began after {self.broken_by} on {in_words(self.broken_on)}."
        return f"{self.broken_by} on {in_words(self.broken_on)} is the latest session that breaks it."


def unbroken_run(attendance: Attendance, *, counted: Collection[str]) -> Run:
    """Return the school days on end, up to now, on which every session bears one of the counted codes.

    A blank or any other code breaks it, and so does a day off the roll; # is skipped. Today is
    still open: it counts once every session of it is marked, and breaks as soon as one bears another code.
    Source: PR24 reg 9(1)(i); statute.md R24; decision 19.
    """
    run: list[dt.date] = []
    made_of: Counter[str] = Counter()
    for day, due in reversed(attendance.school_days()):
        wrong = next((mark for mark in reversed(due) if mark is not None and mark.code not in counted), None)
        if not on_roll(attendance.roll, day):
            return _run(run, made_of, "Not being on the roll", day)
        if wrong is not None:
            return _run(run, made_of, wrong.code, day)
        if None in due:
            if day == attendance.today:
                continue
            return _run(run, made_of, "A session with no mark", day)
        run.append(day)
        made_of.update(mark.code for mark in due if mark is not None)
    return _run(run, made_of)


@dataclass(frozen=True)
class AfterLeave:
    """The school days right after leave ended, so far as they are past, and what was found on them."""

    ended_on: dt.date  # the last day of leave
    days: tuple[dt.date, ...]
    attended_on: dt.date | None = None
    unmarked_on: dt.date | None = None

    def day_reached(self, wanted: int) -> dt.date | None:
        """Return the last of so many school days on none of which the pupil attended, or nothing."""
        if self.attended_on or self.unmarked_on or len(self.days) < wanted:
            return None
        return self.days[wanted - 1]

    def in_words(self, wanted: int) -> str:
        """Return the sum in a sentence or two."""
        since = f"Leave ended on {in_words(self.ended_on)}"
        if self.attended_on:
            return f"{since}; the pupil attended on {in_words(self.attended_on)}."
        if self.unmarked_on:
            return f"{since}; {in_words(self.unmarked_on)} has a session with no mark, so it is not known to be missed."
        noun = "school day" if len(self.days) == 1 else "school days"
        return f"{since}; not attended on any of {len(self.days)} {noun} since, of {wanted} asked for."


def after_leave(attendance: Attendance, *, back_on: dt.date, wanted: int) -> AfterLeave:
    """Return what the register says of the first school days from the day leave no longer covers.

    Coming in after the register closed (U) is attending too: the pupil was there. A day still open today is left out.
    Source: PR24 reg 9(1)(h); statute.md R23(h).
    """
    ended = back_on - dt.timedelta(days=1)
    days: list[dt.date] = []
    for day, due in attendance.school_days():
        if day < back_on or len(days) == wanted:
            continue
        if any(mark is not None and _attended(mark) for mark in due):
            return AfterLeave(ended, tuple(days), attended_on=day)
        if None in due:
            if day == attendance.today:
                break
            return AfterLeave(ended, tuple(days), unmarked_on=day)
        days.append(day)
    return AfterLeave(ended, tuple(days))


def _run(days: list[dt.date], made_of: Counter[str], by: str = "", on: dt.date | None = None) -> Run:
    return Run(tuple(reversed(days)), made_of, by, on)


def _attended(mark: SessionMark) -> bool:
    code = codes.find(mark.code, on=mark.date)
    return mark.code == "U" or (code is not None and code.physical in ATTENDED)


def _is_closure(mark: SessionMark) -> bool:
    code = codes.find(mark.code, on=mark.date)
    return code is not None and code.physical is Physical.ADMINISTRATIVE
