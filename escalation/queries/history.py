"""Reads that an imported history is compared with: the whole school in one query each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from escalation.models import Case, PastStep, PupilStage
from registers.models import Contact


class StepKey(NamedTuple):
    """What makes two rows of a history the same thing done."""

    pupil_id: int
    kind: str
    name: str
    on_date: dt.date
    contact_id: int | None


def past_steps() -> dict[StepKey, str]:
    """Return what came with the steps that are in already, by step. One query."""
    rows = PastStep.objects.values_list("pupil_id", "kind", "name", "on_date", "contact_id", "outcome")
    return {StepKey(pupil, kind, name, on, contact): outcome for pupil, kind, name, on, contact, outcome in rows}


def contacts_by_name() -> dict[tuple[int, str], list[int]]:
    """Return each pupil's contacts by name as `as_known` has it; more than one where two are named alike. One query."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pupil_id, name, pk in Contact.objects.values_list("pupil_id", "name", "pk"):
        found[pupil_id, as_known(name)].append(pk)
    return found


def as_known(name: str) -> str:
    """Return a name as two spellings of it are compared: whatever its capitals and spaces."""
    return " ".join(name.casefold().split())


def running_stages() -> dict[tuple[int, str], PupilStage]:
    """Return the stages that pupils are at, or are proposed for, by pupil and stage. One query."""
    rows = PupilStage.objects.filter(left_on__isnull=True, withdrawn_at__isnull=True)
    return {(row.pupil_id, row.stage): row for row in rows}


def open_cases(pupil_ids: Collection[int]) -> dict[int, Case]:
    """Return the open cases of some pupils, by pupil. One query."""
    return {case.pupil_id: case for case in Case.objects.filter(pupil__in=pupil_ids, closed_at__isnull=True)}
