"""Episodes begin and end: the rows of what was found, and the events that other rooms act upon (decision 18)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record_each
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import FollowUps
from attendance_mat.trust.models import School
from escalation.models import Finding
from escalation.queries.stages import stage_facts
from escalation.rules.episodes import NATIONAL, ended_on, stages_in_force
from escalation.rules.thresholds import Episode
from registers.rules.calendar import SchoolYear

Crossing = tuple[int, str]  # a pupil's id, and the rule or the stage whose line is crossed


@dataclass(frozen=True)
class Reading:
    """What one look at the marks goes by: the school, the day they are read as of, the policy, and who looks when."""

    school: School
    as_of: dt.date
    policy: Policy
    by: Member
    at: dt.datetime


def end_episodes(rows: Collection[Finding], reading: Reading) -> None:
    """End episodes whose line is no longer crossed, on the day the marks say.

    Those of stages that the policy no longer has end without an event: the line was crossed as the policy then was,
    and what came of it stands.
    """
    if not rows:
        return
    facts = stage_facts({row.pupil_id for row in rows}, as_of=reading.as_of, school=reading.school)
    for row in rows:
        row.cleared_on = ended_on(
            row.rule, facts[row.pupil_id], policy=reading.policy, reached_on=row.reached_on, as_of=reading.as_of
        )
    Finding.objects.bulk_update(rows, ["cleared_on"])
    _tell(Event.THRESHOLD_CLEARED, rows, reading)


def begin_episodes(crossed: Mapping[Crossing, Episode], ended: Iterable[Finding], reading: Reading) -> None:
    """Begin an episode for each crossing; one that began on the same day before is taken up again as it was."""
    known = {(row.pupil_id, row.rule, row.reached_on): row for row in ended}
    again: list[Finding] = []
    new: list[Finding] = []
    for (pupil_id, rule), each in sorted(crossed.items()):
        before = known.get((pupil_id, rule, each.reached_on))
        row = before or _row(pupil_id, each, at=reading.at)
        row.cleared_on = None
        (again if before else new).append(row)
    Finding.objects.bulk_update(again, ["cleared_on"])
    Finding.objects.bulk_create(new)
    _tell(Event.THRESHOLD_CROSSED, [*again, *new], reading)


def _row(pupil_id: int, crossed: Episode, *, at: dt.datetime) -> Finding:
    found = crossed.finding
    return Finding(
        pupil_id=pupil_id,
        rule=found.rule,
        school_year=SchoolYear.of(crossed.reached_on).starts.year,
        reached_on=crossed.reached_on,
        value=found.value,
        threshold=found.stated_threshold,
        evidence=found.as_json(),
        found_at=at,
    )


def _tell(event: Event, rows: Collection[Finding], reading: Reading) -> None:
    """Write the events that others act upon: of stages since the school went live, then of national rules.

    Of national rules, those that lead to a case; the others are findings and nothing more (decision 18). Stages that
    begin are told once a pupil, because whoever hears of one looks at all that the pupil has come to; and before the
    national rules, so that a policy's own steps are asked for first.
    """
    follow_ups = reading.policy.terms(FollowUps, on=reading.as_of)
    leading = {step.rule for step in follow_ups.rules if step.opens_case and step.rule in NATIONAL}
    stages, live_from = stages_in_force(reading.policy, reading.as_of).keys(), reading.school.go_live_date
    of_stages = [row for row in rows if row.rule in stages and row.reached_on >= live_from]
    if event is Event.THRESHOLD_CROSSED:
        of_stages = list({row.pupil_id: row for row in of_stages}.values())
    events = [
        (event, row, {"pupil": row.pupil_id, "rule": row.rule, "reached_on": row.reached_on.isoformat()})
        for row in (*of_stages, *(row for row in rows if row.rule in leading))
    ]
    record_each(events, by=reading.by, at=reading.at)
