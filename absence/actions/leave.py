"""What people do about leave: ask for it, grant it, refuse it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.models import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.queries import leave as queries
from absence.rules.days import Days
from absence.rules.leave import Check
from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.schema import LeaveCodes
from attendance_mat.web.formats import day
from letters.actions import propose_letter
from registers.actions.amending import amend_mark
from registers.actions.entering import require_not_family
from registers.actions.expecting import end_expected_absence, expect_absence
from registers.models import Contact, Pupil
from registers.rules.calendar import LONDON

FALSIFIED: Final = "falsified application"
NOT_GRANTED: Final = "This leave was not granted: there is nothing to amend."
BACKWARDS: Final = "The last day is before the first day."
NOT_YET_ASKED: Final = "The school cannot have received it after today."
NO_SESSION: Final = "The school's calendar has no session on those days."
ANOTHER_PUPILS_CONTACT: Final = "Choose one of this pupil's contacts."
NOT_ASKED_FOR: Final = "Leave can be granted only for days that were asked for. Enter another request for the rest."


@transaction.atomic
def ask_for_leave(
    pupil: Pupil,
    *,
    days: Days,
    reason: str,
    asked_by: Contact,
    asked_on: dt.date,
    by: Member,
    at: dt.datetime,
) -> LeaveRequest:
    """Record a parent's request for leave, both days included. Nothing is expected of the pupil until it is granted.

    Raises ValidationError by field: days in the wrong order, no session in them, off roll, or asked for already.
    """
    if days.last < days.first:
        raise ValidationError({"last_date": BACKWARDS})
    if asked_on > at.astimezone(LONDON).date():
        raise ValidationError({"asked_on": NOT_YET_ASKED})
    if asked_by.pupil_id != pupil.pk:
        raise ValidationError({"asked_by": ANOTHER_PUPILS_CONTACT})
    Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)  # two who enter the same request take turns
    _require_sessions(pupil, days)
    request = LeaveRequest.objects.create(
        pupil=pupil,
        from_date=days.first,
        until_date=days.until,
        halves=days.halves,
        reason=reason,
        asked_by=asked_by,
        asked_on=asked_on,
        entered_by=by.user,
        entered_at=at,
    )
    record(Event.LEAVE_ASKED_FOR, request, by=by, at=at, pupil=pupil.pk)
    return request


@transaction.atomic
def grant_leave(
    request: LeaveRequest, *, first: dt.date, last: dt.date, code: str, reason: str, by: Member, at: dt.datetime
) -> LeaveDecision:
    """Grant leave for some or all of the days asked for: the decision, what is expected of the pupil, and the letter.

    The policy's checks are kept with the decision as they stood; they advise and stop nothing. Marks already made
    are not changed. A second press grants nothing more. Source: PR24 reg 11; statute.md R32, R33; decision 16.
    """
    request = queries.locked(request)
    decided = _already(request, LeaveDecision.Outcome.GRANTED, by)
    if decided:
        return decided
    days = Days(first, last, request.halves)
    if not request.days.holds(days):
        raise ValidationError({"first_date": NOT_ASKED_FOR})
    _require_grantable(code, on=first)
    slots = queries.sessions_of(request.pupil, days)
    if not slots:
        raise ValidationError({"first_date": NO_SESSION})
    decision = _decide(request, LeaveDecision.Outcome.GRANTED, days=days, code=code, reason=reason, by=by, at=at)
    expect_absence(
        request.pupil,
        from_date=days.first,
        until_date=days.until,
        halves=days.halves,
        code=code,
        origin=str(request),
        by=by,
        at=at,
    )
    record(Event.LEAVE_GRANTED, decision, by=by, at=at, pupil=request.pupil_id, code=code, sessions=len(slots))
    return decision


@transaction.atomic
def refuse_leave(request: LeaveRequest, *, reason: str, by: Member, at: dt.datetime) -> LeaveDecision:
    """Refuse leave with a reason, and propose the letter that says so. A second press refuses nothing more."""
    request = queries.locked(request)
    decided = _already(request, LeaveDecision.Outcome.REFUSED, by)
    if decided:
        return decided
    decision = _decide(request, LeaveDecision.Outcome.REFUSED, reason=reason, by=by, at=at)
    record(Event.LEAVE_REFUSED, decision, by=by, at=at, pupil=request.pupil_id)
    return decision


@transaction.atomic
def record_falsified(
    decision: LeaveDecision, *, code: str, evidence: str, by: Member, at: dt.datetime
) -> LeaveFalsified:
    """Amend every session marked under granted leave, because its application was found to be false (JTM-7.09).

    Each mark becomes an unauthorised absence by an amendment of its own; what is still expected is withdrawn. The
    room above offers the penalty step. All or nothing; a second press changes nothing.
    """
    request = queries.locked(decision.request)
    found = LeaveFalsified.objects.filter(decision=decision).first()
    if found:
        return found
    if decision.outcome != LeaveDecision.Outcome.GRANTED:
        raise ValidationError(NOT_GRANTED)
    require_not_family(request.pupil_id, by=by)
    on = decision.granted_from_date or request.from_date
    if code not in {each.code for each in queries.codes_for_falsified(on=on)}:
        raise ValidationError({"code": "Choose an unauthorised absence."})
    for expected in queries.still_expected(request):
        end_expected_absence(expected, by=by, at=at)
    marks = queries.marks_under(decision)
    for mark in marks:
        amend_mark(mark, code=code, reason=FALSIFIED, by=by, at=at)
    found = LeaveFalsified.objects.create(
        decision=decision,
        code=code,
        sessions=len(marks),
        evidence=evidence,
        found_by=by.user,
        found_by_name=by.name,
        found_by_role=by.role,
        found_at=at,
    )
    record(Event.LEAVE_FALSIFIED, found, by=by, at=at, pupil=request.pupil_id, code=code, sessions=len(marks))
    return found


def _require_sessions(pupil: Pupil, days: Days) -> None:
    off_roll = queries.days_off_roll(pupil, days)
    if off_roll:
        raise ValidationError({"first_date": f"The pupil is not on this school's roll on {day(off_roll[0])}."})
    if not queries.sessions_of(pupil, days):
        raise ValidationError({"first_date": NO_SESSION})
    other = queries.overlapping(pupil, days)
    if other:
        message = f"Leave from {day(other.days.first)} to {day(other.days.last)} has been asked for already."
        raise ValidationError({"first_date": message})


def _already(request: LeaveRequest, outcome: str, by: Member) -> LeaveDecision | None:
    """Return the decision this press would repeat; refuse one that would contradict it, or is of one's own family."""
    decision = queries.decision_on(request)
    if decision and decision.outcome != outcome:
        message = f"{decision.decided_by_name} decided this request already: {decision.get_outcome_display().lower()}."
        raise ValidationError(message)
    require_not_family(request.pupil_id, by=by)
    return decision


