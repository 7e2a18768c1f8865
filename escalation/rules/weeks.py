"""How a pupil's attendance went in one school week beside the one before, on whole sessions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from attendance_mat.policy.ladder import StepImpact
from registers.rules.calendar import SessionMark
from registers.rules.measures import measure


@dataclass(frozen=True)
class WeekSum:
    """A pupil's sessions in some days, both included."""

    first: dt.date
    last: dt.date
    present: int
    possible: int

    @property
    def percent(self) -> str:
        """Return the share attended, to one decimal, rounded half up; “none” where nothing was possible."""
        return _one_decimal(1000 * self.present, self.possible) + "%" if self.possible else "none"

    def as_figures(self) -> dict[str, Any]:
        """Return the sum in JSON's types, as a letter keeps it."""
        dates = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return {**dates, "present": self.present, "possible": self.possible}


@dataclass(frozen=True)
class TwoWeeks:
    """A school week and the one before it, if the school met in one this school year."""

    this_week: WeekSum
    last_week: WeekSum | None

    @property
    def change(self) -> int:
        """Return the change in the share attended as its sign, on whole sessions: 1 rose, -1 fell, 0 neither."""
        last = self.last_week
        if last is None or not last.possible or not self.this_week.possible:
            return 0
        now, then = self.this_week.present * last.possible, last.present * self.this_week.possible
        return (now > then) - (now < then)

    @property
    def fell(self) -> bool:
        """Say whether attendance fell."""
        return self.change < 0

    @property
    def points(self) -> str:
        """Return by how many percentage points it changed, to one decimal; empty where there is nothing to compare."""
        last = self.last_week
        if last is None or not last.possible or not self.this_week.possible:
            return ""
        change = self.this_week.present * last.possible - last.present * self.this_week.possible
        return _one_decimal(1000 * abs(change), last.possible * self.this_week.possible)

    @property
    def in_words(self) -> str:
        """Return the sum in a sentence."""
        this, last = self.this_week, self.last_week
        now = f"This week {this.present} of {this.possible} sessions ({this.percent})"
        if last is None or not last.possible or not this.possible:
            return f"{now}; there is no week to set beside it."
        then = f"last week {last.present} of {last.possible} ({last.percent})"
        went = {1: f"it rose by {self.points} points", -1: f"it fell by {self.points} points", 0: "no change"}
        return f"{now}, {then}: {went[self.change]}."

    def as_figures(self) -> dict[str, Any]:
        """Return both sums in JSON's types, as the weekly message keeps them."""
        return {
            "this_week": self.this_week.as_figures(),
            "last_week": self.last_week.as_figures() if self.last_week else None,
        }


@dataclass(frozen=True)
class BeforeAndAfter:
    """A pupil's sessions over as many school days before a step as after it, the day itself in neither."""

    before: WeekSum
    after: WeekSum

    @property
    def in_words(self) -> str:
        """Return both sums and what lies between them, in a sentence."""
        compared = TwoWeeks(self.after, self.before)
        then = f"Before: {self.before.present} of {self.before.possible} sessions ({self.before.percent})"
        now = f"after: {self.after.present} of {self.after.possible} ({self.after.percent})"
        went = {1: f"up {compared.points} points", -1: f"down {compared.points} points", 0: "no change"}
        return f"{then}; {now}: {went[compared.change]}." if compared.points else f"{then}; {now}."


def before_and_after(
    marks: Iterable[SessionMark], days: Sequence[dt.date], *, step_on: dt.date, until: dt.date, terms: StepImpact
) -> BeforeAndAfter | None:
    """Return a pupil's sums over the same number of school days before and after a step, at most the policy's.

    `days` are the school's, in order. Nothing where no school day has gone by since, or none had before.
    """
    after = [day for day in days if step_on < day <= until][: terms.most_school_days]
    before = [day for day in days if day < step_on][-len(after) :] if after else []
    if not before:
        return None
    after = after[: len(before)]
    known = list(marks)
    return BeforeAndAfter(_sum_of(known, before), _sum_of(known, after))


def _sum_of(marks: Sequence[SessionMark], days: Sequence[dt.date]) -> WeekSum:
    counts = measure(mark for mark in marks if days[0] <= mark.date <= days[-1])
    return WeekSum(days[0], days[-1], counts.present, counts.possible)


def _one_decimal(thousandths: int, of: int) -> str:
    """Return a share of thousandths as a number to one decimal, rounded half up."""
    tenths = (2 * thousandths + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}"
