"""What a rule says of one pupil, with everything needed to check it by hand."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any

from attendance_mat.policy.dated import Source
from registers.rules.age import is_compulsory_age
from registers.rules.calendar import Half, SchoolYear, SessionMark, school_weeks
from registers.rules.lessons import LessonMissed
from registers.rules.measures import Measures, measure
from registers.rules.roll import Period, on_roll


class Rule(StrEnum):
    """The four national rules."""

    PERSISTENT_ABSENCE = "persistent_absence"
    SEVERE_ABSENCE = "severe_absence"
    TEN_IN_TEN_WEEKS = "ten_in_ten_weeks"
    TWENTY_CONSECUTIVE_DAYS = "twenty_consecutive_days"

    @property
    def label(self) -> str:
        """Return the rule in words."""
        return self.replace("_", " ").capitalize()


class Unit(StrEnum):
    """What a finding's value and threshold count."""

    SESSIONS = "sessions"
    SCHOOL_DAYS = "school days"
    SPELLS = "spells"
    LESSONS = "lessons"
    POINTS = "percentage points"


@dataclass(frozen=True)
class PupilRecord:
    """What the rules read of one pupil.

    `sessions` are all those the school held, so that a blank can be told from a day off; `on_roll` the pupil's periods.
    """

    dob: dt.date
    marks: Sequence[SessionMark]
    on_roll: Sequence[Period]
    sessions: Sequence[tuple[dt.date, Half]]

    @cached_property
    def in_order(self) -> tuple[SessionMark, ...]:
        """Return the marks that say something, in the order of their sessions."""
        return tuple(sorted(mark for mark in self.marks if mark.code))

    @cached_property
    def school_weeks(self) -> Sequence[dt.date]:
        """Return the Monday of every week in which the school met, in order."""
        return school_weeks(day for day, _ in self.sessions)

    @cached_property
    def _years(self) -> dict[SchoolYear, tuple[list[dt.date], list[Measures]]]:
        """Return, for each school year, the days on which a register was taken and the year's counts at each's end."""
        of_days = [(day, measure(marks)) for day, marks in groupby(self.in_order, attrgetter("date"))]
        years = groupby(of_days, lambda of_day: SchoolYear.of(of_day[0]))
        found = {}
        for year, in_it in years:
            days, counts = zip(*in_it, strict=True)
            found[year] = (list(days), list(accumulate(counts)))
        return found

    def year_to_date(self, as_of: dt.date) -> list[tuple[dt.date, Measures]]:
        """Return the school year's counts at the end of each day on which a register was taken, up to a day."""
        days, counts = self._years.get(SchoolYear.of(as_of), ([], []))
        return list(zip(days, counts, strict=True))[: bisect_right(days, as_of)]

    def until(self, as_of: dt.date) -> list[SessionMark]:
        """Return the marks up to the end of a day, in order."""
        return [mark for mark in self.in_order if mark.date <= as_of]

    def is_compulsory_age(self, on: dt.date) -> bool:
        """Say whether the pupil is of compulsory school age on a day."""
        return is_compulsory_age(self.dob, on)

    def is_on_roll(self, on: dt.date) -> bool:
        """Say whether the pupil is on the roll on a day."""
        return on_roll(self.on_roll, on)


@dataclass(frozen=True)
class Finding:
    """What a rule found: its figure against the threshold, both in `unit`, and the sessions or lessons that make it.

    `reached_on` is the day whose end, or the session, first met the rule; nothing where it is not met. A rule that
    reads a share also says of how many sessions `possible`, and the `percent` that its threshold was worked out from.
    `rule` is one of the four national rules, or the key of a policy's stage with its `label` and `clause`.
    """

    rule: str
    value: int
    threshold: int
    unit: Unit
    reached_on: dt.date | None
    sessions: tuple[SessionMark, ...]
    arithmetic: str
    source: Source
    possible: int | None = None
    percent: int | None = None
    label: str = ""
    clause: str = ""
    lessons: tuple[LessonMissed, ...] = ()

    @property
    def met(self) -> bool:
        """Say whether the rule is met."""
        return self.reached_on is not None

    @property
    def first(self) -> SessionMark | None:
        """Return the first session of the evidence."""
        return self.sessions[0] if self.sessions else None

    @property
    def last(self) -> SessionMark | None:
        """Return the last session of the evidence."""
        return self.sessions[-1] if self.sessions else None

    @property
    def stated_threshold(self) -> int:
        """Return the threshold as the law states it: in percent for a share, otherwise in `unit`."""
        return self.threshold if self.percent is None else self.percent

    def as_json(self) -> dict[str, Any]:
        """Return the finding in JSON's types, each session as date, half and code."""
        return {
            "rule": str(self.rule),
            "value": self.value,
            "unit": self.unit.value,
            "threshold": self.stated_threshold,
            "threshold_unit": self.unit.value if self.percent is None else "percent of possible sessions",
            "possible": self.possible,
            "from": self.first.date.isoformat() if self.first else None,
            "to": self.last.date.isoformat() if self.last else None,
            "sessions": [[mark.date.isoformat(), mark.half.value, mark.code] for mark in self.sessions],
            "arithmetic": self.arithmetic,
            "source": str(self.source),
            **({"lessons": [[each.date.isoformat(), *each[1:]] for each in self.lessons]} if self.lessons else {}),
            **({"label": self.label, "clause": self.clause} if self.label else {}),
        }
