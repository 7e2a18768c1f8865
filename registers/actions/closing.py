"""What the clock does to registers: closes those that are due, and publishes how many a day owes."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial

from django.db import DatabaseError, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.published.models import RegistersDue
from attendance_mat.trust.queries import current_school
from registers.actions.entering import closes_at, school_policy
from registers.actions.taking import close_register, close_unopened_register
from registers.models import Session
from registers.queries.taking import groups_awaited, registers_owed, registers_to_close

log = logging.getLogger(__name__)
CATCHES_UP = dt.timedelta(days=7)  # how long the timer may have been away; older registers came by import


def close_due_registers(*, by: Member, at: dt.datetime) -> int:
    """Close every register whose time is up, and those nobody opened where an absence was expected; return how many.

    One that fails is logged and left for the next minute; it does not hold up the others.
    """
    since, policy = at.date() - CATCHES_UP, school_policy()
    due = [partial(close_register, register, by=by, at=at) for register in registers_to_close(at=at, since=since)]
    for session in Session.objects.filter(date__gte=since, date__lte=at.date()):
        due += [
            partial(close_unopened_register, group, session, policy=policy, by=by, at=at)
            for group in (groups_awaited(session) if at > closes_at(session, policy=policy) else ())
            if at > closes_at(session, policy=policy, group_id=group.pk)
        ]
    return sum(_attempt(close) for close in due)


def _attempt(close: Callable[[], None]) -> bool:
    try:
        close()
    except DatabaseError:
        log.exception("A register was not closed; the next minute tries again.")
        return False
    return True


@transaction.atomic
def publish_registers_due(*, on: dt.date) -> None:
    """Publish how many registers and children each session of a day has, unless that is done already."""
    school = current_school()
    done = RegistersDue.objects.filter(school=school, date=on).values_list("half", flat=True)
    sessions = list(Session.objects.filter(date=on).exclude(half__in=list(done)))
    if not sessions:
        return
    registers, pupils = registers_owed(on)
    for session in sessions:
        RegistersDue.objects.get_or_create(
            school=school, date=on, half=session.half, defaults={"registers": registers, "pupils": pupils}
        )
