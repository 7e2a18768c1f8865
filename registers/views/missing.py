"""The board of registers that are out now: whom to remind, where to send somebody, which to take oneself."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.policy.chasing import RegisterChasing
from attendance_mat.policy.school_day import MissingMarks, RegistersTakenLate
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import time_of_day
from attendance_mat.web.htmx import page_or_part
from registers.actions import chasing
from registers.actions.outstanding import OutRegister, registers_out
from registers.models import PresenceCheck, RegisterReminder
from registers.queries.chasing import checks_of, key_of, reminders_of
from registers.queries.lessons import lessons_in_reach
from registers.queries.scope import groups_in_scope
from registers.rules.chasing import OutState, why_not_remind

NOT_OUT = "That register is not out any more: it is finished, or its time has not come."


@require_GET
@needs(Permission.SEE_TODAY)
def show_missing(request: StaffRequest) -> HttpResponse:
    """Show the registers that are out now, or only the board where the page looks again by itself.

    At most thirteen queries.
    """
    now, policy = clock.now(), policy_for(request.school)
    out = _out(request, request.scope, now)
    reminders, checks = reminders_of(now.date()), checks_of(now.date())
    again_after = policy.terms(RegisterChasing, on=now.date()).again_after_minutes
    rows = [
        (row, (last := reminders.get(row.key)), checks.get(row.key), _why_not(row, last, now, again_after))
        for row in out
    ]
    context = {
        "rows": rows,
        "missing": sum(row.state is OutState.MISSING for row in out),
        "begun": sum(row.state is OutState.BEGUN for row in out),
        "margin": policy.terms(RegistersTakenLate, on=now.date()).minutes,
        "steps": policy.terms(MissingMarks, on=now.date()).steps,
        "again_after": again_after,
        "ways": PresenceCheck.Way,
        "findings": PresenceCheck.Found,
        "may_chase": request.member.may(Permission.CHASE_REGISTERS),
        "may_cover": request.member.may(Permission.GIVE_COVER),
        "may_take": request.member.may(Permission.TAKE_REGISTER),
        "as_at": now,
    }
    return page_or_part(request, "registers/missing.html", "board", context)


def _why_not(row: OutRegister, last: RegisterReminder | None, now: dt.datetime, again_after: int) -> str:
    return why_not_remind(row.state, last_at=last.sent_at if last else None, at=now, again_after=again_after)


@require_POST
@needs(Permission.CHASE_REGISTERS)
def remind(request: StaffRequest, key: str) -> HttpResponse:
    """Ask for a register that is out."""
    now = clock.now()
    out = _find(request, key, now)
    if out is None:
        messages.info(request, NOT_OUT)
        return redirect("registers:missing")
    try:
        made = chasing.remind(out, policy=policy_for(request.school), by=request.member, at=now)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{out.what}: {made.to or 'nobody'} reminded at {time_of_day(now)}.")
    return _back(out.key)


@require_POST
@needs(Permission.CHASE_REGISTERS)
def send_to_look(request: StaffRequest, key: str) -> HttpResponse:
    """Record that a slip or an ambassador is on the way to a class."""
    now = clock.now()
    out = _find(request, key, now)
    if request.POST.get("way") not in PresenceCheck.Way.values:
        raise Http404
    if out is None:
        messages.info(request, NOT_OUT)
        return redirect("registers:missing")
    try:
        way = PresenceCheck.Way(request.POST["way"])
        chasing.send_to_look(out, way=way, by=request.member, at=now)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{out.what}: {way.label.lower()} sent at {time_of_day(now)}.")
    return _back(out.key)


@require_POST
@needs(Permission.CHASE_REGISTERS)
def answer_check(request: StaffRequest, check_id: int) -> HttpResponse:
    """Record what was found in a class to which somebody was sent."""
    now = clock.now()
    groups = groups_in_scope(request.member, request.scope, now.date())
    check = get_object_or_404(PresenceCheck.objects.select_related("lesson"), pk=check_id)
    of_group = check.lesson.group_id if check.lesson else check.group_id or 0
    if not groups.filter(pk=of_group).exists() or request.POST.get("found") not in PresenceCheck.Found.values:
        raise Http404
    done = chasing.answer_check(check, found=PresenceCheck.Found(request.POST["found"]), by=request.member, at=now)
    words = PresenceCheck.Found(done.found).label
    messages.success(request, f"Noted: {words[:1].lower()}{words[1:]}, says {done.found_by_name}.")
    return _back(key_of(done.half, done.group_id, done.lesson_id))


def _out(request: StaffRequest, scope: Scope, now: dt.datetime) -> list[OutRegister]:
    groups = groups_in_scope(request.member, scope, now.date())
    lessons = lessons_in_reach(request.member, scope, now.date())
    return registers_out(now.date(), groups, lessons, policy=policy_for(request.school), at=now)


def _find(request: StaffRequest, key: str, now: dt.datetime) -> OutRegister | None:
    """Return a register of today that is out, by its key; None where it is not out, or is none of the member's."""
    return next((row for row in _out(request, request.scope, now) if row.key == key), None)


def _back(key: str) -> HttpResponse:
    """Return to the board, at the register's own row."""
    return redirect(f"{reverse('registers:missing')}#row-{key}")
