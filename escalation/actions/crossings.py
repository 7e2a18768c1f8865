"""What stands of the stages' crossed lines is proposed, the furthest first; what ends a stage ends it."""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Final, TypeVar

from django.db import models

from attendance_mat.policy.ladder import Stage
from attendance_mat.web.formats import as_date
from escalation.actions.endings import leave_stage
from escalation.actions.stages import propose_stage
from escalation.actions.steps import Occasion
from escalation.models import Finding
from escalation.queries import ladder as queries
from escalation.queries.stages import stage_facts
from escalation.rules.facts import as_unexplained_then
from escalation.rules.ladder import Crossing, Standing, find_stage, may_fire, rests_on_counts
from escalation.rules.triggers import PupilFacts, judge, whole_condition
from registers.models import Pupil

log = logging.getLogger(__name__)

NOT_ON_ROLL: Final = "The pupil is no longer on the roll."
DIED: Final = "The pupil has died."
Row = TypeVar("Row", bound=models.Model)


def follow_up_stages(occasion: Occasion, *, pupil_ids: Collection[int] | None = None) -> None:
    """Propose every stage whose line stands crossed and that may fire, for some pupils or for all.

    The furthest stage goes first, so that the earlier ones it makes pointless are not asked for. One that fails is left
    to the next night. A dozen queries, and more for each stage that fires.
    """
    stages = {stage.key: (place, stage) for place, stage in enumerate(occasion.ladders.stages)}
    rows = queries.standing_findings(stages, on=occasion.read_to, pupil_ids=pupil_ids)
    standing = queries.standings({row.pupil_id for row in rows}, on=occasion.on)
    rows = [row for row in rows if _may(row, Crossing(row.reached_on), stages[row.rule][1], standing, occasion)]
    facts = _facts({row.pupil_id for row in rows if _is_asked_again(row, stages[row.rule][1], standing)}, occasion)
    for row in sorted(rows, key=lambda row: (row.pupil_id, -stages[row.rule][0])):
        stage = stages[row.rule][1]
        crossing = Crossing(row.reached_on, is_new=_is_new(row, stage, standing, facts, occasion))
        if _may(row, crossing, stage, standing, occasion):
            each([row], partial(propose_stage, crossing=crossing, occasion=occasion))


def end_stages_that_are_over(occasion: Occasion) -> None:
    """Let pupils leave the stages whose end has come: what the policy says ends them holds, or they left the school.

    About ten queries, and more for each stage that ends.
    """
    stages = {stage.key: stage for stage in occasion.ladders.stages}
    rows = list(queries.running(Pupil.objects.all()))
    standing = queries.standings({row.pupil_id for row in rows}, on=occasion.on)
    gone = [row for row in rows if not standing[row.pupil_id].on_roll or standing[row.pupil_id].died]
    each(gone, lambda row: leave_stage(row, because=_why_gone(standing[row.pupil_id]), occasion=occasion))
    asked = [
        (row, end)
        for row in rows
        if row not in gone and row.stage in stages and (end := stages[row.stage].leaves) is not None
    ]
    facts = _facts({row.pupil_id for row, _ in asked}, occasion)
    for row, end in asked:
        found = judge(end, facts[row.pupil_id], policy=occasion.policy, as_of=occasion.read_to)
        if found.met:
            each([row], partial(leave_stage, because=found.arithmetic, occasion=occasion))


def _why_gone(standing: Standing) -> str:
    return DIED if standing.died else NOT_ON_ROLL


def is_undone(finding: Finding, occasion: Occasion) -> bool:
    """Say whether marks as they now stand no longer bear out that a stage's line was crossed on its day. Ten queries.

    A line that is no longer crossed because attendance has changed since was crossed all the same; so was one that the
    policy has moved since, and one of absence without a reason that has had to be recorded as without leave.
    """
    found_on = queries.ladders(occasion.policy, on=as_date(finding.found_at))
    stage = find_stage(found_on, finding.rule) or find_stage(occasion.ladders, finding.rule)
    on = finding.reached_on
    condition = whole_condition(stage, policy=occasion.policy, as_of=on) if stage else None
    if condition is None:
        return False
    facts = stage_facts([finding.pupil_id], as_of=on, school=occasion.school)[finding.pupil_id]
    facts = as_unexplained_then(facts, finding.evidence["sessions"])
    return not judge(condition, facts, policy=occasion.policy, as_of=on).met


def each(rows: Iterable[Row], do: Callable[[Row], object]) -> None:
    """Do something about each row; one that fails is logged and left, and does not hold up the others."""
    for row in rows:
        try:
            do(row)
        except Exception:
            log.exception("%s %s was left as it is.", type(row).__name__, row.pk)


def _facts(pupil_ids: Collection[int], occasion: Occasion) -> dict[int, PupilFacts]:
    return stage_facts(pupil_ids, as_of=occasion.read_to, school=occasion.school) if pupil_ids else {}


def _may(row: Finding, crossing: Crossing, stage: Stage, standing: Mapping[int, Standing], occasion: Occasion) -> bool:
    return may_fire(
        stage,
        crossing=crossing,
        standing=standing[row.pupil_id],
        on=occasion.on,
        go_live=occasion.live_from(stage),
    ).may


def _is_asked_again(row: Finding, stage: Stage, standing: Mapping[int, Standing]) -> bool:
    return rests_on_counts(stage) and standing[row.pupil_id].acted_until(stage.key) is not None


def _is_new(
    row: Finding, stage: Stage, standing: Mapping[int, Standing], facts: Mapping[int, PupilFacts], occasion: Occasion
) -> bool:
    """Say whether a stage's line is crossed by what came after it was last acted upon."""
    until: dt.date | None = standing[row.pupil_id].acted_until(stage.key)
    if stage.when is None or until is None or row.pupil_id not in facts:
        return True
    found = judge(stage.when, facts[row.pupil_id], policy=occasion.policy, as_of=occasion.read_to, acted_until=until)
    return found.met
