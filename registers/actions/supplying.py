"""The statutory marks of a session that a lesson's register supplies, where the school's policy names its period.

The lesson's marks go through the statutory register's own decisions: what somebody else entered there stands, L or U is
by that register's own closing time, and each change is a correction or an amendment. Sources: JTM-8.06, JTM-8.07.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.policy.school_day import RegisterTaking
from registers.actions import deciding, deciding_lessons
from registers.actions.arriving import child_is_here
from registers.actions.contradictions import contradict_registration
from registers.actions.entering import Entry, opens_at, school_policy
from registers.actions.saving import keep
from registers.actions.taking import BlanksLeftError, finish_register, open_register
from registers.models import Group, GroupMember, LessonRegister, Register, Session, Source
from registers.queries.cancelling import cancelled_at
from registers.queries.lessons import LessonRow, lesson_rows
from registers.queries.taking import RegisterRow, register_rows
from registers.rules.calendar import Half
from registers.rules.classroom import shown
from registers.rules.codes import present_code
from registers.rules.lessons import LessonCode, is_contradicted, supplied_codes, supplied_half
from registers.rules.marks import MADE_OFFLINE, Outcome, late_code


def supplied_by(register: LessonRegister) -> Half | None:
    """Return the session whose statutory marks a lesson's register supplies, or None. No query in a request.

    An exam's hall does, and the lessons of a period that the policy names; none that is cancelled.
    """
    if cancelled_at(register):
        return None
    if register.lesson.supplies:
        return Half(register.lesson.supplies)
    taking = school_policy().terms(RegisterTaking, on=register.date)
    name = register.lesson.period.name
    return supplied_half(name, morning=taking.morning_period, afternoon=taking.afternoon_period)


def supply(
    register: LessonRegister, decided: Sequence[deciding_lessons.Decided], *, by: Member, at: dt.datetime
) -> dict[int, str]:
    """Have the statutory registers say what a locked lesson's register now says; return why marks stay, by pupil.

    Nothing before the session opens: what was marked by then follows with the next save. Whoever has had no statutory
    mark yet is given one; what somebody else said since stays, and so does what only an amendment may now change.
    """
    half = supplied_by(register)
    session = Session.objects.filter(date=register.date, half=half).first() if half else None
    policy = school_policy()
    if session is None or at < opens_at(session, policy=policy):
        return {}
    before = {one.row.pupil_id: one for one in decided}
    rows = {
        row.pupil_id: row
        for row in lesson_rows(register, session.half, by=by)
        if row.pupil_id in before or (row.code and not row.registered_code)
    }
    told: dict[int, str] = {}
    for group, pupil_ids in _groups_of(rows, session):
        statutory = open_register(group, session, policy=policy, by=by, at=at)
        told |= _bring_up_to_date(statutory, [rows[pk] for pk in pupil_ids], register, before, by=by, at=at)
    return told


def finish_supplied(register: LessonRegister, *, by: Member, at: dt.datetime) -> None:
    """Finish the statutory registers of a lesson's pupils in which nobody is left to mark."""
    half = supplied_by(register)
    if half is None:
        return
    supply(register, [], by=by, at=at)
    for statutory in _registers_of(register, half):
        try:
            finish_register(statutory, by=by, at=at)
        except BlanksLeftError:
            continue  # its other children are in other lessons, or for the clock to close


def _registers_of(register: LessonRegister, half: Half) -> list[Register]:
    on = register.date
    pupils = GroupMember.objects.filter(in_force_on(on), group=register.lesson.group_id).values("pupil")
    places = GroupMember.objects.filter(in_force_on(on), kind=Group.Kind.REGISTRATION, pupil__in=pupils)
    rows = Register.objects.filter(session__date=on, session__half=half, group__in=places.values("group"))
    return list(rows.filter(finished_at__isnull=True).select_related("session", "group").order_by("group"))


def _groups_of(pupil_ids: Iterable[int], session: Session) -> list[tuple[Group, list[int]]]:
    """Return the registration groups of some pupils that day with their pupils, always in one order. One query.

    The order keeps two lessons that share groups from waiting for each other.
    """
    places = GroupMember.objects.filter(
        in_force_on(session.date), kind=Group.Kind.REGISTRATION, pupil__in=list(pupil_ids)
    )
    found: dict[Group, list[int]] = defaultdict(list)
    for place in places.select_related("group").order_by("group", "pupil"):
        found[place.group].append(place.pupil_id)
    return list(found.items())


