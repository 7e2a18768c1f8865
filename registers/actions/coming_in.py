"""A child comes in at the office, late or back: the mark by the clock, and the register's own closing time."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from attendance_mat.policy.absence_procedure import LateDesk
from registers.actions.deciding import Decided, Desk, desk_at, events_of_changes, lock, write
from registers.actions.entering import OWN_FAMILY, Entry, school_policy, starts_at, with_lateness
from registers.actions.expecting import end_expected_absence
from registers.actions.moving import move, require_today, take_turns
from registers.actions.taking import open_register
from registers.models import Contradiction, Mark, Movement, Pupil, Session, Source
from registers.queries.groups import registration_group
from registers.queries.movements import expected_of_sign_out, last_through_the_door
from registers.queries.taking import RegisterRow, register_rows
from registers.rules import codes
from registers.rules.calendar import LONDON
from registers.rules.codes import present_code
from registers.rules.day import unexplained_code
from registers.rules.marks import ChangeKind, Outcome, RowDecision, late_code
from registers.rules.movements import MovementKind, minutes_between

AT_THE_DESK: Final = "Came in at the late desk"
LATE_ALREADY: Final = frozenset({"L", "U"})


class Came(StrEnum):
    """What became of an arrival."""

    MARKED = "marked"  # the mark says when the child came
    BACK = "back"  # the child was out, and is back
    STAYS = "stays"  # the child is in; the mark stays, for a reason for the absence is established
    REPEATED = "repeated"  # it had been entered already
    CONTRADICTED = "contradicted"  # the register has the child present: nothing was changed


@dataclass(frozen=True)
class CameIn:
    """An arrival as it was taken: the mark that now stands, why it is that one, and how long the child was out."""

    outcome: Came
    code: str = ""
    why: str = ""
    minutes_late: int | None = None
    minutes_out: int | None = None


@transaction.atomic
def come_in(
    pupil: Pupil, *, arrived_at: dt.datetime, reason: str = "", needs_reason: bool = True, by: Member, at: dt.datetime
) -> CameIn:
    """Record that a child came in at the office, and make the mark of that session say so (WAT-7.14, JTM-8.04).

    L up to the register's own closing time, U after it where no reason for the absence is established (R6). A child
    who was signed out is back. Raises ValidationError for a time that cannot be, a day without school, or no reason
    where the policy asks for one and the child is late.
    """
    require_today(arrived_at, now=at)
    take_turns(pupil.pk)
    last = last_through_the_door(pupil.pk, arrived_at.astimezone(LONDON).date())
    if last and last.kind == MovementKind.IN and _same_minute(last.at, arrived_at):
        return CameIn(Came.REPEATED)
    desk = _desk(pupil, arrived_at, by=by, at=at)
    if last and last.kind == MovementKind.OUT:
        return _back(pupil, last, desk, arrived_at=arrived_at, reason=reason)
    return _arrive(pupil, desk, arrived_at=arrived_at, reason=reason, needs_reason=needs_reason)


def _same_minute(one: dt.datetime, other: dt.datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _desk(pupil: Pupil, arrived_at: dt.datetime, *, by: Member, at: dt.datetime) -> Desk:
    """Return the late desk over the register of the session in which the child came, locked."""
    on, policy = arrived_at.astimezone(LONDON).date(), school_policy()
    group = registration_group(pupil.pk, on)
    if group is None:
        message = "This child is in no registration group today. Put the child in a group first."
        raise ValidationError(message)
    sessions = list(Session.objects.filter(date=on).order_by("half"))
    if not sessions:
        message = "The school does not meet today, by its calendar."
        raise ValidationError(message)
    begun = [each for each in sessions if starts_at(each, policy=policy, group_id=group.pk) <= arrived_at]
    register = open_register(group, (begun or sessions)[-1 if begun else 0], policy=policy, by=by, at=at)
    return replace(desk_at(lock(register), by=by, at=at), source=Source.LATE_DESK)


def _row(pupil: Pupil, desk: Desk) -> RegisterRow:
    row = next((row for row in register_rows(desk.register, by=desk.by) if row.pupil_id == pupil.pk), None)
    if row is None:
        message = "This child is not on the roll today."
        raise ValidationError(message)
    if row.is_own_family:
        raise ValidationError(OWN_FAMILY)
    return row


def _back(pupil: Pupil, out: Movement, desk: Desk, *, arrived_at: dt.datetime, reason: str) -> CameIn:
    """Record a return: what the sign-out had expected is over, and a session begun and not marked has its mark."""
    if arrived_at <= out.at and _same_minute(arrived_at, desk.at):
        arrived_at = desk.at  # a return in the minute of the leaving comes after it
    if arrived_at <= out.at:
        left = f"{out.at.astimezone(LONDON):%H:%M}"
        raise ValidationError({"at": f"The pupil was signed out at {left}: the return is later."})
    for expected in expected_of_sign_out(pupil.pk, desk.register.session.date):
        end_expected_absence(expected, by=desk.by, at=desk.at)
    row = _row(pupil, desk)
    words = reason.strip() or f"Back after being signed out at {out.at.astimezone(LONDON):%H:%M}"
    _enter(pupil, desk, arrived_at=arrived_at, words=reason)
    code, why, late = row.code, "", None
    if not row.code and row.awaits is None and desk.starts_at <= arrived_at <= desk.register.closes_at:
        entry = _mark(row, desk, arrived_at=arrived_at, words=words)
        code, late = entry.code, entry.minutes_late
        why = late_code(arrived_at, desk.register.closes_at).why
    away = minutes_between(out.at, arrived_at)
    return CameIn(Came.BACK, code, why, minutes_late=late, minutes_out=away)


def _arrive(pupil: Pupil, desk: Desk, *, arrived_at: dt.datetime, reason: str, needs_reason: bool) -> CameIn:
    row, register = _row(pupil, desk), desk.register
    on = register.session.date
    if row.mark and row.code in LATE_ALREADY and row.mark.arrived_at and _same_minute(row.mark.arrived_at, arrived_at):
        return CameIn(Came.REPEATED, row.code, minutes_late=row.mark.minutes_late)
    if row.code in _on_the_premises(on):
        return CameIn(Came.CONTRADICTED, row.code, minutes_late=row.mark.minutes_late if row.mark else None)
    is_late = arrived_at > desk.starts_at
    if needs_reason and is_late and not reason.strip() and school_policy().terms(LateDesk, on=on).reason_required:
        raise ValidationError({"reason": "Say why the child is late: the policy asks for a reason."})
    decided = late_code(arrived_at, register.closes_at)
    _enter(pupil, desk, arrived_at=arrived_at, words=reason)
    if arrived_at > register.closes_at and _is_explained(row, on):
        expected = row.awaits.code if row.awaits else ""
        return CameIn(Came.STAYS, row.code or expected, decided.why)
    entry = _mark(row, desk, arrived_at=arrived_at, words=reason.strip() or AT_THE_DESK)
    return CameIn(Came.MARKED, entry.code, decided.why if is_late else "", minutes_late=entry.minutes_late)


def _on_the_premises(on: dt.date) -> frozenset[str]:
    """Return the codes that say a child came."""
    attending = {row.code for row in codes.in_force(on) if row.statistical is codes.Statistical.ATTENDING}
    return frozenset(attending | LATE_ALREADY)


def _is_explained(row: RegisterRow, on: dt.date) -> bool:
    """Say whether a reason for an absence is established: U is for who came late and has none (R6)."""
    if row.awaits:
        return row.awaits.counts(on)
    return bool(row.code) and row.code != unexplained_code(on)


def _enter(pupil: Pupil, desk: Desk, *, arrived_at: dt.datetime, words: str) -> Movement:
    came = move(pupil, MovementKind.IN, at=arrived_at, by=desk.by, now=desk.at, words=words.strip())
    record(Event.CAME_IN, came, by=desk.by, at=desk.at, pupil=pupil.pk)
    return came


def _mark(row: RegisterRow, desk: Desk, *, arrived_at: dt.datetime, words: str) -> Entry:
    """Write the mark of an arrival: present before the session starts, then L or U by the clock; return its entry.

    A correction while the register is open, then an amendment with its reason. Whoever was not expected is told of to
    the office (decision 5).
    """
    code = present_code(desk.half)
    if arrived_at > desk.starts_at:
        code = late_code(arrived_at, desk.register.closes_at).code
    entry = Entry(row.pupil_id, code, base=row.base, made_at=desk.at, arrived_at=arrived_at, comment=words)
    entry, _ = with_lateness(entry, session_starts=desk.starts_at, closes=desk.register.closes_at)
    kind = ChangeKind.CORRECTION if desk.is_open else ChangeKind.AMENDMENT
    reason = "" if desk.is_open else f"Arrived at {arrived_at.astimezone(LONDON):%H:%M}. {words}"
    decided = [Decided(entry, row, RowDecision(Outcome.SAVED, kind if row.mark else None, reason=reason))]
    marks, changes = write(decided, desk)
    record_each(events_of_changes(decided, changes), by=desk.by, at=desk.at)
    if marks:
        record(Event.MARKS_SAVED, desk.register, by=desk.by, at=desk.at, marks=[marks[0].pk], codes={code: 1})
    if row.expected:
        mark = Mark.objects.get(pupil=row.pupil_id, session=desk.register.session_id)
        said = {"expected_id": row.expected.id, "raised_at": desk.at}
        Contradiction.objects.get_or_create(mark=mark, settled_at=None, defaults=said)
    return entry
