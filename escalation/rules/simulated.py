"""What a simulation found of a school, stage by stage: pupils, steps, groups and weeks; and two of them compared.

Pupils stand by their keys alone, so that whoever shows them asks anew who may see whom.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from attendance_mat.policy.ladder import Stage
from escalation.rules.counts import PupilFacts
from escalation.rules.simulating import Visit
from registers.rules.calendar import monday_of


class Caught(NamedTuple):
    """A pupil whom a stage would have caught: when first, how often, and the pupil's year and groups that day."""

    pupil: int
    first_on: dt.date
    times: int
    year: int | None
    groups: tuple[str, ...]


class Changed(NamedTuple):
    """How one pupil's first day at a stage differs: nothing where one of the policies would not have caught them."""

    pupil: int
    first_on: dt.date | None
    instead_of: dt.date | None


@dataclass
class StageOutcome:
    """One stage over the days of a simulation. Steps and letters are those it would have asked for, by kind."""

    stage: str
    label: str
    clause: str
    caught: list[Caught] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    weeks: Counter[dt.date] = field(default_factory=Counter)  # times the stage was come to, by Monday

    @property
    def times(self) -> int:
        """Return how often the stage would have been come to."""
        return sum(each.times for each in self.caught)

    @property
    def by_year(self) -> dict[int | None, int]:
        """Return the pupils caught by the year group of their first day."""
        return dict(Counter(each.year for each in self.caught))

    @property
    def by_group(self) -> dict[str, int]:
        """Return the pupils caught by the groups of their first day; one in two groups counts in both."""
        return dict(Counter(group for each in self.caught for group in each.groups))

    def as_json(self) -> dict[str, Any]:
        """Return the outcome in JSON's types."""
        return {
            "stage": self.stage,
            "label": self.label,
            "clause": self.clause,
            "pupils": len(self.caught),
            "times": self.times,
            "letters": dict(self.letters),
            "steps": dict(self.steps),
            "by_year": {"none" if year is None else str(year): n for year, n in sorted_by_key(self.by_year)},
            "by_group": dict(sorted(self.by_group.items())),
            "by_week": {monday.isoformat(): n for monday, n in sorted(self.weeks.items())},
            "caught": [
                {**each._asdict(), "first_on": each.first_on.isoformat(), "groups": list(each.groups)}
                for each in sorted(self.caught, key=lambda each: (each.first_on, each.pupil))
            ],
        }


class Outcome:
    """A policy over a school's registers: every stage that has a trigger, in the policy's order."""

    def __init__(self, stages: Mapping[str, Stage]) -> None:
        self.stages = {key: StageOutcome(key, stage.label, stage.clause) for key, stage in stages.items()}

    def add(self, key: int, pupil: PupilFacts, visits: Iterable[Visit]) -> None:
        """Count one pupil's times at the stages."""
        by_stage: dict[str, list[Visit]] = defaultdict(list)
        for visit in visits:
            by_stage[visit.stage].append(visit)
        for stage, times in by_stage.items():
            outcome, first_on = self.stages[stage], times[0].on
            year = next((year for year, period in pupil.years if period.covers(first_on)), None)
            groups = sorted({kind for kind, period in pupil.characteristics if period.covers(first_on)})
            outcome.caught.append(Caught(key, first_on, len(times), year, tuple(groups)))
            outcome.weeks.update(monday_of(visit.on) for visit in times)
            steps = [asked.step for visit in times for asked in visit.asked]
            outcome.steps.update(step.does.value for step in steps)
            outcome.letters.update(step.letter for step in steps if step.letter)

    def first_days(self, stage: str) -> dict[int, dt.date]:
        """Return each pupil's first day at a stage; nobody where the policy has no such stage."""
        known = self.stages.get(stage)
        return {each.pupil: each.first_on for each in known.caught} if known else {}

    def as_json(self) -> list[dict[str, Any]]:
        """Return every stage in JSON's types."""
        return [outcome.as_json() for outcome in self.stages.values()]


def changes(simulated: Outcome, running: Outcome) -> dict[str, list[Changed]]:
    """Return, for each stage that both policies have, the pupils whom they would not have caught on the same day."""
    found: dict[str, list[Changed]] = {}
    for stage in simulated.stages.keys() & running.stages.keys():
        now, before = simulated.first_days(stage), running.first_days(stage)
        rows = [Changed(pupil, now.get(pupil), before.get(pupil)) for pupil in now.keys() | before.keys()]
        differing = [row for row in rows if row.first_on != row.instead_of]
        if differing:
            found[stage] = sorted(differing, key=lambda row: (row.first_on or row.instead_of or dt.date.max, row.pupil))
    return {stage: found[stage] for stage in simulated.stages if stage in found}


def changes_as_json(found: Mapping[str, Iterable[Changed]]) -> dict[str, list[dict[str, Any]]]:
    """Return changes in JSON's types."""
    return {
        stage: [
            {
                "pupil": row.pupil,
                "first_on": row.first_on.isoformat() if row.first_on else None,
                "instead_of": row.instead_of.isoformat() if row.instead_of else None,
            }
            for row in rows
        ]
        for stage, rows in found.items()
    }


def sorted_by_key(counts: Mapping[int | None, int]) -> list[tuple[int | None, int]]:
    """Return counts by year group, the youngest first and those of none last."""
    return sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or 0))
