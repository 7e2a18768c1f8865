"""A policy over registers of the past: whom each stage would have caught, when, and what it would have asked for.

Nobody decides anything here. A pupil comes to a stage on the day its line is crossed, without anyone's agreement, holds
or go-live date. The pupil stays until what ends the stage is met; where the policy names nothing, until its review (or,
without one, the day) at which the line is no longer crossed. Each school year begins anew.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladders, Stage, StageAction, WeeklyReview
from attendance_mat.policy.triggers import COMPARED, Condition
from escalation.rules.counts import PupilFacts
from escalation.rules.every_day import Answer, EveryDay
from escalation.rules.ladder import (
    Crossing,
    Standing,
    Time,
    is_review_of_week,
    may_fire,
    rests_on_counts,
    review_day,
)
from escalation.rules.triggers import holds, whole_condition
from escalation.rules.windows import Calendar, Reading
from registers.rules.calendar import SchoolYear

LONG_AGO: Final = dt.date.min  # the school went live before everything
LONGEST_RUN: Final = 60  # school days before the first that a run of whole days is followed back


@dataclass(frozen=True)
class Asked:
    """One step asked for: which, on which day."""

    on: dt.date
    step: StageAction


@dataclass(frozen=True)
class Visit:
    """A pupil's time at a stage, and every step it asked for."""

    stage: str
    on: dt.date
    left_on: dt.date | None
    asked: tuple[Asked, ...]


class _Rung(NamedTuple):
    """A stage in force, with its trigger, and whether its sessions once acted upon are spent."""

    stage: Stage
    trigger: Condition
    counts: bool


@dataclass
class _Stay:
    """A pupil's time at a stage, while it is being worked out."""

    rung: _Rung
    time: Time
    asked: list[Asked] = field(default_factory=list)

    def as_visit(self) -> Visit:
        """Return what is known of it in the end."""
        on = self.time.entered_on or LONG_AGO
        return Visit(self.rung.stage.key, on, self.time.over_on, tuple(self.asked))


class Stretch(NamedTuple):
    """Adjacent school days of one school year under the same stages."""

    days: EveryDay
    rungs: tuple[_Rung, ...]


class Simulation:
    """One policy over one school's days, for as many pupils as are asked about."""

    def __init__(self, policy: Policy, calendar: Calendar, *, first: dt.date, last: dt.date) -> None:
        self.policy, self.calendar = policy, calendar
        self.reading = Reading(policy, calendar)
        self.days: Sequence[dt.date] = [day for day in calendar.days if first <= day <= last]

    @cached_property
    def stretches(self) -> list[Stretch]:
        """Return the days in stretches that no school year's end and no change of the stages parts."""
        return list(self._stretches())

    @cached_property
    def stages(self) -> Mapping[str, Stage]:
        """Return every stage with a trigger that is in force on some of the days, in order; the latest of a key."""
        return {rung.stage.key: rung.stage for stretch in self.stretches for rung in stretch.rungs}

    @cached_property
    def reviews(self) -> frozenset[dt.date]:
        """Return the days on which weeks are reviewed."""
        following = dict(pairwise(self.calendar.days))
        return frozenset(day for day in self.days if self._is_review(day, following.get(day)))

    def visits(self, pupil: PupilFacts) -> list[Visit]:
        """Return a pupil's times at the stages, in the order of their first days.

        What the pupil really came to plays no part, except for being on this year's list from last year.
        """
        found: list[_Stay] = []
        for stretch in self.stretches:
            found += _Walk(self, stretch, pupil).stays()
        return [stay.as_visit() for stay in sorted(found, key=lambda stay: stay.time.entered_on or LONG_AGO)]

    def looks_back_to(self) -> dt.date:
        """Return the earliest day whose marks any trigger reads."""
        first = self.days[0] if self.days else self.calendar.days[-1]
        place = max(0, self.calendar.until(first) - LONGEST_RUN)
        known = [SchoolYear.of(first).starts, self.calendar.days[place]]
        windows = {part.window for stretch in self.stretches for rung in stretch.rungs
                   for part in rung.trigger.parts() if part.window}  # fmt: skip
        for window in windows:
            begins = self.reading.first_day(window, first)
            before = self.reading.before(window, first) if window.span in COMPARED else None
            known += [day for day in (begins, before.first if before else None) if day]
        return min(known)

    def _stretches(self) -> Iterator[Stretch]:
        stated = [(self.policy.find(Ladders, on=day), SchoolYear.of(day)) for day in self.days]
        begins = 0
        for place in range(1, len(self.days) + 1):
            if place < len(self.days) and stated[place] == stated[begins]:
                continue
            first, last, cited = self.days[begins], self.days[place - 1], stated[begins][0]
            stages = cited.value.stages if cited else ()
            rungs = [(stage, whole_condition(stage, policy=self.policy, as_of=last)) for stage in stages]
            yield Stretch(
                EveryDay(self.reading, first=first, last=last),
                tuple(_Rung(stage, trigger, rests_on_counts(stage)) for stage, trigger in rungs if trigger),
            )
            begins = place

    def _is_review(self, day: dt.date, after: dt.date | None) -> bool:
        weekly = self.policy.find(WeeklyReview, on=day)
        return weekly is not None and is_review_of_week(day, weekday=weekly.value.weekday, next_school_day=after)


