"""Timed work of the registers: closing those that are due, and telling the trust how many are owed."""

from celery import shared_task

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.trust import queries
from attendance_mat.trust.tasks import school_task
from registers.actions import closing

TIMER = "Register timer"


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
def publish_registers_due_today() -> None:
    """Every few minutes, have each school that has not said so yet say how many registers it owes today."""
    for schema_name in queries.schema_names():
        publish_registers_due.delay(schema_name=schema_name)


@school_task
def publish_registers_due() -> None:
    """Publish how many registers this school owes for each session of today, once."""
    closing.publish_registers_due(on=clock.today())
