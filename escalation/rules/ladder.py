"""May a stage of a policy fire for a pupil, and when is it looked at again? Each answer says why, in a sentence."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from attendance_mat.policy.ladder import Ladders, Review, Stage
from attendance_mat.policy.triggers import Period as Counted
from attendance_mat.policy.triggers import Unit
from registers.rules.calendar import school_days_after
from registers.rules.roll import Period

FIRES: Final = "Nothing stands in its way."
COUNTS: Final = frozenset({Unit.SESSIONS, Unit.WHOLE_DAYS, Unit.CONSECUTIVE_DAYS, Unit.SPELLS, Unit.LESSONS})
WEEKS_A_TERM: Final = 13  # a third of 39 weeks, where the calendar does not reach the term that is asked for
WEEKEND: Final = 5
NO_SUPPORT: Final = (
    "No support is recorded. Say why support is not appropriate, or record it first: national guidance puts support "
    "before enforcement."
)
NO_WARNING: Final = "No warning to the parents is recorded. Say why the pupil moves up without one, or record it first."


class Answer(NamedTuple):
    """Whether a stage may fire, and why."""

    may: bool
    because: str


class Crossing(NamedTuple):
    """A stage's line as it is crossed now.

    `reached_on` is the first day of the present stretch; `is_new` says that what came after the pupil's last time at
    the stage crosses it alone; `holds_for` that the stage's ladder is meant for this pupil.
    """

    reached_on: dt.date
    is_new: bool = True
    holds_for: bool = True


@dataclass(frozen=True)
class Time:
    """A pupil's time at one stage. Not yet entered, it waits for agreement; declined, it was never entered.

    Sessions to `acted_until` have been acted upon. `over_on` is the day it ended, if it has.
    """

    stage: str
    label: str
    entered_on: dt.date | None = None
    acted_until: dt.date | None = None
    review_on: dt.date | None = None
    over_on: dt.date | None = None

    @property
    def is_running(self) -> bool:
        """Say whether the pupil is at the stage."""
        return self.entered_on is not None and self.over_on is None

    @property
    def is_waiting(self) -> bool:
        """Say whether somebody has yet to agree to it."""
        return self.entered_on is None and self.over_on is None


@dataclass(frozen=True)
class Standing:
    """Where a pupil stands: the times at stages that count, oldest first, the holds, and whether the school has them.

    A time that was undone by corrected marks does not count and is not here; one that a person declined is.
    """

    times: tuple[Time, ...] = ()
    held: tuple[Period, ...] = ()
    on_roll: bool = True
    died: bool = False

    def last(self, stage: str) -> Time | None:
        """Return the pupil's last time at a stage."""
        return next((time for time in reversed(self.times) if time.stage == stage), None)

    def acted_until(self, stage: str) -> dt.date | None:
        """Return the last day whose sessions a stage has been acted upon."""
        last = self.last(stage)
        return last.acted_until if last else None

    def is_held(self, on: dt.date) -> bool:
        """Say whether everything is held back on a day."""
        return any(period.covers(on) for period in self.held)

    def may_be_written_about(self, on: dt.date) -> bool:
        """Say whether anything may be asked for or drafted about the pupil: here, alive and not held back."""
        return self.on_roll and not self.died and not self.is_held(on)


def may_fire(stage: Stage, *, crossing: Crossing | None, standing: Standing, on: dt.date, go_live: dt.date) -> Answer:
    """Say whether a stage may fire for a pupil on a day, and why or why not.

    Not before the school went live, while a hold lasts, where its ladder is not the pupil's, while a stage that makes
    it pointless runs, before its review, nor for sessions already acted upon (decision 18).
    """
    checks: tuple[Callable[[], str], ...] = (
        lambda: _no_trigger(stage),
        lambda: _not_this_pupil(standing, on),
        lambda: _not_crossed(crossing, go_live),
        lambda: _pointless(stage, standing),
        lambda: _there_already(stage, standing.last(stage.key)),
        lambda: _too_soon(stage, standing.last(stage.key), crossing, on),
    )
    because = next((why for check in checks if (why := check())), "")
    return Answer(not because, because or FIRES)


def _no_trigger(stage: Stage) -> str:
    if not stage.configured:
        return "The policy's own text for this stage is not known, so it never fires by itself."
    return "" if stage.when else "No figure brings a pupil to this stage: a person decides."


def _not_this_pupil(standing: Standing, on: dt.date) -> str:
    if standing.died:
        return "The pupil has died: nothing is proposed."
    if not standing.on_roll:
        return "The pupil is not on the roll."
    return "A hold lasts, and while it does nothing is proposed." if standing.is_held(on) else ""


def _not_crossed(crossing: Crossing | None, go_live: dt.date) -> str:
    if crossing is None:
        return "Its line is not crossed."
    if not crossing.holds_for:
        return "The ladder it stands in is not meant for this pupil."
    if crossing.reached_on < go_live:
        return (
            f"The line was crossed on {_day(crossing.reached_on)}, before the school went live with this stage on "
            f"{_day(go_live)}: that proposes nothing."
        )
    return ""


