"""One pupil's register under a policy, walked day by day: the stages it would have led to, and when."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladder, Ladders, Stage
from attendance_mat.policy.triggers import Condition
from escalation.rules.counts import PupilFacts
from escalation.rules.triggers import Judgement, holds, judge
from escalation.rules.windows import Reading
from registers.rules.calendar import SchoolYear


class Crossed(NamedTuple):
    """A stage whose line was crossed: the first day of the school year at whose end it was, and the sum."""

    ladder: Ladder
    stage: Stage
    on: dt.date
    judgement: Judgement


def stages_crossed(pupil: PupilFacts, *, policy: Policy, as_of: dt.date) -> tuple[Crossed, ...]:
    """Return each stage of a policy that a pupil's register would have led to this school year, with its first day.

    As though every stage were entered, with everyone's agreement, on the day its line was crossed: what rests on a
    stage entered follows from that, and what was really done is left out. A stage that another makes pointless is not
    entered while the pupil is at that other; of stages crossed on one day the highest comes first, and one that people
    have to agree to makes others pointless from the next school day.
    """
    walk = _Walk(pupil, policy)
    days = [day for day in pupil.calendar.days if day in SchoolYear.of(as_of) and day <= as_of]
    return tuple(crossed for day in days for crossed in walk.day(day))


class _Walk:
    """Where a pupil would stand, as the days go by."""

    def __init__(self, pupil: PupilFacts, policy: Policy) -> None:
        self._entered: dict[str, dt.date] = {}
        self._running: dict[str, Stage] = {}
        self._agreed: dict[str, Stage] = {}  # agreed to during the day, so running from the next
        # The facts read the same mapping that the walk fills, so that their counts are made once.
        self._pupil = replace(pupil, entered=self._entered)
        self._policy = policy
        self._reading: Reading = pupil.calendar.read_by(policy)

    def day(self, on: dt.date) -> Sequence[Crossed]:
        """Return the stages first crossed on a day, in the order of their ladders."""
        self._running |= self._agreed
        self._agreed = {}
        self._leave(on)
        stated = self._policy.find(Ladders, on=on)
        return [each for ladder in stated.value.ladders for each in self._climb(ladder, on)] if stated else []

    def _leave(self, on: dt.date) -> None:
        """End the pupil's time at each stage whose end has come."""
        for key, stage in list(self._running.items()):
            if stage.leaves and self._holds(stage.leaves, on):
                del self._running[key]

    def _climb(self, ladder: Ladder, on: dt.date) -> list[Crossed]:
        if ladder.holds_for and not self._holds(ladder.holds_for, on):
            return []
        return list(self._stages(ladder, on))[::-1]

    def _stages(self, ladder: Ladder, on: dt.date) -> Iterator[Crossed]:
        for stage in reversed(ladder.stages):
            if stage.when is None or stage.key in self._entered or any(key in self._running for key in stage.not_after):
                continue
            if self._holds(stage.when, on):
                found = judge(stage.when, self._pupil, policy=self._policy, as_of=on)
                self._entered[stage.key] = on
                (self._agreed if stage.approvals else self._running)[stage.key] = stage
                yield Crossed(ladder, stage, on, found)

    def _holds(self, condition: Condition, on: dt.date) -> bool:
        return holds(condition, self._pupil, reading=self._reading, on=on)
