"""A policy over one school's real registers of the past. It reads, in transactions that may do nothing else."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from attendance_mat.policy.adopted import Policy
from attendance_mat.trust.models import School
from escalation.queries.stages import stage_facts
from escalation.rules.simulated import Outcome
from escalation.rules.simulating import Simulation
from escalation.rules.windows import Calendar
from registers.models import RollPeriod
from registers.queries.sessions import sessions_held

BATCH: Final = 100  # pupils whose marks are held at once
Progress = Callable[[int, int], None]  # pupils read, of how many


def simulate(
    school: School, policies: Mapping[str, Policy], *, first: dt.date, last: dt.date, progress: Progress
) -> dict[str, Outcome]:
    """Return what each of some policies would have come to at the selected school, both days included.

    Ten queries for a hundred pupils, in a transaction that PostgreSQL holds to reading.
    """
    with only_reading():
        calendar = Calendar(sessions_held(from_date=dt.date.min, to_date=last))
        simulations = {name: Simulation(policy, calendar, first=first, last=last) for name, policy in policies.items()}
        found = {name: Outcome(simulation.stages) for name, simulation in simulations.items()}
        pupil_ids = _on_roll(first, last)
        since = min((each.looks_back_to() for each in simulations.values() if each.days), default=last)
        for start in range(0, len(pupil_ids), BATCH):
            progress(start, len(pupil_ids))
            facts = stage_facts(pupil_ids[start : start + BATCH], as_of=last, school=school, since=since)
            for key, pupil in facts.items():
                of_this_calendar = replace(pupil, sessions=calendar, entered={})
                for name, simulation in simulations.items():
                    found[name].add(key, of_this_calendar, simulation.visits(of_this_calendar))
        progress(len(pupil_ids), len(pupil_ids))
    return found


@contextmanager
def only_reading() -> Iterator[None]:
    """Hold a block to reading: PostgreSQL refuses any change within it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _on_roll(first: dt.date, last: dt.date) -> list[int]:
    """Return who was on the roll on some of the days, leavers too. One query."""
    rows = RollPeriod.objects.filter(Q(until_date__isnull=True) | Q(until_date__gt=first), from_date__lte=last)
    return sorted(set(rows.values_list("pupil", flat=True)))
