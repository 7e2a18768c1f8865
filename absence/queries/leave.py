"""Reads of the absence room: requests for leave, and what the headteacher weighs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from absence.models import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.rules import kinds_of_leave, leave
from absence.rules.days import WHOLE_DAYS, Days
from absence.rules.kinds_of_leave import OfKind
from absence.rules.leave import Check
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.leave_types import LeaveKind, LeaveTypes
from attendance_mat.policy.schema import LeaveChecks, LeaveCodes
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from letters.models import Letter
from registers.models import Contact, ExpectedMark, Mark, Pupil
from registers.queries.measures import pupil_measures
from registers.queries.pupil import roll_of
from registers.queries.scope import pupils_in_scope
from registers.queries.sessions import sessions_held
from registers.rules import codes
from registers.rules.age import age_on
from registers.rules.calendar import Half, SchoolYear
from registers.rules.codes import Code, Statistical
from registers.rules.grid import Slot
from registers.rules.measures import Measures
from registers.rules.roll import on_roll

NOT_SETTLED = frozenset({"N", "U"})  # no reason yet, and late


@dataclass(frozen=True)
class Sibling:
    """Another pupil who shares a contact, and what leave was asked for them over the same days."""

    pupil: Pupil
    requests: tuple[LeaveRequest, ...]


def requests_for(member: Member, scope: Scope, on: dt.date) -> QuerySet[LeaveRequest]:
    """Return the requests about pupils a member may find, the first to begin first. One query."""
    pupils = pupils_in_scope(member, scope, on)
    requests = LeaveRequest.objects.filter(pupil__in=pupils)
    return requests.select_related("pupil", "asked_by", "entered_by", "decision")


def in_state(requests: QuerySet[LeaveRequest], *, decided: bool) -> QuerySet[LeaveRequest]:
    """Narrow to requests that wait, soonest first, or that were decided, latest first. No query."""
    narrowed = requests.filter(decision__isnull=not decided)
    return narrowed.order_by("-decision__decided_at", "pk") if decided else narrowed


def counts(requests: QuerySet[LeaveRequest]) -> dict[str, int]:
    """Return how many requests wait and how many were decided. One query."""
    numbers: dict[str, Any] = requests.order_by().aggregate(all=Count("pk"), decided=Count("decision"))
    return {"waiting": numbers["all"] - numbers["decided"], "decided": numbers["decided"]}


def locked(request: LeaveRequest) -> LeaveRequest:
    """Return a request with its pupil and who asked, held so that two who decide take turns. One query."""
    rows = LeaveRequest.objects.select_for_update(of=("self",)).select_related("pupil", "asked_by")
    return rows.get(pk=request.pk)


def decision_on(request: LeaveRequest) -> LeaveDecision | None:
    """Return what was decided, if anything has been. One query."""
    return LeaveDecision.objects.filter(request=request).first()


def sessions_of(pupil: Pupil, days: Days) -> list[Slot]:
    """Return the sessions a pupil would miss: held, of those halves, while on roll. Two queries."""
    periods = roll_of(pupil)
    return [
        (date, half)
        for date, half in sessions_held(from_date=days.first, to_date=days.last)
        if days.takes(half) and on_roll(periods, date)
    ]


def days_off_roll(pupil: Pupil, days: Days) -> list[dt.date]:
    """Return the days in a range on which the school meets and the pupil is not on its roll. Two queries."""
    periods = roll_of(pupil)
    held = sessions_held(from_date=days.first, to_date=days.last)
    return sorted({date for date, _ in held if not on_roll(periods, date)})


def marked_already(pupil: Pupil, slots: Sequence[Slot]) -> int:
    """Return how many of these sessions have a mark, which only an amendment changes. One query."""
    if not slots:
        return 0
    dates = Q(session__date__gte=slots[0][0], session__date__lte=slots[-1][0])
    rows = Mark.objects.filter(dates, pupil=pupil).exclude(code="").values_list("session__date", "session__half")
    return len({(date, Half(half)) for date, half in rows}.intersection(slots))


def overlapping(pupil: Pupil, days: Days) -> LeaveRequest | None:
    """Return a request over some of the same sessions that waits or was granted. One query."""
    rows = LeaveRequest.objects.filter(pupil=pupil, from_date__lte=days.last, until_date__gt=days.first)
    rows = rows.exclude(decision__outcome=LeaveDecision.Outcome.REFUSED)
    return next((row for row in rows if WHOLE_DAYS in {row.halves, days.halves} or row.halves == days.halves), None)


def falsified(decision: LeaveDecision) -> LeaveFalsified | None:
    """Return the record that granted leave rested on a false application, if there is one. One query."""
    return LeaveFalsified.objects.filter(decision=decision).first()


def marks_under(decision: LeaveDecision) -> list[Mark]:
    """Return the marks that granted leave became: of its days and halves, under its code, in order. One query."""
    days = decision.granted_days
    if days is None:
        return []
    rows = Mark.objects.filter(
        pupil=decision.request.pupil_id, session__date__range=(days.first, days.last), code=decision.code
    ).select_related("session")
    ordered = rows.order_by("session__date", "session__half")
    return [mark for mark in ordered if days.takes(Half(mark.session.half))]


def still_expected(request: LeaveRequest) -> list[ExpectedMark]:
    """Return what the leave still has expected of the pupil. One query."""
    return list(ExpectedMark.objects.filter(pupil=request.pupil_id, origin=str(request), ended_at__isnull=True))


def codes_for_falsified(*, on: dt.date) -> list[Code]:
    """Return the codes of an absence without authority that a person may settle on: not U, nor N. No query."""
    return [
        code
        for code in codes.in_force(on)
        if code.statistical is Statistical.UNAUTHORISED and code.code not in NOT_SETTLED
    ]


def school_policy() -> Policy:
    """Return the policy of the school whose schema is selected. No query in a request."""
    return policy_for(current_school())


def record_of(pupil: Pupil, *, on: dt.date) -> Measures:
    """Return a pupil's sessions of the school year up to a day, as they now stand. One query."""
    found = pupil_measures(from_date=SchoolYear.of(on).starts, to_date=on, pupil_ids=[pupil.pk])
    return found.get(pupil.pk, Measures())


