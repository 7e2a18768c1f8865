"""Today: the attendance officer's page of this session's registers and absences."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import AfternoonSession, RegisterOpen, UnexplainedAbsence, UnexplainedReminder
from attendance_mat.policy.school_day import RegistersTakenLate
from attendance_mat.published.alerts import alerts_of
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.figures import SumTile
from attendance_mat.web.htmx import page_or_part
from registers.actions import contradictions, entering
from registers.forms.today import SettleContradiction
from registers.models import Contradiction, Pupil, Session
from registers.queries import scope, takers, today
from registers.queries.closures import closures_of
from registers.queries.today import Child, DueRegister, Unresolved
from registers.rules.calendar import Half
from registers.rules.chasing import OutState, out_state
from registers.rules.day import Place, count_places

TILES = {
    Place.IN: ("In", "good"),
    Place.LATE: ("Late", ""),
    Place.EXPLAINED: ("Absent, explained", ""),
    Place.UNEXPLAINED: ("Unexplained", "bad"),
    Place.ELSEWHERE: ("Elsewhere", ""),
    Place.NOT_YET: ("Not yet registered", "watch"),
}


@dataclass(frozen=True)
class Out:
    """A register that is still out, as the page lists it."""

    due: DueRegister
    minutes_overdue: int


@require_GET
@needs(Permission.SEE_TODAY)
def show_today(request: StaffRequest) -> HttpResponse:
    """Show this session's sum, the registers still out and the absences to explain."""
    now = clock.now()
    policy = policy_for(request.school)
    half = _half(request, policy, now)
    session = today.session_of(now.date(), half)
    context = {"as_at": now, "half": half, "other_half": Half.PM if half == Half.AM else Half.AM, "date": now.date()}
    pupils = scope.pupils_in_scope(request.member, request.scope, now.date())
    if session is not None:
        context |= _session_context(request, session, policy, now, pupils)
    context["alerts"] = alerts_of(request.school)
    context |= _waiting_context(request, policy, now.date(), pupils)
    return page_or_part(request, "registers/today.html", "session", context)


def _half(request: StaffRequest, policy: Policy, now: dt.datetime) -> Half:
    """Return the half asked for, else the one the clock is in."""
    asked = request.GET.get("half")
    if asked in set(Half):
        return Half(asked)
    return Half.PM if now.time() >= policy.terms(AfternoonSession, on=now.date()).starts else Half.AM


def _session_context(
    request: StaffRequest, session: Session, policy: Policy, now: dt.datetime, pupils: QuerySet[Pupil]
) -> dict[str, object]:
    listed = today.children(session, pupils)
    groups = scope.groups_in_scope(request.member, request.scope, session.date)
    closes_at = entering.closes_at(session, policy=policy)
    registers = today.registers_of(session, groups)
    closing = entering.closing_times(session, [due.group.pk for due in registers], policy=policy)
    out = [Out(due, due.minutes_overdue(closing[due.group.pk], now)) for due in registers if not due.is_finished]
    show = request.GET.get("show", Place.UNEXPLAINED)
    place = Place(show) if show in set(Place) else Place.UNEXPLAINED
    shown = [child for child in listed if child.place == place]
    late = _taken_late(registers, closing, session, policy)
    return {
        "session": session,
        "closes_at": closes_at,
        "total": SumTile(label="On roll", count=len(listed)),
        "tiles": _tiles(listed, session.half, place),
        "place": place,
        "place_label": TILES[place][0],
        "shown": shown,
        "contacts": today.contacts_to_try([c.pupil_id for c in shown]) if place == Place.UNEXPLAINED else {},
        "registers": registers,
        "out": out,
        "finished": len(registers) - len(out),
        "missing": _missing(registers, closing, session, policy, now),
        "late_registers": late,
        "late_summary": f"Taken late: {len(late)} register{'s' if len(late) > 1 else ''}",
        "closures": closures_of(session),
    }


