"""Saving marks of a register by the save protocol (decision 7): nothing is lost, doubled or overwritten."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.inserting import insert_each
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record_each
from registers.actions.arriving import arrive_as_pressed
from registers.actions.contradictions import contradict_reports
from registers.actions.deciding import Decided, Desk, absurdity, decide, desk_at, events_of_changes, lock, write
from registers.actions.entering import Entry
from registers.models import Register, SaveReceipt
from registers.queries.taking import LastChange, RegisterRow, last_changes, register_rows
from registers.rules.calendar import LONDON
from registers.rules.classroom import shown
from registers.rules.marks import Outcome

Reply = dict[str, Any]


class KeyReusedError(Exception):
    """The key of a save was used before, for another body."""


def save_marks(
    register: Register, entries: Sequence[Entry], *, key: UUID, digest: str, by: Member, at: dt.datetime
) -> Reply:
    """Save a batch of entries and return the reply, row by row; a repeat of the same request gets the same reply.

    Raises ValidationError, and saves nothing, for pupils who are not in the register or times that cannot be true;
    KeyReusedError for a key used with another body.
    """
    return answered_once(lambda: _save(register, entries, by=by, at=at), key=key, digest=digest, by=by, at=at)


def answered_once(save: Callable[[], Reply], *, key: UUID, digest: str, by: Member, at: dt.datetime) -> Reply:
    """Save, and return the reply; a repeat under the same key gets the first one's. Raises KeyReusedError.

    The receipt commits with the marks and is unique, so a repeat undoes itself and finds the first one's receipt.
    """
    try:
        with transaction.atomic():
            reply = save()
            insert_each([SaveReceipt(user=by.user, key=key, digest=digest, reply=reply, saved_at=at)])
            return reply
    except (IntegrityError, ValidationError):
        receipt = SaveReceipt.objects.filter(user=by.user, key=key).first()
        if receipt is None:
            raise
    if receipt.digest != digest:
        raise KeyReusedError
    return dict(receipt.reply)


def _save(register: Register, entries: Sequence[Entry], *, by: Member, at: dt.datetime) -> Reply:
    register = lock(register)
    rows = {row.pupil_id: row for row in register_rows(register, by=by)}
    desk = desk_at(register, by=by, at=at)
    require_sense(entries, rows, desk)
    decided = [decide(entry, rows[entry.pupil_id], desk) for entry in entries if not entry.here]
    keep(decided, desk)
    decided += [arrive_as_pressed(entry, rows[entry.pupil_id], desk) for entry in entries if entry.here]
    return reply_to(decided, rows, desk)


def keep(decided: Sequence[Decided], desk: Desk) -> None:
    """Write what was decided to be saved, with its events, and who took the register first. At most four queries."""
    register = desk.register
    marks, changes = write(decided, desk)
    events: list[Any] = events_of_changes(decided, changes)
    if marks:
        counts = dict(Counter(mark.code for mark in marks))
        events.append((Event.MARKS_SAVED, register, {"marks": [mark.pk for mark in marks], "codes": counts}))
    record_each(events, by=desk.by, at=desk.at)
    contradict_reports(decided, desk)
    if register.taken_at is None and (marks or changes):
        register.taken_by, register.taken_at = desk.taken_by.user, desk.taken_at
        register.save(update_fields=["taken_by", "taken_at"])


def require_sense(entries: Sequence[Entry], rows: dict[int, RegisterRow], desk: Desk) -> None:
    """Refuse a batch with a pupil named twice or not in this register, or with times that cannot be true."""
    faults = []
    if len({entry.pupil_id for entry in entries}) < len(entries):
        faults.append("A pupil is in this save twice.")
    for place, entry in enumerate(entries, start=1):
        if entry.pupil_id not in rows:
            faults.append(f"Row {place} is not of a pupil in this register today. Load the register again.")
        elif wrong := absurdity(entry, desk):
            faults.append(f"Row {place} {wrong}")
    if faults:
        raise ValidationError(faults)


def reply_to(decided: Sequence[Decided], rows: dict[int, RegisterRow], desk: Desk) -> Reply:
    """Return what a save is answered with, row by row. Two queries where a row clashes, else none."""
    clashing = [one.row.mark.id for one in decided if one.decision.outcome is Outcome.CLASH and one.row.mark]
    others = last_changes(clashing) if clashing else {}
    now = {row.pupil_id: row.code for row in rows.values()}
    answers = []
    for one in decided:
        answer = _answer(one, desk)
        if one.decision.outcome is Outcome.CLASH and one.row.mark:
            yours = shown(one.entry.code, on=desk.register.session.date, visible=None).words
            answer |= clash(others[one.row.mark.id], answer["words"], yours, made_at=one.entry.made_at, by=desk.by)
        now[one.row.pupil_id] = one.entry.code if one.decision.outcome is Outcome.SAVED else one.row.code
        answers.append(answer)
    left = sum(not now[row.pupil_id] and not row.expected for row in rows.values())
    return {
        "saved_at": desk.at.astimezone(LONDON).isoformat(timespec="seconds"),
        "rows": answers,
        "marked": sum(bool(code) for code in now.values()),
        "left": left,
    }


def clash(other: LastChange, theirs: str, yours: str, *, made_at: dt.datetime, by: Member) -> Reply:
    """Return what a clashing row is answered with besides: both values, both names, both times (decision 7)."""
    at, chosen_at = other.at.astimezone(LONDON), made_at.astimezone(LONDON)
    return {
        "by": other.name,
        "at": at.isoformat(timespec="seconds"),
        "whose": other.whose(by),
        "why": f"{other.name} entered “{theirs}” at {at:%H:%M:%S}, and it stands. {by.name} chose “{yours}” at "
        f"{chosen_at:%H:%M:%S}: not saved. If that is right, choose it again.",
    }


def _answer(one: Decided, desk: Desk) -> Reply:
    """Return one row's answer: the mark as it now stands, in the words this member may see, and why."""
    outcome, saved = one.decision.outcome, one.decision.outcome is Outcome.SAVED
    code = one.entry.code if saved else one.row.code
    seen = shown(code, on=desk.register.session.date, visible=desk.sight.of(one.row))
    return {
        "pupil": one.row.pupil_id,
        "outcome": str(outcome),
        "code": seen.code,
        "words": seen.words,
        "base": one.row.base + 1 if saved else one.row.base,
        "minutes_late": one.entry.minutes_late if saved else (one.row.mark.minutes_late if one.row.mark else None),
        "comment": _comment(one, desk),
        "why": one.decision.why,
    }


def _comment(one: Decided, desk: Desk) -> str:
    """Return the note that now stands with a mark, where this member may see what the mark says."""
    if one.decision.outcome is Outcome.SAVED:
        return one.entry.comment or ""
    return one.row.mark.comment if one.row.mark and not desk.sight.is_hidden(one.row) else ""