def checks_on(request: LeaveRequest, record: Measures, *, code: str | None = None) -> tuple[Check, ...]:
    """Return what the school's policy, on the first day of leave, says of a request. At most one query."""
    policy = school_policy()
    asked = leave.LeaveRequest(
        asked_on=request.asked_on,
        first_date=request.from_date,
        last_date=request.days.last,
        code=code,
        asked_by_lives_with=_lives_with(request),
    )
    terms = policy.cited(LeaveChecks, on=request.from_date)
    return leave.checks(asked, record=record, terms=terms, codes=policy.cited(LeaveCodes, on=request.from_date))


def each_kind_on(request: LeaveRequest, record: Measures, slots: Sequence[Slot]) -> tuple[OfKind, ...]:
    """Return what the school's policy, on the first day of leave, says of each kind it may be. At most two queries."""
    policy, on = school_policy(), request.from_date
    types = policy.cited(LeaveTypes, on=on)
    asked = kinds_of_leave.Asked(
        asked_on=request.asked_on,
        first_date=on,
        sessions=len(slots),
        days=len({date for date, _ in slots}),
        record=record,
        religious_days=_religious_days(request) if any(each.most_days for each in types.value.types) else 0,
        attended=_attended(request) if any(each.least_attended for each in types.value.types) else 0,
        age=age_on(request.pupil.dob, request.asked_on),
    )
    return kinds_of_leave.of_each_kind(asked, types=types, codes=policy.cited(LeaveCodes, on=on))


def other_requests(request: LeaveRequest) -> QuerySet[LeaveRequest]:
    """Return the pupil's other requests with what was decided, latest first. One query."""
    others = LeaveRequest.objects.filter(pupil=request.pupil_id).exclude(pk=request.pk)
    return others.select_related("decision").order_by("-from_date")


def siblings(request: LeaveRequest, *, among: QuerySet[Pupil]) -> list[Sibling]:
    """Return the pupils, of those the member may find, who share a contact by name and telephone. Three queries."""
    shared = Q(pk__in=[])
    for contact in Contact.objects.filter(pupil=request.pupil_id).exclude(phone=""):
        shared |= Q(name__iexact=contact.name, phone=contact.phone)
    family = Contact.objects.filter(shared).exclude(pupil=request.pupil_id)
    pupils = list(among.filter(pk__in=family.values("pupil")))
    over_the_same_days = LeaveRequest.objects.filter(
        pupil__in=pupils, from_date__lt=request.until_date, until_date__gt=request.from_date
    ).select_related("decision")
    found: dict[int, list[LeaveRequest]] = {pupil.pk: [] for pupil in pupils}
    for each in over_the_same_days:
        found[each.pupil_id].append(each)
    return [Sibling(pupil, tuple(found[pupil.pk])) for pupil in pupils]


def letter_about(request: LeaveRequest) -> Letter | None:
    """Return the letter that tells of the decision. One query."""
    return Letter.objects.filter(origin=str(request)).first()


def _religious_days(request: LeaveRequest) -> int:
    """Return the days marked as religious observance in the school year of a request, before it. One query."""
    code = kinds_of_leave.FACTS[LeaveKind.RELIGIOUS]
    dates = (SchoolYear.of(request.from_date).starts, request.from_date - dt.timedelta(days=1))
    marks = Mark.objects.filter(pupil=request.pupil_id, code=code, session__date__range=dates)
    return marks.values("session__date").distinct().count()


def _attended(request: LeaveRequest) -> int:
    """Return the sessions attended in the twelve months before leave was asked for. One query."""
    last = request.asked_on - dt.timedelta(days=1)
    first = kinds_of_leave.a_year_before(request.asked_on)
    found = pupil_measures(from_date=first, to_date=last, pupil_ids=[request.pupil_id])
    return found.get(request.pupil_id, Measures()).present


def _lives_with(request: LeaveRequest) -> bool | None:
    """Say whether the pupil lives with who asked; None where nobody is recorded as living with the pupil."""
    if request.asked_by.lives_with:
        return True
    recorded = Contact.objects.filter(pupil=request.pupil_id, lives_with=True).exists()
    return False if recorded else None
