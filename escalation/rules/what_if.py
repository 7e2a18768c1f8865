"""A policy as it would be with a value changed: to simulate, and to draw the policy document of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble
from attendance_mat.policy.entries import Entry
from attendance_mat.policy.faults import Fault, PolicyError
from attendance_mat.policy.ladder import Ladder, Ladders, Stage
from attendance_mat.policy.loader import pack
from attendance_mat.policy.triggers import Condition, Line
from attendance_mat.policy.typed import plain, values_of

ALWAYS: Final = dt.date(2006, 9, 1)
WHY: Final = "A value tried out; nothing is set."


def adopted_throughout(name: str) -> Policy:
    """Return a pack as if it had always been adopted; PolicyError where there is none of that name."""
    pack(name)
    return assemble([Adoption(ALWAYS, name)])


def asked_for(name: str, *, stage: str = "", than: int | None = None, on: dt.date) -> Policy:
    """Return a pack as if it had always been adopted, with another number for one of its stages where one is given."""
    policy = adopted_throughout(name)
    return with_than(policy, stage=stage, than=than, on=on) if stage and than is not None else policy


def with_values(policy: Policy, values: Mapping[str, Any], *, from_date: dt.date = ALWAYS) -> Policy:
    """Return a policy with some parameters' values replaced from a day on; PolicyError with every fault in them."""
    tried = [Override(from_date, name, fields, WHY, locked_by_trust=True) for name, fields in values.items()]
    kept = [setting.override for setting in policy.settings]
    return assemble(policy.adoptions, [*kept, *tried])


def values_typed(entry: Entry, *, name: str) -> dict[str, Any]:
    """Return what a file of values sets: parameters by name, each with its fields; PolicyError where it is not that."""
    values = values_of(entry)
    if not isinstance(values, dict) or not all(isinstance(fields, dict) for fields in values.values()):
        raise PolicyError([Fault(name, entry.line, "Expected parameters by name, each with its fields.")])
    return values


def with_than(policy: Policy, *, stage: str, than: int, on: dt.date) -> Policy:
    """Return a policy whose stage has another number: that of its trigger's first figure.

    Every figure of the stage that counts the same against the same number moves with it, in what ends the stage too:
    who comes to a stage below 96 leaves it at 96. PolicyError where there is no such stage, or it has no figure.
    """
    stated = policy.find(Ladders, on=on)
    found = next((each for each in stated.value.stages if each.key == stage), None) if stated else None
    if stated is None or found is None:
        raise PolicyError([Fault(stage, 0, f"The policy has no stage “{stage}” on {on}.")])
    first = first_figure(found)
    if first is None:
        raise PolicyError([Fault(stage, 0, f"“{stage}” has no figure: a person decides.")])
    moved = _moved_stage(found, first, than)
    ladders = tuple(_with_stage(ladder, moved) for ladder in stated.value.ladders)
    return with_values(policy, {Ladders.name: plain(Ladders(ladders))}, from_date=stated.from_date)


def first_figure(stage: Stage) -> Line | None:
    """Return the first figure of a stage's trigger, or None where a person or a fact alone decides."""
    return next((part.line for part in stage.when.parts() if part.line), None) if stage.when else None


def _with_stage(ladder: Ladder, moved: Stage) -> Ladder:
    return replace(ladder, stages=tuple(moved if each.key == moved.key else each for each in ladder.stages))


def _moved_stage(stage: Stage, first: Line, than: int) -> Stage:
    when = _moved(stage.when, first, than) if stage.when else None
    leaves = _moved(stage.leaves, first, than) if stage.leaves else None
    return replace(stage, when=when, leaves=leaves)


def _moved(condition: Condition, first: Line, than: int) -> Condition:
    line = condition.line
    if line:
        is_same = (line.count, line.unit, line.window, line.than) == (first.count, first.unit, first.window, first.than)
        return replace(condition, than=than) if is_same else condition
    return replace(
        condition,
        all_of=tuple(_moved(part, first, than) for part in condition.all_of),
        any_of=tuple(_moved(part, first, than) for part in condition.any_of),
        none_of=tuple(_moved(part, first, than) for part in condition.none_of),
    )
