"""A letter's frozen figures, read back as the values its words are made of."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from registers.rules import codes
from registers.rules.calendar import Half, SessionMark
from registers.rules.measures import Measures


@dataclass(frozen=True)
class Attendance:
    """A pupil's sessions over some days, both included."""

    first: dt.date
    last: dt.date
    measures: Measures


@dataclass(frozen=True)
class CountedDay:
    """A day with a counted session: each half's mark in words, empty where that half is not counted."""

    day: dt.date
    morning: str
    afternoon: str


@dataclass(frozen=True)
class Concern:
    """What a rule found: its figure, the line, and the days that make it. `rule` is the rule's key."""

    rule: str
    value: int
    threshold: int
    first: dt.date
    last: dt.date
    days: tuple[CountedDay, ...]


@dataclass(frozen=True)
class Leave:
    """Leave as it was asked for and decided. Dates are days of leave, both included; none granted where refused."""

    first: dt.date
    last: dt.date
    halves: str
    granted_first: dt.date | None
    granted_last: dt.date | None
    reason: str
    decided_by: str

    @property
    def halves_in_words(self) -> str:
        """Return what to add after the dates where leave is not of whole days."""
        return {"am": ", mornings only", "pm": ", afternoons only"}.get(self.halves, "")

    @property
    def narrowed(self) -> bool:
        """Say whether fewer days were granted than were asked for."""
        return self.granted_first is not None and (self.granted_first, self.granted_last) != (self.first, self.last)


def attendance(figures: Mapping[str, Any]) -> Attendance:
    """Return the school year so far, in sessions, as it stood when the letter was proposed."""
    frozen = dict(figures["attendance"])
    first, last = (dt.date.fromisoformat(frozen.pop(end)) for end in ("from", "to"))
    return Attendance(first, last, Measures(**frozen))


def concern(figures: Mapping[str, Any]) -> Concern:
    """Return the finding a letter of concern rests on."""
    return Concern(
        rule=figures["rule"],
        value=figures["value"],
        threshold=figures["threshold"],
        first=dt.date.fromisoformat(figures["from"]),
        last=dt.date.fromisoformat(figures["to"]),
        days=counted_days(figures["sessions"]),
    )


def leave(figures: Mapping[str, Any]) -> Leave:
    """Return the request and the decision a leave letter tells of."""
    granted_first, granted_last = (
        dt.date.fromisoformat(figures[end]) if figures.get(end) else None for end in ("granted_from", "granted_to")
    )
    return Leave(
        first=dt.date.fromisoformat(figures["from"]),
        last=dt.date.fromisoformat(figures["to"]),
        halves=figures["halves"],
        granted_first=granted_first,
        granted_last=granted_last,
        reason=figures["reason"],
        decided_by=figures["decided_by"],
    )


def counted_days(sessions: Iterable[Sequence[str]]) -> tuple[CountedDay, ...]:
    """Return counted sessions as days, each mark by what its code meant on that day."""
    marks = sorted(SessionMark(dt.date.fromisoformat(date), Half(half), code) for date, half, code in sessions)
    return tuple(_day(day, list(of_day)) for day, of_day in groupby(marks, lambda mark: mark.date))


def _day(day: dt.date, marks: Iterable[SessionMark]) -> CountedDay:
    words = {mark.half: _in_words(mark) for mark in marks}
    return CountedDay(day, words.get(Half.AM, ""), words.get(Half.PM, ""))


def _in_words(mark: SessionMark) -> str:
    code = codes.find(mark.code, on=mark.date)
    return f"{code.title} ({mark.code})" if code else mark.code
