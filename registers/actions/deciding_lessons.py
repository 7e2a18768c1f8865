"""What becomes of each entry of a lesson's register, decided under its lock, and the rows written for it."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record_each
from attendance_mat.policy.school_day import LessonRegisters
from registers.actions.entering import OWN_FAMILY, school_policy, source_of
from registers.actions.saving import Reply, clash
from registers.models import LessonMark, LessonMarkAmendment, LessonRegister, Source
from registers.queries.cancelling import cancelled_at
from registers.queries.lessons import LessonRow, last_lesson_changes
from registers.rules.calendar import LONDON
from registers.rules.lessons import WORDS, LessonCode, nonsense
from registers.rules.marks import (
    MADE_OFFLINE,
    ChangeKind,
    Outcome,
    RegisterTimes,
    Row,
    RowDecision,
    Stored,
    decide_row,
    impossible_moment,
)

CAME_LATE: Final = "Came to the lesson late."
NOT_HELD: Final = "This is cancelled: nobody else is marked in it. The session's own register has every child."


@dataclass(frozen=True)
class LessonEntry:
    """A lesson's code that someone entered. `base` is what they saw: 0 for no mark, else 1 + its amendments."""

    pupil_id: int
    code: str
    base: int
    made_at: dt.datetime
    minutes_late: int | None = None
    place: str = ""
    until_at: dt.datetime | None = None
    comment: str | None = None  # the note beside it: None leaves what stands, "" takes it away
    reason: str = ""


class Decided(NamedTuple):
    """An entry, the row it is about, and what becomes of it."""

    entry: LessonEntry
    row: LessonRow
    decision: RowDecision


def times_of(register: LessonRegister) -> RegisterTimes:
    """Return when a lesson is over, when its register was finished if it was, and when it could first be taken.

    One that is cancelled is over then. No query in a request.
    """
    return RegisterTimes(
        closes_at=min(register.ends_at, cancelled_at(register) or register.ends_at), finished_at=register.finished_at,
        opens_at=opens_at(register.starts_at, on=register.date),
    )  # fmt: skip


def opens_at(starts_at: dt.datetime, *, on: dt.date) -> dt.datetime:
    """Return the first moment at which the register of a lesson may be opened. No query in a request."""
    return starts_at - dt.timedelta(minutes=school_policy().terms(LessonRegisters, on=on).opens_minutes_before)


def require_sense(
    entries: Sequence[LessonEntry], rows: dict[int, LessonRow], register: LessonRegister, at: dt.datetime
) -> None:
    """Refuse a batch with a pupil named twice or not in this register, or made at a time that cannot be."""
    faults = []
    if len({entry.pupil_id for entry in entries}) < len(entries):
        faults.append("A pupil is in this save twice.")
    for place, entry in enumerate(entries, start=1):
        if entry.pupil_id not in rows:
            faults.append(f"Row {place} is not of a pupil in this lesson. Load the register again.")
        elif wrong := impossible_moment(entry.made_at, day=register.date, of="lesson", received_at=at):
            faults.append(f"Row {place} {wrong}")
    if faults:
        raise ValidationError(faults)


def decide(entry: LessonEntry, row: LessonRow, register: LessonRegister, *, by: Member, at: dt.datetime) -> Decided:
    """Decide one entry by the rule of decision 7, and by what makes sense of this child in this lesson."""
    entry = _trimmed(replace(entry, made_at=min(entry.made_at, at)), row)
    reason = entry.reason
    if row.code == LessonCode.ABSENT and entry.code == LessonCode.LATE and at <= register.ends_at:
        reason = reason.strip() or CAME_LATE  # JTM-8.10: on late arrival the register is brought up to date
    sent = Row(entry.code, entry.base, entry.made_at, reason, _detail(entry) if entry.code else None)
    decision = decide_row(sent, _stored(row), times_of(register), received_at=at)
    if decision.outcome is not Outcome.SAME:
        why = OWN_FAMILY if row.is_own_family else nonsense(
            entry.code, minutes_late=entry.minutes_late, place=entry.place, until_at=entry.until_at,
            starts_at=register.starts_at, ends_at=register.ends_at, is_away=row.is_away,
        )  # fmt: skip
        off = cancelled_at(register)
        if not why and off and not row.code and entry.made_at > off:
            why = NOT_HELD
        if not why and decision.change is ChangeKind.AMENDMENT and not by.may(Permission.AMEND_REGISTER):
            why = "The lesson is over: the office amends it."
        if why:
            decision = RowDecision(Outcome.REFUSED, why=why)
    return Decided(entry, row, decision)


def _trimmed(entry: LessonEntry, row: LessonRow) -> LessonEntry:
    """Return an entry with only what its code has use for, and the note that stands where it says nothing of one."""
    stands = row.mark.comment if row.mark and row.code and entry.code else ""
    is_elsewhere = entry.code == LessonCode.ELSEWHERE
    return replace(
        entry,
        minutes_late=entry.minutes_late if entry.code == LessonCode.LATE else None,
        place=entry.place.strip() if is_elsewhere else "",
        until_at=entry.until_at if is_elsewhere else None,
        comment=stands if entry.comment is None else entry.comment,
    )


def _detail(of: LessonEntry | Any) -> tuple[object, ...]:
    return of.minutes_late, of.place, of.until_at, of.comment


