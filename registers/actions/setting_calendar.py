"""Setting the school's calendar: sessions added and taken away, and the names of days without school."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.importing import ONE_AT_A_TIME
from registers.models import PlannedDay, Session
from registers.queries.school_calendar import InUse, in_use, sessions_between
from registers.rules.school_calendar import A_DAY, SATURDAY, Difference, Wanted, difference

LONGEST: Final = 400  # days: a school year, and some
CHANGED_MEANWHILE: Final = "The calendar changed while you looked. Look at what the change would do now."


class SessionsInUseError(ValidationError):
    """Sessions with marks or registers are never taken away. `sessions` says which."""

    def __init__(self, sessions: list[InUse]) -> None:
        self.sessions = sessions
        count = len(sessions)
        first = sessions[0]
        marks = f"{first.marks:,} {'mark' if first.marks == 1 else 'marks'}"
        super().__init__(
            f"{count} {'session has' if count == 1 else 'sessions have'} a register already and cannot be taken away: "
            f"the first is {first.date:%d/%m/%Y} {first.half}, with {marks}. "
            "If the school closed unexpectedly, declare a closure."
        )


@dataclass(frozen=True)
class Change:
    """A change of the calendar with the kind and name of the days it takes away; no name where it adds."""

    wanted: Wanted
    kind: str = ""
    name: str = ""


def plan_calendar(change: Change) -> Difference:
    """Return what a change would do now. Nothing is written. Two queries.

    Raises ValidationError: days in the wrong order, too many, or SessionsInUseError.
    """
    wanted = change.wanted
    if wanted.last < wanted.first:
        raise ValidationError({"last_date": "The last day is before the first day."})
    if (wanted.last - wanted.first).days >= LONGEST:
        raise ValidationError({"last_date": f"Change at most {LONGEST} days at once."})
    held = sessions_between(wanted.first, wanted.last)
    found = difference(wanted, held)
    going = {held[slot]: slot for slot in found.removed}
    used = in_use(going, going)
    if used:
        raise SessionsInUseError(used)
    return found


@transaction.atomic
def set_calendar(change: Change, *, shown: Difference, by: Member, at: dt.datetime) -> Difference:
    """Add and take away sessions as they were shown, or nothing where the calendar has changed since.

    A day left without any session takes the change's name; one that has a session again loses its name.
    """
    _take_turns()
    found = plan_calendar(change)
    if found != shown:
        raise ValidationError(CHANGED_MEANWHILE)
    ids = sessions_between(change.wanted.first, change.wanted.last)
    try:
        Session.objects.filter(pk__in=[ids[slot] for slot in found.removed]).delete()
    except ProtectedError as error:
        raise ValidationError(CHANGED_MEANWHILE) from error
    Session.objects.bulk_create([Session(date=date, half=half) for date, half in found.added], batch_size=1000)
    named = _name_days(change, found, by=by, at=at)
    dates = {"first": change.wanted.first.isoformat(), "last": change.wanted.last.isoformat()}
    counts = {"added": len(found.added), "removed": len(found.removed), "named": named}
    record(Event.CALENDAR_SET, current_school(), by=by, at=at, day_kind=change.kind, **dates, **counts)
    return found


def _take_turns() -> None:
    """Wait for another change or import of this school's calendar."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ONE_AT_A_TIME, current_school().pk])


def _name_days(change: Change, found: Difference, *, by: Member, at: dt.datetime) -> int:
    """Name the days that have no session now, and take the names of those that have; return how many were named."""
    wanted = change.wanted
    still = {date for date, _ in sessions_between(wanted.first, wanted.last)}
    PlannedDay.objects.filter(date__in={date for date, _ in found.added}).delete()
    if wanted.adds or not change.name:
        return 0
    days = [wanted.first + A_DAY * number for number in range((wanted.last - wanted.first).days + 1)]
    without = [day for day in days if day not in still and (wanted.weekends or day.weekday() < SATURDAY)]
    PlannedDay.objects.filter(date__in=without).delete()
    PlannedDay.objects.bulk_create(
        PlannedDay(date=day, kind=change.kind, name=change.name, set_by=by.user, set_by_name=by.name, set_at=at)
        for day in without
    )
    return len(without)
