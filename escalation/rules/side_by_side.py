"""One pupil's register under each policy, walked day by day: the stages it would have led to, and when."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from attendance_mat.policy.adopted import Adoption, Policy, assemble
from attendance_mat.policy.ladder import Ladder, Ladders, Stage
from attendance_mat.policy.loader import NATIONAL, pack, pack_names
from attendance_mat.policy.schema import FollowUps, PercentageStages
from attendance_mat.policy.triggers import Condition
from escalation.rules import chart
from escalation.rules.chart import Step
from escalation.rules.counts import PupilFacts
from escalation.rules.findings import Rule
from escalation.rules.thresholds import episode
from escalation.rules.triggers import Judgement, holds, judge
from escalation.rules.windows import Reading
from registers.rules.calendar import SchoolYear


class Crossed(NamedTuple):
    """A stage whose line was crossed: the first day of the school year at whose end it was, and the sum."""

    ladder: Ladder
    stage: Stage
    on: dt.date
    judgement: Judgement


@dataclass(frozen=True)
class Line:
    """One stage, or national rule, that a policy would have led to: when, by what sum, by which clause, to do what."""

    label: str
    on: dt.date
    arithmetic: str
    clause: str
    steps: tuple[Step, ...] = ()
    agreed_by: tuple[str, ...] = ()
    next_step: str = ""

    @property
    def steps_counted(self) -> str:
        """Return how many steps there are, as "1 step"."""
        return f"{len(self.steps)} step{'' if len(self.steps) == 1 else 's'}"


@dataclass(frozen=True)
class UnderPolicy:
    """What one policy would have led to; and its stages that no figure begins, a person's or with their text lost."""

    title: str
    is_own: bool
    lines: tuple[Line, ...]
    decided: tuple[str, ...]
    lost: tuple[str, ...]


def compare(pupil: PupilFacts, *, own: Policy, as_of: dt.date, letters: Mapping[str, str]) -> tuple[UnderPolicy, ...]:
    """Return what each policy would have led to this school year: the school's own first, the national rules last.

    The school's own is as it stands, with its settings; the others as they are printed. `letters` are subjects by name.
    """
    followed = own.pack_name(on=as_of)
    others = sorted(set(pack_names()) - {followed}, key=lambda name: (name == NATIONAL, name))
    policies = {followed: own, **{name: printed(name) for name in others}}
    return tuple(
        _under(pupil, name, policy, as_of=as_of, letters=letters, is_own=policy is own)
        for name, policy in policies.items()
    )


@lru_cache
def printed(name: str) -> Policy:
    """Return a pack's policy as though a school had followed it always, with no setting of its own."""
    return assemble([Adoption(dt.date.min, name)])


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


def _under(
    pupil: PupilFacts, name: str, policy: Policy, *, as_of: dt.date, letters: Mapping[str, str], is_own: bool
) -> UnderPolicy:
    minimum = policy.terms(PercentageStages, on=as_of).minimum_possible_sessions
    crossed = stages_crossed(pupil, policy=policy, as_of=as_of)
    lines = [_line(each, minimum, letters) for each in crossed]
    if name == NATIONAL:
        lines += _national(pupil, policy, as_of)
    stages = policy.terms(Ladders, on=as_of).stages
    return UnderPolicy(
        title=pack(name).about.title,
        is_own=is_own,
        lines=tuple(sorted(lines, key=lambda line: line.on)),
        decided=tuple(stage.label for stage in stages if stage.configured and stage.when is None),
        lost=tuple(stage.label for stage in stages if not stage.configured),
    )


def _line(crossed: Crossed, minimum: int, letters: Mapping[str, str]) -> Line:
    stage = crossed.stage
    (drawn,) = chart.charts(Ladders((crossed.ladder,)), minimum=minimum, letters=letters)
    box = next(box for box in drawn.boxes if box.key == stage.key)
    agreed_by = tuple(chart.role(role) for role in stage.approvals)
    return Line(stage.label, crossed.on, _sum(crossed.judgement), stage.clause, box.steps, agreed_by)


def _sum(judgement: Judgement) -> str:
    """Return the arithmetic of what crossed a line; of parts any of which would do, those that hold."""
    if not judgement.parts or judgement.condition.none_of:
        return judgement.arithmetic
    parts = [part for part in judgement.parts if part.met or judgement.condition.all_of]
    return " ".join(_sum(part) for part in parts)


def _national(pupil: PupilFacts, policy: Policy, as_of: dt.date) -> list[Line]:
    """Return the national rules that are met on a day; all policies have them beside their own stages."""
    steps = policy.terms(FollowUps, on=as_of)
    met = {rule: crossed for rule in Rule if (crossed := episode(rule, pupil, policy=policy, as_of=as_of))}
    return [
        Line(rule.label, on, found.arithmetic, str(found.source), next_step=_next(steps, rule))
        for rule, (on, found) in met.items()
    ]


def _next(steps: FollowUps, rule: str) -> str:
    step = steps.of(rule)
    return step.next_step if step else ""


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