def _pointless(stage: Stage, standing: Standing) -> str:
    further = next((time for time in standing.times if time.is_running and time.stage in stage.not_after), None)
    return f"The pupil is at “{further.label}”, after which this stage has no point." if further else ""


def _there_already(stage: Stage, last: Time | None) -> str:
    if last is None or last.over_on:
        return ""
    if last.is_waiting:
        return "It has been proposed and waits for agreement."
    if stage.leaves:
        return "The pupil is at this stage, until what ends it is met or a person ends it."
    return "" if rests_on_counts(stage) else "The pupil is at this stage; a person decides at its review what follows."


def _too_soon(stage: Stage, last: Time | None, crossing: Crossing | None, on: dt.date) -> str:
    """Say why a stage that has been acted upon does not fire again yet."""
    if last is None or crossing is None:
        return ""
    if last.review_on and on < last.review_on:
        return f"It has been acted upon, and does not fire again before its review on {_day(last.review_on)}."
    is_new = crossing.is_new if rests_on_counts(stage) else _is_share_new(last, crossing)
    return "" if is_new else "What crosses its line has been acted upon already, and nothing since crosses it anew."


def _is_share_new(last: Time, crossing: Crossing) -> bool:
    """Say whether a share still below, or a fact, counts anew: after a review that nobody held, or in a new stretch.

    Where a person ended the stage at its review or later, with the line still crossed, that was decided.
    """
    nobody_reviewed = last.review_on is not None and (last.over_on is None or last.over_on < last.review_on)
    return nobody_reviewed or last.acted_until is None or crossing.reached_on > last.acted_until


def asks_for_nothing(stage: Stage) -> bool:
    """Say whether a stage only shows who is at it, so that it needs no case."""
    return not (stage.actions or stage.approvals or stage.review or stage.on_leaving)


def rests_on_counts(stage: Stage) -> bool:
    """Say whether a stage's trigger counts sessions, days or spells alone, so that only later ones cross it anew.

    Of a share, sessions already acted upon stay part; a fact about the pupil does not come again.
    """
    units = {part.unit for part in stage.when.parts() if part.unit} if stage.when else set()
    return bool(units) and units <= COUNTS


def review_day(review: Review, entered_on: dt.date, days: Iterable[dt.date], terms: Sequence[dt.date] = ()) -> dt.date:
    """Return the day a stage is looked at again.

    `days` are those of the school's calendar, `terms` the first day of each term it shows. Where the calendar does not
    reach so far, a school day is a weekday and a term thirteen weeks.
    """
    if review.after < 1:
        return entered_on
    match review.unit:
        case Counted.SCHOOL_DAYS:
            return school_days_after(days, entered_on, review.after) or _weekdays_after(entered_on, review.after)
        case Counted.WEEKS:
            return entered_on + dt.timedelta(weeks=review.after)
        case Counted.TERMS:  # pragma: no branch - there is no fourth
            later = [first for first in terms if first > entered_on]
            by_weeks = entered_on + dt.timedelta(weeks=WEEKS_A_TERM * review.after)
            return later[review.after - 1] if review.after <= len(later) else by_weeks


def missing_before(stage: Stage, *, supported: bool, warned: bool) -> tuple[str, ...]:
    """Return what should have been recorded before a pupil comes to a stage. It warns; a person may go on.

    Source: statute.md R50 (support first).
    """
    wanted = ((stage.needs_support_first and not supported, NO_SUPPORT),
              (stage.warns_parents_first and not warned, NO_WARNING))  # fmt: skip
    return tuple(words for is_missing, words in wanted if is_missing)


def furthest(reached: Iterable[str], ladders: Ladders) -> str | None:
    """Return which of some stages stands highest, by the policy's own order; None where it knows none of them."""
    at = set(reached)
    return next((stage.key for stage in reversed(ladders.stages) if stage.key in at), None)


def find_stage(ladders: Ladders, key: str) -> Stage | None:
    """Return a stage by its key, or None where the policy has none such (any more)."""
    return next((stage for stage in ladders.stages if stage.key == key), None)


def is_review_of_week(on: dt.date, *, weekday: int, next_school_day: dt.date | None) -> bool:
    """Say whether a school day is its week's last up to the weekday (1 for Monday) on which weeks are reviewed."""
    review = on - dt.timedelta(days=on.weekday()) + dt.timedelta(days=weekday - 1)
    return on <= review and (next_school_day is None or next_school_day > review)


def _weekdays_after(start: dt.date, n: int) -> dt.date:
    days = (start + dt.timedelta(days=i) for i in range(1, 2 * n + 4))
    weekdays = [day for day in days if day.weekday() < WEEKEND]
    return weekdays[n - 1]


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"
