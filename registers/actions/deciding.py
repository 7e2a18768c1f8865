"""What becomes of each entry of a register, decided under the register's lock, and the rows written for it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.audit.inserting import insert_each
from attendance_mat.audit.models import Event
from attendance_mat.rows import row_by
from registers.actions.entering import (
    OWN_FAMILY,
    Entry,
    amendment_of,
    for_the_office,
    new_mark,
    opens_at,
    school_policy,
    sight_of,
    source_of,
    starts_at,
    times_of,
    with_lateness,
)
from registers.models import Mark, MarkAmendment, Register, Source
from registers.queries.taking import RegisterRow, Sight
from registers.rules import codes
from registers.rules.calendar import LONDON, Half
from registers.rules.codes import Statistical
from registers.rules.marks import (
    CLOCKS_MAY_DIFFER_BY,
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

PRESS_THEY_ARE_HERE = "This child is not expected. If the child is here, press They are here."


class OnPaper(NamedTuple):
    """Who took a register on paper, and when: what they marked is theirs, whoever keys it in."""

    taker: Member
    at: dt.datetime


@dataclass(frozen=True)
class Desk:
    """Where entries are received: a locked register, at a moment, from a member and what they may enter and see."""

    register: Register
    by: Member
    at: dt.datetime
    times: RegisterTimes
    starts_at: dt.datetime
    sight: Sight
    source: Source | None = None  # where they come by a way of their own
    paper: OnPaper | None = None  # where they are keyed in from a paper register

    @cached_property
    def half(self) -> Half:
        return Half(self.register.session.half)

    @property
    def is_open(self) -> bool:
        return self.times.is_open(self.at)

    @property
    def taken_by(self) -> Member:
        """Return who takes the register: on paper, whoever wrote on it."""
        return self.paper.taker if self.paper else self.by

    @property
    def taken_at(self) -> dt.datetime:
        """Return when the register is taken: on paper, when it was written on."""
        return self.paper.at if self.paper else self.at


class Decided(NamedTuple):
    """An entry, the row it is about, and what becomes of it."""

    entry: Entry
    row: RegisterRow
    decision: RowDecision


def lock(register: Register) -> Register:
    """Return the register as it now stands, locked until the transaction ends: two people take turns. One query.

    Its session and its group never change: where it came with them, it keeps them.
    """
    locked = row_by(Register, "id", register.pk, locked=True)
    if locked is None:
        raise Register.DoesNotExist
    came_with = register._state.fields_cache
    locked._state.fields_cache.update({name: came_with[name] for name in ("session", "group") if name in came_with})
    return locked


def desk_at(register: Register, *, by: Member, at: dt.datetime, source: Source | None = None) -> Desk:
    """Return the desk at which a member's entries for a locked register are received."""
    policy, session = school_policy(), register.session
    sight = sight_of(by, session.date, policy=policy)
    starts = starts_at(session, policy=policy, group_id=register.group_id)
    times = replace(times_of(register), opens_at=opens_at(session, policy=policy))
    return Desk(register, by, at, times=times, starts_at=starts, sight=sight, source=source)


def absurdity(entry: Entry, desk: Desk) -> str:
    """Say what is wrong with an entry's times, if they cannot be true."""
    day, latest = desk.register.session.date, desk.at + CLOCKS_MAY_DIFFER_BY
    wrong = impossible_moment(entry.made_at, day=day, of="session", received_at=desk.at)
    if (
        not wrong
        and entry.arrived_at
        and (entry.arrived_at > latest or entry.arrived_at.astimezone(LONDON).date() != day)
    ):
        return "has an arrival that is not on that day, or is still to come."
    return wrong


