"""Changing a mark that stands: what it said before stays on record (R12)."""

import datetime as dt
from dataclasses import replace
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.absence_procedure import AppointmentEvidence
from registers.actions.entering import (
    Entry,
    amendment_of,
    codes_allowed,
    for_the_office,
    require_not_family,
    school_policy,
    source_of,
    starts_at,
    times_of,
    with_lateness,
)
from registers.models import Mark, MarkAmendment, Register
from registers.queries.expected import leave_was_granted
from registers.rules import codes, marks
from registers.rules.calendar import LONDON, Half
from registers.rules.day import unexplained_code
from registers.rules.marks import ChangeKind

EVIDENCE_AWAITED: Final = "Evidence awaited."


@transaction.atomic
def amend_mark(
    mark: Mark,
    *,
    code: str,
    reason: str,
    by: Member,
    at: dt.datetime,
    nature: str = "",
    comment: str = "",
    arrived_at: dt.datetime | None = None,
) -> MarkAmendment:
    """Change a mark by adding an amendment, or a correction while its register is open.

    A mark changed by someone else since `mark` was read is refused, so that a stale page overwrites nothing. Raises
    ValidationError, by field where there is one.
    """
    register = Register.objects.select_for_update().get(pk=mark.register_id)  # two amenders take turns
    stored = Mark.objects.select_related("pupil", "session").get(pk=mark.pk)
    entry = Entry(
        stored.pupil_id,
        code,
        base=1 + mark.changes,
        made_at=at,
        nature=nature,
        comment=comment or stored.comment,
        arrived_at=arrived_at,
    )
    kind = marks.kind_of_change(times_of(register), at)
    _require_change(entry, stored, kind=kind, reason=reason)
    _require_a_person(stored, by=by)
    require_not_family(stored.pupil_id, by=by)
    entry = _with_evidence_awaited(_usable(entry, stored, register, by=by), stored)
    change = amendment_of(stored.pk, entry, kind=kind, reason=reason, by=by, source=source_of(by), at=at)
    change.save()
    event = Event.MARK_AMENDED if kind is ChangeKind.AMENDMENT else Event.MARK_CORRECTED
    detail = {"mark": stored.pk, "pupil": stored.pupil_id, "old": stored.code, "new": code}
    record(event, change, by=by, at=at, **detail)
    return change


def _require_change(entry: Entry, stored: Mark, *, kind: ChangeKind, reason: str) -> None:
    """Refuse a change of what is no longer there, a change that changes nothing, and one without a reason."""
    if entry.base != 1 + stored.changes:
        message = "Someone else changed this mark while you worked. Look at it again."
        raise ValidationError(message)
    if entry.code == stored.code and entry.nature == stored.nature and entry.arrived_at is None:
        raise ValidationError({"code": f"The mark says {stored.code} already."})
    if kind is ChangeKind.AMENDMENT and not reason.strip():
        raise ValidationError({"reason": "Give a reason: it is kept with the amendment."})


def _require_a_person(stored: Mark, *, by: Member) -> None:
    """Refuse a machine that would explain an absence: only a named person does (R8, decision 10)."""
    if by.user.is_machine and stored.code and stored.code == unexplained_code(stored.session.date):
        message = "An unexplained absence is resolved by a named person."
        raise ValidationError(message)


def _with_evidence_awaited(entry: Entry, stored: Mark) -> Entry:
    """Return an appointment that nothing was said of with a comment that its evidence is awaited, where the policy
    asks for some (JTM-5.06). The code stands meanwhile."""
    asks = school_policy().terms(AppointmentEvidence, on=stored.session.date).accepts
    if entry.code == "M" and asks and not entry.comment:
        return replace(entry, comment=EVIDENCE_AWAITED)
    return entry


def _usable(entry: Entry, stored: Mark, register: Register, *, by: Member) -> Entry:
    """Return the entry with its lateness worked out; refuse a code this member may not use there."""
    policy, session = school_policy(), stored.session
    refused = codes.refusal(
        entry.code,
        on=session.date,
        half=Half(session.half),
        dob=stored.pupil.dob,
        allowed=codes_allowed(by, session.date, policy=policy),
        nature=entry.nature,
        leave=leave_was_granted(stored.pupil_id, session, code=entry.code),
    )
    if refused:
        raise ValidationError({"code": refused.message})
    if entry.code in {"L", "U"} and entry.arrived_at is None:
        later = for_the_office(replace(entry, arrived_at=entry.made_at), by=by)
        if later and session.date == entry.made_at.astimezone(LONDON).date():
            raise ValidationError({"code": later})
        return entry  # an amendment made later need not know the minute
    starts = starts_at(session, policy=policy, group_id=register.group_id)
    entry, why = with_lateness(entry, session_starts=starts, closes=register.closes_at)
    why = why or for_the_office(entry, by=by)
    if why:
        raise ValidationError({"code": why})
    return entry
