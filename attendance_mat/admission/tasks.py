"""Timed work of the admission room: telling a school of what is overdue in its admission register."""

from celery import shared_task

from attendance_mat import clock
from attendance_mat.admission.actions import telling
from attendance_mat.trust import queries
from attendance_mat.trust.tasks import school_task


@shared_task
def tell_of_what_is_overdue() -> None:
    """Every few minutes, have each school say on its page of today what is overdue: a day passes without any act."""
    for schema_name in queries.schema_names():
        tell_of_admissions.delay(schema_name=schema_name)


@school_task
def tell_of_admissions() -> None:
    """Have this school's alerts say how many children are untraced and how many returns are overdue."""
    now = clock.now()
    telling.tell_of_untraced(at=now)
    telling.tell_of_overdue_returns(at=now)
