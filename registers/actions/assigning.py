"""Gives a registration group to a person for some weekdays and dates, and ends that."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School
from attendance_mat.web.formats import long_day
from registers.models import Assignment, Group
from registers.queries import takers as queries
from registers.rules.calendar import LONDON


@transaction.atomic
def assign_group(
    group: Group,
    *,
    person: User,
    weekdays: Sequence[int],
    from_date: dt.date,
    until_date: dt.date | None,
    school: School,
    by: Member,
    at: dt.datetime,
) -> Assignment:
    """Have a person take a group's register on some weekdays from a day, until another if one is given.

    Raises ValidationError, by field: for a day that has been, for a person who takes no register here, and for one
    who takes this one already.
    """
    list(Group.objects.select_for_update().filter(pk=group.pk))  # two who assign take turns
    if from_date < at.astimezone(LONDON).date():
        raise ValidationError({"from_date": "Choose today or a later day: who took a register before today stands."})
    if not queries.people_who_take(school, on=from_date).filter(pk=person.pk).exists():
        raise ValidationError({"person": f"{person.name} has no role here that takes a register on that day."})
    there = queries.overlapping(person, group, weekdays, from_date=from_date, until_date=until_date)
    if there:
        words = f"{person.name} takes {group.name} already on one of these days, from {long_day(there.from_date)}."
        raise ValidationError({"weekdays": words})
    made = Assignment.objects.create(
        user=person, group=group, weekdays=sorted(weekdays), from_date=from_date, until_date=until_date
    )
    record(Event.GROUP_ASSIGNED, made, by=by, at=at, person=person.pk, group=group.pk, weekdays=made.weekdays)
    return made


@transaction.atomic
def end_assignment(assignment: Assignment, *, by: Member, at: dt.datetime) -> None:
    """Have a person take a group no more from today on; an assignment still to begin is dropped.

    Nothing happens to one that is over.
    """
    today = at.astimezone(LONDON).date()
    standing = Assignment.objects.select_for_update().filter(pk=assignment.pk).first()
    if standing is None or (standing.until_date and standing.until_date <= today):
        return
    record(Event.ASSIGNMENT_ENDED, standing, by=by, at=at, person=standing.user_id, group=standing.group_id)
    if standing.from_date < today:
        standing.until_date = today
        standing.save(update_fields=["until_date"])
    else:
        standing.delete()
