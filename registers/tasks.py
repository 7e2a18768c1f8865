"""Timed work of the registers: closing those that are due, sealing them, and telling the trust how many are owed."""

import datetime as dt
import logging
from typing import Final

from celery import shared_task
from django.conf import settings

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.policy.adopted import national
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.schema import NightlyCheck
from attendance_mat.trust import queries
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from attendance_mat.trust.tasks import school_task
from registers.actions import closing, doubting, printing, sealing
from registers.queries import doubts as doubt_queries
from registers.queries import seal as seal_queries
from registers.rules.seal import seal_was_due, wrong_key

log = logging.getLogger(__name__)
TIMER = "Register timer"
ONE_DAY: Final = dt.timedelta(days=1)


@shared_task
def close_registers_that_are_due() -> None:
    """Every minute, have each school close the registers whose time is up."""
    for schema_name in queries.schema_names():
        close_registers.delay(schema_name=schema_name)


@school_task
def close_registers() -> None:
    """Close this school's registers whose time is up, opened by anybody or not."""
    now = clock.now()
    closing.close_due_registers(by=machine(TIMER, at=now), at=now)


@shared_task
def keep_paper_that_is_due() -> None:
    """Every minute, have each school draw its paper of today anew if anything happened there since."""
    for schema_name in queries.schema_names():
        keep_paper.delay(schema_name=schema_name)


@school_task
def keep_paper() -> None:
    """Keep this school's registers and evacuation list of today ready to print, and remove those of other days.

    What was printed while the database was down is entered in the log of events.
    """
    school = current_school()
    try:
        policy = policy_for(school)
    except PolicyError:
        policy = national()  # a policy that cannot be read does not leave a school without paper
    printing.refresh_paper(school, policy=policy, at=clock.now())
    printing.enter_printed(school)


@shared_task
def publish_registers_due_today() -> None:
    """Every few minutes, have each school that has not said so yet say how many registers it owes today."""
    for schema_name in queries.schema_names():
        publish_registers_due.delay(schema_name=schema_name)


@school_task
def publish_registers_due() -> None:
    """Publish how many registers this school owes for each session of today, once."""
    closing.publish_registers_due(on=clock.today())


@shared_task
def seal_schools_that_are_due() -> None:
    """Every few minutes, have each school seal its registers that has not done so since last night's check was due."""
    wrong = wrong_key(settings.REGISTER_SEAL_KEY, secret_key=settings.SECRET_KEY)
    if wrong:
        log.error(wrong)
        return
    for schema_name in queries.schema_names():
        seal_school.delay(schema_name=schema_name)


@school_task
def seal_school() -> None:
    """Seal this school's registers, once a night; a night missed is in the next seal."""
    school, now = current_school(), clock.now()
    due = _was_due(school, now)
    if seal_queries.is_sealed_since(due):
        return
    try:
        sealing.seal_registers(school, key=settings.REGISTER_SEAL_KEY.encode(), unless_since=due)
    except sealing.RegistersBusyError:
        log.info("Registers are being saved at %s; the next tick seals them.", school.slug)


@shared_task
def look_over_registers_that_are_due() -> None:
    """Every few minutes, have each school that has not done so tonight look for contradictions in its registers."""
    for schema_name in queries.schema_names():
        look_over_registers.delay(schema_name=schema_name)


@school_task
def look_over_registers() -> None:
    """Find what in this school's registers cannot be right, once a night, up to the day before."""
    school, now = current_school(), clock.now()
    due = _was_due(school, now)
    if not doubt_queries.is_looked_over_since(due):
        night = due.astimezone(clock.LONDON).date() - ONE_DAY
        doubting.look_over_registers(school, night=night, by=machine(TIMER, at=now), at=now)


def _was_due(school: School, now: dt.datetime) -> dt.datetime:
    """Return when the night's work on the registers last fell due: after the night's check, by the school's policy."""
    try:
        policy = policy_for(school)
    except PolicyError:
        policy = national()  # a policy that cannot be read does not leave the registers unsealed or unread
    return seal_was_due(now, check_at=policy.terms(NightlyCheck, on=now.date()).at)
