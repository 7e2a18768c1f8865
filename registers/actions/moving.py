"""Writes what is recorded of a pupil who leaves or comes back. Never a row changed: a correction is another row."""

import datetime as dt
import uuid
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.actions.expecting import end_expected_absence
from registers.models import Movement, Pupil
from registers.queries.movements import expected_of_sign_out, open_time_out, permits_of, standing, through_the_door
from registers.rules.calendar import LONDON
from registers.rules.movements import MovementKind, PermitKind, minutes_between

LOCKS: Final = 7_240_015  # with the pupil's number: two people at the desk take turns over one child
NO_TIME_OUT: Final = "No time out is recorded as allowed for this pupil: the office can record it on the pupil's page."


def take_turns(pupil_id: int) -> None:
    """Wait for whoever else is recording this pupil's leaving or coming back. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, pupil_id])


def move(pupil: Pupil, kind: MovementKind, *, at: dt.datetime, by: Member, now: dt.datetime, **said: Any) -> Movement:
    """Write one movement, in an entry of its own unless told otherwise."""
    entered = {"entry": uuid.uuid4(), **said}
    return Movement.objects.create(
        pupil=pupil, kind=kind, at=at, recorded_by=by.user, recorded_by_name=by.name, recorded_by_role=by.role,
        recorded_at=now, **entered,
    )  # fmt: skip


def require_today(when: dt.datetime, *, now: dt.datetime) -> None:
    """Refuse a moment that is still to come, or of another day."""
    if when > now:
        raise ValidationError({"at": f"{when.astimezone(LONDON):%H:%M} is still to come. Enter when it happened."})
    if when.astimezone(LONDON).date() != now.astimezone(LONDON).date():
        raise ValidationError({"at": "Enter a time of today."})


@transaction.atomic
def strike_movement(movement: Movement, *, because: str, by: Member, at: dt.datetime) -> Movement:
    """Record that a movement never happened, and why; what was entered stays on record. A second press is harmless.

    What a sign-out had the registers expect is withdrawn; a mark that was made is amended in its register.
    """
    if not because.strip():
        raise ValidationError({"because": "Say why: it is kept with the entry."})
    take_turns(movement.pupil_id)
    row = standing(movement.at.astimezone(LONDON).date()).filter(entry=movement.entry).select_related("pupil").first()
    if row is None:
        return movement
    require_not_family(row.pupil_id, by=by)
    is_last = row.pk == through_the_door(row.pupil_id, row.at.astimezone(LONDON).date())[-1].pk
    kept = {field.attname: getattr(row, field.attname) for field in Movement._meta.concrete_fields}
    written_anew = {"id", "struck", "because", "recorded_by_id", "recorded_by_name", "recorded_by_role", "recorded_at"}
    fresh = Movement.objects.create(
        **{name: value for name, value in kept.items() if name not in written_anew},
        struck=True, because=because.strip(), recorded_by=by.user, recorded_by_name=by.name, recorded_by_role=by.role,
        recorded_at=at,
    )  # fmt: skip
    if row.kind == MovementKind.OUT and is_last:  # else what came after it says what is expected
        for expected in expected_of_sign_out(row.pupil_id, row.at.astimezone(LONDON).date()):
            end_expected_absence(expected, by=by, at=at)
    record(Event.MOVEMENT_CORRECTED, fresh, by=by, at=at, pupil=row.pupil_id, movement=row.kind)
    return fresh


@transaction.atomic
def begin_time_out(pupil: Pupil, *, lesson: str, by: Member, at: dt.datetime) -> Movement:
    """Record that a pupil left a classroom for time out (AET-8.12, ALP-8.12). A repeated press is harmless.

    Raises ValidationError for a pupil whom no time out is recorded as allowed.
    """
    require_not_family(pupil.pk, by=by)
    take_turns(pupil.pk)
    on = at.astimezone(LONDON).date()
    if not any(permit.kind == PermitKind.TIME_OUT for permit in permits_of(pupil.pk, on)):
        raise ValidationError(NO_TIME_OUT)
    there = open_time_out(pupil.pk, on)
    if there:
        return there
    begun = move(pupil, MovementKind.TIME_OUT, at=at, by=by, now=at, lesson=lesson)
    record(Event.TIME_OUT_BEGUN, begun, by=by, at=at, pupil=pupil.pk)
    return begun


@transaction.atomic
def end_time_out(pupil: Pupil, *, by: Member, at: dt.datetime) -> int:
    """Record that a pupil is back from time out, and return the minutes it took; 0 where none was being taken."""
    take_turns(pupil.pk)
    begun = open_time_out(pupil.pk, at.astimezone(LONDON).date())
    if begun is None:
        return 0
    ended = move(pupil, MovementKind.TIME_BACK, at=at, by=by, now=at, lesson=begun.lesson)
    record(Event.TIME_OUT_ENDED, ended, by=by, at=at, pupil=pupil.pk)
    return minutes_between(begun.at, at)
