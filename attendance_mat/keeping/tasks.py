"""Timed work of the keeping room: the month's back-up, and telling people of one that was missed."""

import logging

from celery import shared_task
from django.conf import settings

from attendance_mat import clock
from attendance_mat.accounts.member import machine, member_in, memberships_on
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions import backing_up, other_system
from attendance_mat.trust import queries
from attendance_mat.trust.queries import current_school
from attendance_mat.trust.tasks import school_task
from registers.rules.seal import wrong_key

log = logging.getLogger(__name__)
TIMER = "Record keeping"


@shared_task
def back_up_schools_that_are_due() -> None:
    """Every half hour, have each school make its month's back-up if it has not, and say so if one was missed."""
    wrong = wrong_key(settings.REGISTER_SEAL_KEY, secret_key=settings.SECRET_KEY)
    if wrong:
        log.error(wrong)
    for schema_name in queries.schema_names():
        tell_of_missed_back_up.delay(schema_name=schema_name)
        if not wrong:
            back_up_school.delay(schema_name=schema_name)


@school_task
def back_up_school() -> None:
    """Make this school's back-up of the month that has ended, once."""
    now = clock.now()
    key = settings.REGISTER_SEAL_KEY.encode()
    backing_up.back_up_if_due(current_school(), key=key, by=machine(TIMER, at=now), at=now)


@school_task
def tell_of_missed_back_up() -> None:
    """Raise an alert where this school's back-up is late."""
    now = clock.now()
    backing_up.tell_of_missed(current_school(), by=machine(TIMER, at=now), at=now)


@school_task
def back_up_now(*, user_id: int) -> None:
    """Make a back-up that somebody asked for on the page, of this month as it stands."""
    now, school = clock.now(), current_school()
    memberships = memberships_on(User.objects.get(pk=user_id), now.date(), school=school)
    by = member_in(memberships, school=school, prefer=None)
    if by and by.may(Permission.KEEP_RECORDS):
        key, month = settings.REGISTER_SEAL_KEY.encode(), now.date().replace(day=1)
        backing_up.back_up(school, month=month, key=key, by=by, at=now)


@shared_task
def tell_of_daily_files() -> None:
    """Every few minutes, have each school see whether its other system has the day's marks, from 16:00 on."""
    for schema_name in queries.schema_names():
        tell_of_daily_file.delay(schema_name=schema_name)


@school_task
def tell_of_daily_file() -> None:
    """Raise an alert where this school's marks of today are unsent or differ."""
    now = clock.now()
    other_system.tell_of_daily_file(current_school(), by=machine(TIMER, at=now), at=now)
