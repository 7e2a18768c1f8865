"""What a policy's checks say of a request for leave. They advise; the headteacher may grant against them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from attendance_mat.policy.dated import Cited, Source
from attendance_mat.policy.schema import LeaveChecks, LeaveCodes
from registers.rules.measures import Measures


class Outcome(StrEnum):
    """What a check says."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


class Check(NamedTuple):
    """One check: what it looks at, what it says, why in a sentence, and who asks for it."""

    name: str
    outcome: Outcome
    why: str
    source: Source


@dataclass(frozen=True)
class LeaveRequest:
    """Leave as asked for. Both dates are days of leave.

    `code` is the one it would be granted under, where that is known; `asked_by_lives_with` says whether the pupil
    normally lives with the parent who asks, where that is known.
    """

    asked_on: dt.date
    first_date: dt.date
    last_date: dt.date
    code: str | None = None
    asked_by_lives_with: bool | None = None


def checks(
    request: LeaveRequest, *, record: Measures, terms: Cited[LeaveChecks], codes: Cited[LeaveCodes]
) -> tuple[Check, ...]:
    """Return each check on a request. `record` is the pupil's school year up to the day of the request.

    Leave that rests on facts (R, T) is looked at for its facts alone: no notice, no count and no consent is asked.
    Source: PR24 reg 11; statute.md R33, R34, R37, R38; decision 16.
    """
    if request.code in codes.value.rest_on_facts:
        return (_facts(request.code, codes),)
    return tuple(_on_leave(request, record, terms, codes))


def _on_leave(
    request: LeaveRequest, record: Measures, terms: Cited[LeaveChecks], codes: Cited[LeaveCodes]
) -> Iterator[Check]:
    asked = terms.value
    yield Check("Asked in advance", *_in_advance(request), codes.source)
    yield Check("Asked by a parent the pupil lives with", *_asker(request), codes.source)
    yield Check("Notice", *_notice(request, asked.notice_days), terms.source)
    if asked.unauthorised_sessions is not None:
        yield Check("Unauthorised absence", *_unauthorised(record, asked.unauthorised_sessions), terms.source)
    if asked.authorised_percent is not None:
        yield Check("Authorised absence", *_authorised(record, asked.authorised_percent), terms.source)


def _facts(code: str | None, codes: Cited[LeaveCodes]) -> Check:
    why = f"{code} rests on facts and not on leave: a person establishes them. No notice, count or consent is asked."
    return Check("Facts", Outcome.UNKNOWN, why, codes.source)


def _in_advance(request: LeaveRequest) -> tuple[Outcome, str]:
    """Check that leave was asked for before it began; none can be given afterwards. Source: PR24 reg 11; R33."""
    if request.asked_on < request.first_date:
        return Outcome.MET, f"Asked on {_day(request.asked_on)}, before the first day, {_day(request.first_date)}."
    return Outcome.NOT_MET, f"Asked on {_day(request.asked_on)}; leave from {_day(request.first_date)} had begun."


def _asker(request: LeaveRequest) -> tuple[Outcome, str]:
    """Check who asks: a parent the pupil normally lives with. Source: PR24 reg 11; R33."""
    match request.asked_by_lives_with:
        case None:
            return Outcome.UNKNOWN, "It is not recorded whether the pupil lives with the person who asked."
        case True:
            return Outcome.MET, "The pupil normally lives with the person who asked."
        case _:
            return Outcome.NOT_MET, "The pupil does not normally live with the person who asked."


def _notice(request: LeaveRequest, notice_days: int) -> tuple[Outcome, str]:
    """Check notice, in calendar days between the request and the first day."""
    given = max(0, (request.first_date - request.asked_on).days)
    outcome = Outcome.MET if given >= notice_days else Outcome.NOT_MET
    return outcome, f"{_count(given, 'day')} of notice; the policy asks for {notice_days}."


def _unauthorised(record: Measures, allowed: int) -> tuple[Outcome, str]:
    """Check unauthorised absence this school year, in sessions."""
    outcome = Outcome.MET if record.unauthorised <= allowed else Outcome.NOT_MET
    limit = f"at most {allowed}" if allowed else "none"
    return (
        outcome,
        f"{_count(record.unauthorised, 'unauthorised session')} this school year; the policy looks for {limit}.",
    )


def _authorised(record: Measures, allowed: int) -> tuple[Outcome, str]:
    """Check authorised absence this school year, as a share of possible sessions: above the limit is not met."""
    if not record.possible:
        return Outcome.UNKNOWN, "No session has been possible this school year."
    outcome = Outcome.NOT_MET if 100 * record.authorised > allowed * record.possible else Outcome.MET
    return outcome, (
        f"{record.authorised} of {record.possible} possible sessions were authorised absence; "
        f"the policy looks for {allowed}% or less."
    )


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"
