"""Episodes of any rule, national or of the policy: what runs on a day, and when one that no longer runs ended."""

import datetime as dt

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladders, Stage
from escalation.rules import thresholds
from escalation.rules.counts import PupilFacts
from escalation.rules.findings import Rule
from escalation.rules.thresholds import Episode
from escalation.rules.triggers import holds, stage_episode, whole_condition

NATIONAL = frozenset(Rule)


def stages_in_force(policy: Policy, on: dt.date) -> dict[str, Stage]:
    """Return the stages of the policy in force on a day that figures or facts bring a pupil to, by key."""
    stated = policy.find(Ladders, on=on)
    return {stage.key: stage for stage in stated.value.stages if stage.when} if stated else {}


def held_since(stage: Stage, *, policy: Policy, on: dt.date) -> dt.date:
    """Return the day from which a school has had a stage as it stands on a day; the earliest there is if always.

    Whoever had crossed its line before then did so under another policy, which asked for nothing (decision 18).
    """
    since = dt.date.min
    for day in policy.turning_days(Ladders, on=on):
        if stage not in stages_in_force(policy, day).values():
            break
        since = day
    else:
        return dt.date.min
    return since


def episode(rule: str, pupil: PupilFacts, *, policy: Policy, as_of: dt.date) -> Episode | None:
    """Return the episode of a rule that runs on a day, or nothing: also where the policy has no such stage."""
    if rule in NATIONAL:
        return thresholds.episode(Rule(rule), pupil, policy=policy, as_of=as_of)
    stage = stages_in_force(policy, as_of).get(rule)
    return stage_episode(stage, pupil, policy=policy, as_of=as_of) if stage else None


def ended_on(rule: str, pupil: PupilFacts, *, policy: Policy, reached_on: dt.date, as_of: dt.date) -> dt.date:
    """Return the day an episode that no longer runs came to its end.

    It is the first school day, after the one that began it, at whose end the line was no longer crossed. A line that
    amended marks never crossed has no such day, nor has a stage that the policy has given up: that episode ends on the
    day that is found.
    """
    if rule in NATIONAL:
        return thresholds.ended_on(Rule(rule), pupil, policy=policy, reached_on=reached_on, as_of=as_of)
    stage = stages_in_force(policy, as_of).get(rule)
    condition = whole_condition(stage, policy=policy, as_of=as_of) if stage else None
    if condition is None:
        return as_of
    calendar = pupil.calendar
    reading = calendar.read_by(policy)
    days = calendar.days[max(0, calendar.until(reached_on) - 1) : calendar.until(as_of)]
    held = [pupil.is_on_roll(day) and holds(condition, pupil, reading=reading, on=day) for day in days]
    if not held or not held[0]:
        return as_of
    return next((day for day, is_met in zip(days, held, strict=True) if not is_met), as_of)