def decide(entry: Entry, row: RegisterRow, desk: Desk) -> Decided:
    """Decide one entry by the rule of decision 7, and by what this member may enter for this child.

    A mark this member may not see is never called the same: that would tell what it is.
    """
    entry = _completed(entry, row)
    if entry.made_at > desk.at:
        entry = replace(entry, made_at=desk.at)
    entry, too_late = with_lateness(entry, session_starts=desk.starts_at, closes=desk.register.closes_at)
    sent = Row(entry.code, entry.base, entry.made_at, entry.reason, _detail(entry))
    decision = decide_row(sent, _stored(row), desk.times, received_at=desk.at)
    hidden = desk.sight.is_hidden(row)
    if hidden or decision.outcome is not Outcome.SAME:
        why = (
            PRESS_THEY_ARE_HERE
            if hidden
            else _refused(entry, row, desk) or for_the_office(entry, by=desk.by) or too_late
        )
        if not why and decision.change is ChangeKind.AMENDMENT and not desk.by.may(Permission.AMEND_REGISTER):
            why = "The register is closed: the office amends it."
        if why:
            decision = RowDecision(Outcome.REFUSED, why=why)
    return Decided(entry, row, decision)


def _completed(entry: Entry, row: RegisterRow) -> Entry:
    """Return an entry with what it leaves unsaid taken from the mark that stands; a cleared one keeps no note."""
    mark = row.mark
    if mark is None:
        return entry
    if entry.comment is None:
        entry = replace(entry, comment=mark.comment if mark.code and entry.code else "")
    if entry.code != mark.code:
        return entry
    if mark.nature and not entry.nature:
        entry = replace(entry, nature=mark.nature)
    if entry.arrived_at is None and entry.minutes_late is None:
        entry = replace(entry, arrived_at=mark.arrived_at, minutes_late=mark.minutes_late)
    return entry


def _refused(entry: Entry, row: RegisterRow, desk: Desk) -> str:
    """Say why this member may not enter this code for this child, and what to do instead; "" where they may."""
    on = desk.register.session.date
    if row.is_own_family:
        return OWN_FAMILY
    if row.awaits and (desk.is_open or row.awaits.counts(on)):
        found = codes.find(entry.code, on=on)
        if not desk.sight.sees_reasons or (found and found.statistical is Statistical.ATTENDING):
            return PRESS_THEY_ARE_HERE
    if not entry.code:
        return ""
    refusal = codes.refusal(
        entry.code,
        on=on,
        half=desk.half,
        dob=row.dob,
        allowed=desk.sight.allowed,
        nature=entry.nature,
        leave=row.code == entry.code or (row.expected is not None and row.expected.code == entry.code),
    )
    return refusal.message if refusal else ""


def _detail(entry: Entry) -> tuple[object, ...] | None:
    return (entry.nature, entry.arrived_at, entry.comment) if entry.code else None


def _stored(row: RegisterRow) -> Stored | None:
    mark = row.mark
    if mark is None:
        return None
    detail = (mark.nature, mark.arrived_at, mark.comment) if mark.code else None
    return Stored(mark.code, mark.changes, detail, received_at=mark.said_at)


def write(decided: Iterable[Decided], desk: Desk) -> tuple[Sequence[Mark], Sequence[MarkAmendment]]:
    """Write what was decided to be saved: new marks, and changes of marks that stand. At most two queries."""
    saved = [one for one in decided if one.decision.outcome is Outcome.SAVED]
    marks = [
        new_mark(one.entry, desk.register, by=desk.taken_by, source=_source(one, desk), at=desk.at)
        for one in saved
        if one.row.mark is None
    ]
    changes = [
        amendment_of(
            one.row.mark.id,
            one.entry,
            kind=one.decision.change or ChangeKind.CORRECTION,
            reason=one.decision.reason,
            by=desk.by,
            source=_source(one, desk),
            at=desk.at,
        )
        for one in saved
        if one.row.mark is not None
    ]
    return insert_each(marks), insert_each(changes)


def _source(one: Decided, desk: Desk) -> Source:
    if desk.paper:
        return Source.PAPER
    if desk.source is Source.LESSON:
        return Source.LESSON  # made offline or not: what a lesson said is the lesson's to change
    return Source.OFFLINE if one.decision.reason == MADE_OFFLINE else desk.source or source_of(desk.by)


def events_of_changes(
    decided: Iterable[Decided], changes: Iterable[MarkAmendment]
) -> list[tuple[Event, MarkAmendment, dict[str, Any]]]:
    """Return the event of each correction and amendment, with its mark, pupil, old code and new."""
    rows = {one.row.mark.id: one.row for one in decided if one.row.mark}
    return [
        (
            Event.MARK_AMENDED if change.kind == ChangeKind.AMENDMENT else Event.MARK_CORRECTED,
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
