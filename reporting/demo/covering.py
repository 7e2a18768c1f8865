"""One teacher is away and covered all day, and registers that are out by a moment are asked for."""

import datetime as dt
from typing import Final

from attendance_mat.accounts.roles import Role
from registers.actions.chasing import remind, send_to_look
from registers.actions.covering import Wanted, give_pass
from registers.actions.outstanding import registers_out
from registers.models import Group, PresenceCheck
from registers.queries.coverable import coverable_on
from registers.queries.lessons import lessons_of
from registers.rules.chasing import OutState
from reporting.demo.product_time import ProductTime
from reporting.demo.so_far import SchoolSoFar

MINUTE: Final = dt.timedelta(minutes=1)
SUPPLY: Final = "Robin Ashdown"


def cover_and_chase(school: SchoolSoFar, time: ProductTime, *, at: dt.datetime) -> None:
    """Give somebody a pass for the day of whoever takes the first class, and ask for what is missing by a moment."""
    time.set_to(at - 30 * MINUTE)
    office, officer, on = school.staff.one(Role.OFFICE), school.staff.one(Role.ATTENDANCE_OFFICER), at.date()
    away = school.staff.of_class(next(iter(school.groups)), on).user
    theirs = [row for row in coverable_on(on) if away.pk in row.takers]
    wanted = Wanted(on, theirs, away)
    give_pass(wanted, name=SUPPLY, school=school.school, policy=school.policy, by=office, at=at - 30 * MINUTE)
    moment = at - 2 * MINUTE
    out = registers_out(on, Group.objects.all(), lessons_of(on), policy=school.policy, at=moment)
    missing = [row for row in out if row.state is OutState.MISSING and not row.covered_by]
    time.set_to(moment)
    for row in missing[:1]:
        remind(row, policy=school.policy, by=officer, at=moment)
    for row in missing[1:2]:
        send_to_look(row, way=PresenceCheck.Way.AMBASSADOR, by=officer, at=moment)