class _Walk:
    """One pupil through the days of a stretch."""

    def __init__(self, simulation: Simulation, stretch: Stretch, pupil: PupilFacts) -> None:
        self.simulation, self.stretch = simulation, stretch
        self.entered: dict[str, dt.date] = {}  # what rests on a stage reads this, as the days go by
        self.pupil = replace(pupil, entered=self.entered)
        self.pupil.__dict__["tally"] = pupil.tally  # it rests on the marks alone, and is dear to count again
        self.last: dict[str, _Stay] = {}
        self.found: list[_Stay] = []
        self.leaves: dict[str, list[int]] = {}

    def stays(self) -> list[_Stay]:
        """Return the pupil's times at the stages."""
        answers = {rung.stage.key: self.stretch.days.answers(rung.trigger, self.pupil) for rung in self.stretch.rungs}
        if not any(map(any, answers.values())):
            return []
        reached: dict[str, dt.date | None] = {}
        for place, day in enumerate(self.stretch.days.days):
            if not self.pupil.is_on_roll(day):
                continue
            for rung in self.stretch.rungs:
                key = rung.stage.key
                crossed = answers[key][place] > Answer.NO and self._is(answers[key][place], rung.trigger, day)
                reached[key] = (reached.get(key) or day) if crossed else None
                if key in self.last:
                    self._stay_or_leave(self.last[key], place, crossed=crossed)
                if crossed:
                    self._come(rung, day, reached[key] or day)
            self._review(day)
        return self.found

    def _is(self, answer: int, condition: Condition, day: dt.date) -> bool:
        if answer == Answer.UNSURE:
            return holds(condition, self.pupil, reading=self.simulation.reading, on=day)
        return answer == Answer.YES

    def _stay_or_leave(self, stay: _Stay, place: int, *, crossed: bool) -> None:
        if stay.time.over_on:
            return
        stage, day = stay.rung.stage, self.stretch.days.days[place]
        if stage.leaves:
            if stage.key not in self.leaves:
                self.leaves[stage.key] = self.stretch.days.answers(stage.leaves, self.pupil)
            is_over = self._is(self.leaves[stage.key][place], stage.leaves, day)
        else:
            is_over = not crossed and (stay.time.review_on is None or day >= stay.time.review_on)
        if is_over:
            stay.time = replace(stay.time, over_on=day)
            stay.asked += [Asked(day, step) for step in stage.on_leaving]

    def _come(self, rung: _Rung, day: dt.date, reached_on: dt.date) -> None:
        stay = self.last.get(rung.stage.key)
        if stay and self._is_pointless_to_ask(rung, stay.time, day):
            return
        crossing = Crossing(reached_on, is_new=self._is_new(rung, stay, day))
        standing = Standing(times=tuple(each.time for each in self.last.values()))
        if not may_fire(rung.stage, crossing=crossing, standing=standing, on=day, go_live=LONG_AGO).may:
            return
        if stay and stay.time.over_on is None:
            stay.time = replace(stay.time, over_on=day)
        days, review = self.simulation.calendar.days, rung.stage.review
        coming = days[self.simulation.calendar.until(day) :]
        review_on = review_day(review, day, coming) if review else None
        time = Time(rung.stage.key, rung.stage.label, entered_on=day, acted_until=day, review_on=review_on)
        steps = [Asked(day, step) for step in rung.stage.actions if not step.each_review]
        self.last[rung.stage.key] = new = _Stay(rung, time, steps)
        self.entered[rung.stage.key] = day
        self.found.append(new)

    @staticmethod
    def _is_pointless_to_ask(rung: _Rung, time: Time, day: dt.date) -> bool:
        """Say at once what `may_fire` would say at length of most days: there already, or before its review."""
        if time.review_on and day < time.review_on:
            return True
        return time.over_on is None and (rung.stage.leaves is not None or not rung.counts)

    def _is_new(self, rung: _Rung, stay: _Stay | None, day: dt.date) -> bool:
        if stay is None or not rung.counts:
            return True
        reading, acted_until = self.simulation.reading, stay.time.acted_until
        return holds(rung.trigger, self.pupil, reading=reading, on=day, acted_until=acted_until)

    def _review(self, day: dt.date) -> None:
        """Ask for what each stage the pupil is at asks for at every weekly review."""
        if day not in self.simulation.reviews:
            return
        for stay in self.last.values():
            if stay.time.over_on is None:
                stay.asked += [Asked(day, step) for step in stay.rung.stage.actions if step.each_review]
