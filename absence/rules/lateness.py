"""Which steps a pupil's lateness has come to, by the school's policy, and what follows a missed detention."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attendance_mat.policy.kinds import Every
from attendance_mat.policy.lateness import LateAction, LatenessStep, LatenessSteps, MissedDetention
from registers.rules.calendar import Half, SchoolYear, monday_of
from registers.rules.lateness import Late
from registers.rules.school_calendar import Run

SUNDAY = dt.timedelta(days=6)


class Stretch(NamedTuple):
    """The days over which lates are counted, both included."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


@dataclass(frozen=True)
class Due:
    """A step that a pupil has come to: the lates that make the number, the last of them the one that reached it."""

    step: LatenessStep
    number: int
    over: Stretch
    lates: tuple[Late, ...]

    @property
    def reached(self) -> Late:
        """Return the late that reached the number."""
        return self.lates[-1]


def stretches(day: dt.date, parts: Sequence[Run]) -> Mapping[Every, Stretch]:
    """Return the week, half term, term and school year of a day. `parts` are the year's half terms, in order.

    A holiday belongs to the half term before it; before the first, and without a calendar, the year stands for both.
    """
    year = SchoolYear.of(day)
    whole = Stretch(year.starts, year.last)
    begun = [part for part in parts if part.first <= day]
    half_term = Stretch(begun[-1].first, _until_next(begun[-1], parts, whole)) if begun else whole
    of_term = [part for part in parts if begun and _term(part) == _term(begun[-1])]
    term = Stretch(of_term[0].first, _until_next(of_term[-1], parts, whole)) if of_term else whole
    monday = monday_of(day)
    return {Every.WEEK: Stretch(monday, monday + SUNDAY), Every.HALF_TERM: half_term, Every.TERM: term,
            Every.YEAR: whole}  # fmt: skip


def steps_due(lates: Iterable[Late], steps: Iterable[LatenessStep], over: Mapping[Every, Stretch]) -> list[Due]:
    """Return every step that these lates, in order, have come to; a step without a number never comes.

    Of several detentions at one late only the one of the highest number. Source: ALP-11.02, WAT-7.13, JTM-8.12.
    """
    listed = list(lates)
    found = [due for step in steps for due in _of_step(step, listed, over[step.per])]
    return [due for due in found if not any(_outdone(due, other) for other in found)]


def next_sanction(terms: LatenessSteps, number: int) -> MissedDetention | None:
    """Return what follows a pupil's nth detention in a row that was missed, or nothing once the policy's list ends.

    Source: WAT-3.19, JTM-8.12.
    """
    return terms.if_missed[number - 1] if number <= len(terms.if_missed) else None


def _of_step(step: LatenessStep, lates: Sequence[Late], over: Stretch) -> list[Due]:
    if step.lates is None:
        return []
    halves = {Half.AM} if step.mornings_only else set(Half)
    counted = tuple(late for late in lates if late.code in step.codes and late.date in over and late.half in halves)
    last = len(counted) if step.each_further else min(step.lates, len(counted))
    return [Due(step, number, over, counted[:number]) for number in range(step.lates, last + 1)]


def _outdone(due: Due, other: Due) -> bool:
    """Say whether another detention of a higher number is offered at the same late."""
    both = due.step.does is LateAction.DETENTION and other.step.does is LateAction.DETENTION
    return both and due.reached == other.reached and (other.step.lates or 0) > (due.step.lates or 0)


def _until_next(part: Run, parts: Sequence[Run], whole: Stretch) -> dt.date:
    following = [other.first for other in parts if other.first > part.first]
    return following[0] - dt.timedelta(days=1) if following else whole.last


def _term(part: Run) -> str:
    return part.name.rpartition(" ")[0]