def _missing(
    registers: list[DueRegister], closing: dict[int, dt.datetime], session: Session, policy: Policy, now: dt.datetime
) -> int:
    """Return how many registers are missing: nothing is saved in them, and the school's margin is over (WAT-3.17)."""
    margin = policy.terms(RegistersTakenLate, on=session.date).minutes
    open_for = policy.terms(RegisterOpen, on=session.date).minutes
    after = dt.timedelta(minutes=margin - open_for)
    states = [
        out_state(due_at=closing[due.group.pk] + after, at=now, is_saved=due.first_saved_at is not None)
        for due in registers
        if not due.is_finished
    ]
    return states.count(OutState.MISSING)


def _taken_late(
    registers: list[DueRegister], closing: dict[int, dt.datetime], session: Session, policy: Policy
) -> list[tuple[DueRegister, int]]:
    """Return the registers first saved later than the school's margin after the session starts (WAT-4.02)."""
    margin = policy.terms(RegistersTakenLate, on=session.date).minutes
    open_for = dt.timedelta(minutes=policy.terms(RegisterOpen, on=session.date).minutes)
    minutes = [(due, due.minutes_to_first_save(closing[due.group.pk] - open_for)) for due in registers]
    return [(due, late) for due, late in minutes if late > margin]


def _tiles(listed: list[Child], half: str, current: Place) -> list[SumTile]:
    counts = count_places(child.place for child in listed)
    here = reverse("registers:today")
    return [
        SumTile(
            label=label,
            count=counts[place],
            url=f"{here}?half={half}&show={place}",
            current=place == current,
            tone=tone if counts[place] else "",
        )
        for place, (label, tone) in TILES.items()
    ]


def _waiting_context(
    request: StaffRequest, policy: Policy, date: dt.date, pupils: QuerySet[Pupil]
) -> dict[str, object]:
    """Return what waits for the office: contradictions, old unexplained absences, what is expected today."""
    sees_reasons = request.member.may(Permission.SEE_EXPECTED_REASONS)
    limit, reminder = policy.find(UnexplainedAbsence, on=date), policy.find(UnexplainedReminder, on=date)
    unresolved: list[Unresolved] = today.unresolved_before(date, pupils)
    groups = scope.groups_in_scope(request.member, request.scope, date)
    owed = takers.takers_by_day(request.school, groups, today=date)
    may_settle, may_expect = (
        request.member.may(each) for each in (Permission.SETTLE_CONTRADICTION, Permission.ENTER_EXPECTED_ABSENCE)
    )
    waiting = today.waiting(pupils) if may_settle or may_expect else today.Waiting(0, 0)
    return {
        "untaken": [row for row in owed if row.untaken],
        "contradictions": today.open_contradictions(pupils),
        "doubts": waiting.doubts,
        "reports": waiting.reports,
        "unresolved": unresolved,
        "limit_days": limit.value.school_days if limit else None,
        "reminder_days": reminder.value.school_days if reminder else None,
        "expected": today.expected_on(date, pupils) if sees_reasons else [],
        "sees_reasons": sees_reasons,
        "may_expect": may_expect,
        "may_use_paper": request.member.may(Permission.USE_PAPER),
        "may_take": request.member.may(Permission.TAKE_REGISTER),
        "may_change_particulars": request.member.may(Permission.CHANGE_PARTICULARS),
        "may_follow_truancy": request.member.may(Permission.FOLLOW_UP_TRUANCY),
        "may_settle": may_settle,
    }


@require_POST
@needs(Permission.SETTLE_CONTRADICTION)
def settle_contradiction(request: StaffRequest, contradiction_id: int) -> HttpResponse:
    """Record which was right, the register or what was expected, and go back to Today."""
    now = clock.now()
    pupils = scope.pupils_in_scope(request.member, request.scope, now.date())
    row = get_object_or_404(Contradiction, pk=contradiction_id, mark__pupil__in=pupils)
    form = SettleContradiction(request.POST)
    if not form.is_valid():
        context = {"contradiction": row, "form": form, "as_at": now}
        return render(request, "registers/contradiction.html", context, status=422)
    try:
        contradictions.settle_contradiction(row, outcome=form.cleaned_data["outcome"], by=request.member, at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Settled.")
    return redirect("registers:today")