def _bring_up_to_date(
    statutory: Register, rows: Sequence[LessonRow], register: LessonRegister,
    before: Mapping[int, deciding_lessons.Decided], *, by: Member, at: dt.datetime,
) -> dict[int, str]:  # fmt: skip
    """Bring one register up to date with these rows of a lesson; return why marks of it stay, by pupil."""
    desk = deciding.desk_at(deciding.lock(statutory), by=by, at=at, source=Source.LESSON)
    stored = {row.pupil_id: row for row in register_rows(desk.register, by=by)}
    decided: list[deciding.Decided] = []
    told: dict[int, str] = {}
    for row in rows:
        there = stored.get(row.pupil_id)
        if there is None or (there.mark and row.pupil_id not in before):
            continue  # not on the roll of the registration group that day, or cleared there by somebody
        if there.awaits and row.code != LessonCode.ABSENT:
            told |= _say_they_are_here(statutory, there, by=by, at=at)
            continue
        entry = _entry(row, there, register, before.get(row.pupil_id), desk)
        decided.append(deciding.decide(entry, there, desk))
    keep(decided, desk)
    return told | _tell_of_those_that_stay(decided, {row.pupil_id: row.code for row in rows}, desk)


def _tell_of_those_that_stay(
    decided: Iterable[deciding.Decided], said: Mapping[int, str], desk: deciding.Desk
) -> dict[int, str]:
    """Raise for the office each mark that stays against what the lesson says; return what the teacher is told."""
    left = [one for one in decided if one.decision.outcome in {Outcome.CLASH, Outcome.REFUSED}]
    against = {
        one.row.mark.id: said[one.row.pupil_id]
        for one in left
        if one.row.mark and is_contradicted(said[one.row.pupil_id], one.row.code)
    }
    contradict_registration(against, desk)
    return {one.row.pupil_id: _stays(one, desk, is_told=bool(one.row.mark and one.row.mark.id in against))
        for one in left}  # fmt: skip


def _stays(one: deciding.Decided, desk: deciding.Desk, *, is_told: bool) -> str:
    stands = shown(one.row.code, on=desk.register.session.date, visible=desk.sight.of(one.row)).words
    why = ""
    if one.decision.outcome is Outcome.REFUSED and one.decision.why != deciding.PRESS_THEY_ARE_HERE:
        why = f" {one.decision.why}"
    office = "The office is told." if is_told else "If it is wrong, tell the office."
    return f"The statutory mark stays as it is: {stands}.{why} {office}"


def _say_they_are_here(statutory: Register, there: RegisterRow, *, by: Member, at: dt.datetime) -> dict[int, str]:
    try:
        with transaction.atomic():
            child_is_here(statutory, there.pupil_id, base=there.base, by=by, at=at, source=Source.LESSON)
    except ValidationError as error:  # one's own family, or closed by now: the office enters it
        return {there.pupil_id: f"No statutory mark is made. {' '.join(error.messages)} Tell the office."}
    return {}


def _entry(
    row: LessonRow, there: RegisterRow, register: LessonRegister, one: deciding_lessons.Decided | None,
    desk: deciding.Desk,
) -> Entry:  # fmt: skip
    """Return what a lesson's mark says as an entry of the statutory register.

    It was made on sight of the statutory mark only where a lesson said last what that mark says, and this one said the
    same before; else its base is none, and what somebody else said is a clash: it stays, even where the codes agree.
    Whether it counts as made offline is by the statutory register's own times.
    """
    said = one.row.code if one else ""
    is_its_own = there.mark is not None and there.mark.said_by_way_of == Source.LESSON
    agrees = is_its_own and (not there.code or there.code in supplied_codes(said, desk.half))
    reason = one.decision.reason if one else ""
    entry = Entry(
        pupil_id=row.pupil_id,
        code=_code(row, desk.half),
        base=there.base if agrees else 0,
        made_at=one.entry.made_at if one else desk.at,
        reason="" if reason == MADE_OFFLINE else reason,
    )
    if row.code != LessonCode.LATE or row.mark is None:
        return entry
    arrived = min(register.starts_at + dt.timedelta(minutes=row.mark.minutes_late or 0), desk.at)
    return replace(entry, code=late_code(arrived, desk.register.closes_at).code, arrived_at=arrived)


def _code(row: LessonRow, half: Half) -> str:
    if row.code in {LessonCode.PRESENT, LessonCode.ELSEWHERE}:
        return present_code(half)
    return "N" if row.code == LessonCode.ABSENT else ""
