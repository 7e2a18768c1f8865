"""Timed work of the absence room."""

from celery import shared_task

from absence.actions.truancy import look_for_overdue
from absence.consumers import MACHINE
from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.trust import queries
from attendance_mat.trust.tasks import school_task


@shared_task
def look_for_overdue_pupils() -> None:
    """Every minute, have each school look for pupils who are not back from elsewhere on site."""
    for schema_name in queries.schema_names():
        look_for_overdue_pupils_of_school.delay(schema_name=schema_name)


@school_task
def look_for_overdue_pupils_of_school() -> None:
    """Raise an alert for each pupil of this school who should be back and has not been seen since."""
    now = clock.now()
    look_for_overdue(by=machine(MACHINE, at=now), at=now)