def _stored(row: LessonRow) -> Stored | None:
    mark = row.mark
    if mark is None:
        return None
    return Stored(mark.code, mark.changes, _detail(mark) if mark.code else None, received_at=mark.said_at)


def write(
    decided: Sequence[Decided], register: LessonRegister, *, by: Member, at: dt.datetime
) -> list[tuple[int, int]]:
    """Write what was decided to be saved, with its events; return each mark with its changes so far.

    At most four queries.
    """
    saved = [one for one in decided if one.decision.outcome is Outcome.SAVED]
    marks = LessonMark.objects.bulk_create(
        LessonMark(
            pupil_id=one.row.pupil_id, register=register, code=one.entry.code, minutes_late=one.entry.minutes_late,
            place=one.entry.place, until_at=one.entry.until_at, comment=one.entry.comment or "",
            source=_source(one, by), made_by_id=by.user_id, made_by_name=by.name, made_by_role=by.role,
            made_at=one.entry.made_at, received_at=at,
        )
        for one in saved
        if one.row.mark is None
    )  # fmt: skip
    changes = LessonMarkAmendment.objects.bulk_create(
        LessonMarkAmendment(
            mark_id=one.row.mark.id, kind=one.decision.change or ChangeKind.CORRECTION, amended_code=one.entry.code,
            amended_minutes_late=one.entry.minutes_late, amended_place=one.entry.place,
            amended_until_at=one.entry.until_at, amended_comment=one.entry.comment or "",
            reason=one.decision.reason, source=_source(one, by), amended_by_id=by.user_id,
            amended_by_name=by.name, amended_by_role=by.role, made_at=one.entry.made_at, received_at=at,
        )
        for one in saved
        if one.row.mark is not None
    )  # fmt: skip
    _record(saved, register, marks, changes, by=by, at=at)
    if saved and register.taken_at is None:
        register.taken_by, register.taken_at = by.user, at
        register.save(update_fields=["taken_by", "taken_at"])
    changed = [(one.row.mark.id, one.row.mark.changes + 1) for one in saved if one.row.mark]
    return [*((mark.pk, 0) for mark in marks), *changed]


def _source(one: Decided, by: Member) -> Source:
    return Source.OFFLINE if one.decision.reason == MADE_OFFLINE else source_of(by)


def _record(
    saved: Sequence[Decided], register: LessonRegister, marks: Sequence[LessonMark],
    changes: Sequence[LessonMarkAmendment], *, by: Member, at: dt.datetime,
) -> None:  # fmt: skip
    """Write the events: one for the new marks, and one for each change with its old code and new."""
    rows = {one.row.mark.id: one.row for one in saved if one.row.mark}
    kinds = {ChangeKind.AMENDMENT.value: Event.LESSON_MARK_AMENDED}
    events: list[Any] = [
        (
            kinds.get(change.kind, Event.LESSON_MARK_CORRECTED),
            change,
            {
                "mark": change.mark_id,
                "pupil": rows[change.mark_id].pupil_id,
                "old": rows[change.mark_id].code,
                "new": change.amended_code,
            },
        )
        for change in changes
    ]
    if marks:
        counts = dict(Counter(mark.code for mark in marks))
        events.append((Event.LESSON_MARKS_SAVED, register, {"marks": [mark.pk for mark in marks], "codes": counts}))
    record_each(events, by=by, at=at)


def reply_to(
    decided: Sequence[Decided], rows: dict[int, LessonRow], told: Mapping[int, str], *, by: Member, at: dt.datetime
) -> Reply:
    """Return each row's answer: the mark as it now stands and why, and how many are marked and left.

    `told` is what is said of those whose statutory mark stays though the lesson's was saved.
    """
    clashing = [one.row.mark.id for one in decided if one.decision.outcome is Outcome.CLASH and one.row.mark]
    others = last_lesson_changes(clashing) if clashing else {}
    now = {row.pupil_id: row.code for row in rows.values()}
    answers = []
    for one in decided:
        is_saved = one.decision.outcome is Outcome.SAVED
        code = one.entry.code if is_saved else one.row.code
        answer = {
            "pupil": one.row.pupil_id,
            "outcome": str(one.decision.outcome),
            "code": code,
            "words": WORDS[LessonCode(code)] if code else "No mark",
            "base": one.row.base + 1 if is_saved else one.row.base,
            "minutes_late": one.entry.minutes_late if is_saved else (one.row.mark and one.row.mark.minutes_late),
            "comment": one.entry.comment if is_saved else (one.row.mark.comment if one.row.mark else ""),
            "why": one.decision.why or told.get(one.row.pupil_id, ""),
        }
        if one.decision.outcome is Outcome.CLASH and one.row.mark:
            yours = WORDS[LessonCode(one.entry.code)] if one.entry.code else "No mark"
            answer |= clash(others[one.row.mark.id], str(answer["words"]), yours, made_at=one.entry.made_at, by=by)
        now[one.row.pupil_id] = code
        answers.append(answer)
    left = sum(not now[row.pupil_id] and not (row.expected_code or row.signed_out) for row in rows.values())
    saved_at = at.astimezone(LONDON).isoformat(timespec="seconds")
    return {"saved_at": saved_at, "rows": answers, "marked": sum(bool(code) for code in now.values()), "left": left}
