"""Giving a child a mark at a session whose register is closed and left them blank."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from registers.actions.deciding import decide, desk_at, events_of_changes, lock, write
from registers.actions.entering import LATE, Entry, school_policy
from registers.actions.taking import open_register
from registers.models import Group, Mark, Pupil, Register, Session
from registers.queries.taking import register_rows
from registers.rules.marks import Outcome


@transaction.atomic
def fill_blank(
    pupil: Pupil, session: Session, *, code: str, reason: str, nature: str = "", by: Member, at: dt.datetime
) -> Mark:
    """Enter the mark that a session lacks, in the register of the pupil's group that day; the reason stays with it.

    Raises ValidationError for a code that may not be used there, or where the pupil was in no register that day.
    """
    if code in LATE:
        message = "For a child who came late, open that register and enter when the child arrived."
        raise ValidationError({"code": message})
    desk = desk_at(lock(_register_of(pupil, session, by=by, at=at)), by=by, at=at)
    row = next((row for row in register_rows(desk.register, by=by) if row.pupil_id == pupil.pk), None)
    if row is None:
        message = "This child was not on the roll that day, so there is no register to enter the mark in."
        raise ValidationError(message)
    entry = Entry(pupil.pk, code, base=row.base, made_at=at, nature=nature, comment=reason, reason=reason)
    decided = decide(entry, row, desk)
    if decided.decision.outcome is not Outcome.SAVED:
        raise ValidationError({"code": decided.decision.why or "The mark says so already."})
    marks, changes = write([decided], desk)
    record_each(events_of_changes([decided], changes), by=by, at=at)
    if marks:
        record(Event.MARKS_SAVED, desk.register, by=by, at=at, marks=[marks[0].pk], codes={code: 1})
    return Mark.objects.get(pupil=pupil, session=session)


def _register_of(pupil: Pupil, session: Session, *, by: Member, at: dt.datetime) -> Register:
    """Return the register of the pupil's registration group at a session, opened now if nobody did."""
    places = Group.objects.filter(
        places__in=pupil.group_places.filter(in_force_on(session.date), kind=Group.Kind.REGISTRATION)
    )
    group = places.first()
    if group is None:
        message = "This child was in no registration group that day. Put the child in a group first."
        raise ValidationError(message)
    return open_register(group, session, policy=school_policy(), by=by, at=at)
