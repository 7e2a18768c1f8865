"""Print what the rules find at a school as of a day, reckoned afresh from the marks, as JSON.

The four national rules, and under their keys the stages of the policy in force that figures or facts bring a pupil to.
"""

import datetime as dt
import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladders
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.queries import night as queries
from escalation.queries.stages import stage_facts
from escalation.rules.counts import PupilFacts
from escalation.rules.episodes import stages_in_force
from escalation.rules.findings import Finding
from escalation.rules.thresholds import findings
from escalation.rules.triggers import stage_episode, stage_finding

BATCH: Final = 200  # pupils whose marks are held at once


class Command(BaseCommand):
    """Reads as the application, and never the stored findings."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug")
        parser.add_argument("--as-of", type=_date, help="today, unless given")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *, slug: str, **options: Any) -> None:
        school = School.objects.filter(slug=slug).first()
        if school is None:
            message = f"There is no school {slug}."
            raise CommandError(message)
        with tenant_context(school):
            found = list(_found(school, options["as_of"] or clock.today()))
        self.stdout.write(json.dumps(found, indent=1))


def _found(school: School, as_of: dt.date) -> Iterator[dict[str, Any]]:
    """Yield each finding of every pupil on roll at any time in the school year, by UPN and then by rule."""
    policy, upns = policy_for(school), queries.on_roll_in_year(as_of)
    pupil_ids = list(upns)
    for start in range(0, len(pupil_ids), BATCH):
        some = pupil_ids[start : start + BATCH]
        facts = stage_facts(some, as_of=as_of, school=school)
        for pupil_id in some:
            for finding in _of_pupil(facts[pupil_id], policy, as_of):
                yield {"upn": upns[pupil_id], **finding.as_json()}


def _of_pupil(pupil: PupilFacts, policy: Policy, as_of: dt.date) -> Iterator[Finding]:
    """Yield what is met on the day, with the figures of the day."""
    yield from (finding for finding in findings(pupil, policy=policy, as_of=as_of) if finding.met)
    source = policy.cited(Ladders, on=as_of).source
    for stage in stages_in_force(policy, as_of).values():
        if stage_episode(stage, pupil, policy=policy, as_of=as_of):
            yield stage_finding(stage, pupil, policy=policy, as_of=as_of, source=source)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"{text} is not a date such as 2026-01-05."
        raise ArgumentTypeError(message) from error
