"""The night's check, shared out: one task a school, so that one failure stops one school only. And simulations."""

import datetime as dt
import logging
from typing import Any

from celery import shared_task
from django_tenants.utils import schema_context

from attendance_mat import clock
from attendance_mat.policy.adopted import Policy, national
from attendance_mat.policy.faults import PolicyError
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school, schools
from attendance_mat.trust.tasks import school_task
from escalation import actions
from escalation.actions.publishing import publish_unacted
from escalation.gateways import simulations
from escalation.queries import night as queries
from escalation.queries.simulate import simulate
from escalation.rules import what_if
from escalation.rules.simulated import changes, changes_as_json

log = logging.getLogger(__name__)


@shared_task
def check_schools_that_are_due() -> None:
    """Every few minutes, give each school its oldest night not yet done."""
    for school in schools():
        try:
            as_of = _night_due(school)
        except Exception:
            log.exception("Which night is due at %s could not be read; the others go on.", school.slug)
            continue
        if as_of:
            check_school.delay(schema_name=school.schema_name, as_of=as_of.isoformat())


@school_task
def check_school(*, as_of: str, again: bool = False) -> None:
    """Do a school's night and what follows from it, then go on to the next one due; nothing if another worker is at it.

    A night done before whose worker was killed is not done again, but what follows from it is: that changes nothing
    where it was done too.
    """
    school, night = current_school(), dt.date.fromisoformat(as_of)
    run = actions.run_threshold_check(school, as_of=night, at=clock.now(), again=again)
    if queries.is_done(school, night):
        actions.after_the_night(school, as_of=night, at=clock.now())
        publish_unacted(school, on=clock.today())
    following = _night_due(school) if run and run.finished_at else None
    if following:
        check_school.delay(schema_name=school.schema_name, as_of=following.isoformat())


@school_task
def simulate_policy(*, asked: dict[str, Any], version: str) -> None:
    """Try a policy over a school's past, and keep for an hour what it comes to. The database is only read."""
    wanted, school = simulations.Asked.from_json(asked), current_school()
    try:
        tried = what_if.asked_for(wanted.pack, stage=wanted.stage, than=wanted.than, on=wanted.last)
        found = simulate(
            school,
            {"simulated": tried, "running": policy_for(school)},
            first=wanted.first,
            last=wanted.last,
            progress=lambda done, of: simulations.tell(wanted, done, of, version=version),
        )
    except Exception as error:
        why = str(error) if isinstance(error, PolicyError) else "Something went wrong. Try again in a while."
        simulations.keep(wanted, {"refused": why}, version=version)
        if not isinstance(error, PolicyError):
            raise
        return
    outcomes = {name: outcome.as_json() for name, outcome in found.items()}
    changed = changes_as_json(changes(found["simulated"], found["running"]))
    result = {"outcomes": outcomes, "changed": changed, "at": clock.now().isoformat()}
    simulations.keep(wanted, result, version=version)


def _night_due(school: School) -> dt.date | None:
    with schema_context(school.schema_name):
        return queries.night_due(school, now=clock.now(), policy=_policy_or_national(school))


def _policy_or_national(school: School) -> Policy:
    """Return the policy that says when to check; where it cannot be read, the check fails and keeps the reason."""
    try:
        return policy_for(school)
    except PolicyError:
        return national()
