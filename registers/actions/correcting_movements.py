"""Corrects what was recorded of a pupil who left or came in: in one step, with what it said before kept beside it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.amending import amend_mark
from registers.actions.entering import require_not_family, school_policy, starts_at
from registers.actions.expecting import end_expected_absence
from registers.actions.moving import require_today, take_turns
from registers.actions.signing_out import Departure, expect_missed
from registers.models import Mark, Movement, Session
from registers.queries.movements import expected_of_sign_out, standing, through_the_door
from registers.rules.calendar import LONDON, Half
from registers.rules.codes import present_code
from registers.rules.marks import late_code
from registers.rules.movements import Leaving, MovementKind, is_in_order

SAY_WHY: Final = "Say why: it is kept with the entry."
CHANGED_MEANWHILE: Final = "Somebody corrected this entry or struck it out while you worked. Look at it again."
NOT_TODAYS: Final = "Only an entry of today is corrected here."
THE_SAME: Final = "Nothing is different: change the time, the expected return or the words."
OUT_OF_ORDER: Final = (
    "At that time the pupil had not yet left, or had come in again: look at the other entries of today first."
)
RETURN_AFTER: Final = "The expected return is after the leaving: enter a later time."
ANOTHER_SESSION: Final = "That is in another session than the mark: strike this entry out and enter it again."


@dataclass(frozen=True)
class Corrected:
    """What an entry is to say: when it happened, when the pupil is due back, and the words beside it."""

    at: dt.datetime
    words: str = ""
    due_back_at: dt.datetime | None = None


@transaction.atomic
def correct_movement(movement: Movement, said: Corrected, *, because: str, by: Member, at: dt.datetime) -> Movement:
    """Correct the time, the expected return or the words of a leaving or a coming in, and return the entry as it now
    stands; what it said before stays on record.

    What a sign-out has the registers expect is withdrawn and expected anew; the mark that an arrival made is amended
    to the right time. Raises ValidationError by field, and where somebody changed the entry meanwhile.
    """
    take_turns(movement.pupil_id)
    on = at.astimezone(LONDON).date()
    row = _correctable(movement, on)
    require_not_family(row.pupil_id, by=by)
    others = through_the_door(row.pupil_id, on)
    _require_sense(row, said, because, others, at=at)
    fresh = _write(row, said, because, by=by, at=at)
    record(Event.MOVEMENT_CORRECTED, fresh, by=by, at=at, pupil=row.pupil_id, movement=row.kind)
    if row.kind == MovementKind.OUT and others[-1].pk == row.pk:  # else what came after it says what is expected
        for expected in expected_of_sign_out(row.pupil_id, on):
            end_expected_absence(expected, by=by, at=at)
        departure = Departure(said.at, Leaving(row.reason or Leaving.OTHER), due_back_at=said.due_back_at)
        expect_missed(row.pupil, departure, by=by, at=at)
    elif row.kind != MovementKind.OUT and said.at != row.at:
        _amend_mark(row, said.at, because, by=by, at=at)
    return fresh


def _correctable(movement: Movement, on: dt.date) -> Movement:
    """Return the entry as it stands; refuse one of another day, and one that says something else by now."""
    if movement.at.astimezone(LONDON).date() != on:
        raise ValidationError(NOT_TODAYS)
    row = standing(on).filter(entry=movement.entry).select_related("pupil").first()
    if row is None or row.pk != movement.pk:
        raise ValidationError(CHANGED_MEANWHILE)
    return row


def _require_sense(
    row: Movement, said: Corrected, because: str, others: Sequence[Movement], *, at: dt.datetime
) -> None:
    if not because.strip():
        raise ValidationError({"because": SAY_WHY})
    require_today(said.at, now=at)
    if (said.at, said.due_back_at, said.words.strip()) == (row.at, row.due_back_at, row.words):
        raise ValidationError(THE_SAME)
    if said.due_back_at and said.due_back_at <= said.at:
        raise ValidationError({"due_back": RETURN_AFTER})
    if not is_in_order(said.at, [(each.pk == row.pk, each.at) for each in others]):
        raise ValidationError({"at": OUT_OF_ORDER})


def _write(row: Movement, said: Corrected, because: str, *, by: Member, at: dt.datetime) -> Movement:
    kept = {field.attname: getattr(row, field.attname) for field in Movement._meta.concrete_fields}
    written_anew = {
        "id": None, "at": said.at, "due_back_at": said.due_back_at, "words": said.words.strip(),
        "because": because.strip(), "recorded_by_id": by.user_id, "recorded_by_name": by.name,
        "recorded_by_role": by.role, "recorded_at": at,
    }  # fmt: skip
    return Movement.objects.create(**{**kept, **written_anew})


def _amend_mark(row: Movement, arrived_at: dt.datetime, because: str, *, by: Member, at: dt.datetime) -> None:
    """Amend the mark that an arrival made, by the clock of its register; a return that made none changes none."""
    on, policy = arrived_at.astimezone(LONDON).date(), school_policy()
    for mark in Mark.objects.filter(pupil=row.pupil_id, session__date=on).select_related("session", "register"):
        half, group = Half(mark.session.half), mark.register.group_id
        starts = {each: starts_at(Session(date=on, half=each), policy=policy, group_id=group) for each in Half}
        if half != _half_of(row.at, starts) or not _is_of(mark, row.at, starts[half]):
            continue
        if half != _half_of(arrived_at, starts):
            raise ValidationError({"at": ANOTHER_SESSION})
        is_late = arrived_at > starts[half]
        code = late_code(arrived_at, mark.register.closes_at).code if is_late else present_code(half)
        if is_late or code != mark.code:
            amend_mark(mark, code=code, reason=because, arrived_at=arrived_at, by=by, at=at)


def _half_of(when: dt.datetime, starts: Mapping[Half, dt.datetime]) -> Half:
    return Half.PM if when >= starts[Half.PM] else Half.AM


def _is_of(mark: Mark, arrived_at: dt.datetime, session_starts: dt.datetime) -> bool:
    """Say whether a mark is what an arrival made: late at that time, or present where it was in time."""
    in_time = mark.code == present_code(Half(mark.session.half)) and arrived_at <= session_starts
    return mark.arrived_at == arrived_at or (in_time and mark.arrived_at is None)