def _require_grantable(code: str, *, on: dt.date) -> None:
    grantable = queries.school_policy().terms(LeaveCodes, on=on).grantable
    if code not in grantable:
        raise ValidationError({"code": f"Leave cannot be granted under {code}. The codes are {', '.join(grantable)}."})


def _decide(
    request: LeaveRequest,
    outcome: str,
    *,
    days: Days | None = None,
    code: str = "",
    reason: str,
    by: Member,
    at: dt.datetime,
) -> LeaveDecision:
    """Write the decision with the checks as they stand, and propose its letter."""
    record_so_far = queries.record_of(request.pupil, on=at.astimezone(LONDON).date())
    checks = queries.checks_on(request, record_so_far, code=code or None)
    decision = LeaveDecision.objects.create(
        request=request,
        outcome=outcome,
        granted_from_date=days.first if days else None,
        granted_until_date=days.until if days else None,
        code=code,
        reason=reason,
        checks=_as_kept(checks),
        decided_by=by.user,
        decided_by_name=by.name,
        decided_by_role=by.role,
        decided_at=at,
    )
    figures = _figures(request, decision)
    template = f"leave-{outcome}"
    propose_letter(request.pupil, template=template, origin=str(request), figures=figures, by=by, at=at)
    return decision


def _as_kept(checks: Iterable[Check]) -> list[dict[str, str]]:
    return [
        {"name": check.name, "outcome": check.outcome.value, "why": check.why, "source": str(check.source)}
        for check in checks
    ]


def _figures(request: LeaveRequest, decision: LeaveDecision) -> dict[str, Any]:
    asked, granted = request.days, decision.granted_days
    return {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "halves": asked.halves,
        "granted_from": granted and granted.first.isoformat(),
        "granted_to": granted and granted.last.isoformat(),
        "reason": decision.reason,
        "decided_by": decision.decided_by_name,
    }
