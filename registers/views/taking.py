"""Opening a register, and the page on which it is taken."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions import arriving, taking
from registers.actions.entering import closes_at, sight_of, starts_at, times_of
from registers.actions.saving import KeyReusedError, save_marks
from registers.forms.register import RegisterForm
from registers.models import Group, Register, Session, Source
from registers.queries import taking as queries
from registers.queries.closures import closures_of
from registers.queries.cover import group_in_reach, groups_to_take
from registers.queries.needs import needs_of
from registers.queries.reach import register_in_reach
from registers.queries.taking import RegisterRow
from registers.rules.calendar import Half
from registers.rules.codes import present_code
from registers.rules.day import tally_words
from registers.rules.flags import FLAGS
from registers.views import register_rows
from registers.views.whose import is_someone_else_s

DIGITS = 18  # of a number that a form sends: within what the database can hold
NAMED_AT_MOST = 5  # children named in the summary of what is left


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_REGISTER)
def open_register(request: StaffRequest, date: str, half: str, group_id: int) -> HttpResponse:
    """Open a group's register and go to it; asked without pressing a button, show the button."""
    now = clock.now()
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    session = Session.objects.filter(date=on, half=half).first()
    if session is None:
        return render(request, "registers/no_session.html", {"on": on, "half": half}, status=404)
    groups = groups_to_take(request.member, request.scope, on, half=half).filter(kind=Group.Kind.REGISTRATION)
    group = get_object_or_404(groups, pk=group_id)
    there = Register.objects.filter(session=session, group=group).first()
    if there:
        return redirect("registers:take", there.pk)
    if request.method == "POST":
        try:
            policy = policy_for(request.school)
            register = taking.open_register(group, session, policy=policy, by=request.member, at=now)
            return redirect("registers:take", register.pk)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return render(request, "registers/open.html", {"session": session, "group": group, "as_at": now})


@require_GET
@needs(Permission.TAKE_REGISTER)
def draft_register(request: StaffRequest, date: str, half: str, group_id: int) -> HttpResponse:
    """Show a register as it is before anyone opens it, for a device to keep: what is marked on it opens it."""
    now = clock.now()
    try:
        found = group_in_reach(dt.date.fromisoformat(date), half, group_id, by=request.member, scope=request.scope)
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    group, session = found
    there = Register.objects.filter(session=session, group=group).first()
    if there:
        return redirect("registers:take", there.pk)
    closes = closes_at(session, policy=policy_for(request.school), group_id=group.pk)
    return _page(request, Register(session=session, group=group, closes_at=closes), now)


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_REGISTER)
def take_register(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a register to be taken, or amended once it is finished or closed. Seven queries."""
    now = clock.now()
    register = register_in_reach(pk, by=request.member, scope=request.scope)
    if register is None:
        raise Http404
    return _save(request, register, now) if request.method == "POST" else _page(request, register, now)


def _save(request: StaffRequest, register: Register, now: dt.datetime) -> HttpResponse:
    """Save what was chosen, then do what the button says; show the page again with what was not taken."""
    if is_someone_else_s(request):
        return render(request, "registers/someone_else.html", status=409)
    form = RegisterForm(request.POST.dict(), date=register.session.date, closes_at=register.closes_at, at=now)
    reply: dict[str, Any] = {}
    try:
        if form.entries:
            reply = save_marks(
                register, form.entries, key=form.key, digest=form.digest(register.pk), by=request.member, at=now
            )
        if form.problems or any(row["outcome"] in {"clash", "refused"} for row in reply.get("rows", ())):
            return _page(request, register, now, form=form, reply=reply)
        _do(request, register, form.action, now)
    except taking.BlanksLeftError as error:
        return _page(request, register, now, form=form, reply=reply, errors=_named(error.rows))
    except ValidationError as error:
        return _page(request, register, now, form=form, reply=reply, errors=[("#register", m) for m in error.messages])
    except (KeyReusedError, IntegrityError):
        words = "This page was sent twice, or someone saved at the same moment. Look at the marks, and send it again."
        return _page(request, register, now, form=form, errors=[("#register", words)])
    return redirect(request.get_full_path())


def _named(left: Sequence[RegisterRow]) -> list[tuple[str, str]]:
    """Return the first children without a mark, each with a link to its row, and how many more there are."""
    first, rest = left[:NAMED_AT_MOST], left[NAMED_AT_MOST:]
    named = [(f"#pupil-{row.pupil_id}", f"{row.list_name} has no mark.") for row in first]
    return [*named, (f"#pupil-{rest[0].pupil_id}", f"{len(rest)} more have no mark.")] if rest else named


def _do(request: StaffRequest, register: Register, action: str, now: dt.datetime) -> None:
    """Do what a button says, and leave a message that says what was done."""
    action, _, argument = action.partition("-")
    done = DOES.get(action)
    if done:
        messages.success(request, done(request, register, argument, now))


def _everyone(request: StaffRequest, register: Register, argument: str, now: dt.datetime) -> str:
    number = int(argument[:DIGITS]) if argument.isdecimal() else 0
    count = taking.mark_everyone_else_present(register, number=number, by=request.member, at=now)
    return f"Everyone else is present: {count} marked."


def _undo(request: StaffRequest, register: Register, _argument: str, now: dt.datetime) -> str:
    count = taking.undo_everyone_else_present(register, by=request.member, at=now)
    return f"Undone: {count} {'mark' if count == 1 else 'marks'} cleared."


def _finish(request: StaffRequest, register: Register, _argument: str, now: dt.datetime) -> str:
    taking.finish_register(register, by=request.member, at=now)
    return "The register is finished."


def _here(request: StaffRequest, register: Register, argument: str, now: dt.datetime) -> str:
    pupil, _, base = argument.partition("-")
    if not (pupil.isdecimal() and base.isdecimal()):
        raise Http404
    seen = int(base[:DIGITS])
    code = arriving.child_is_here(register, int(pupil[:DIGITS]), base=seen, by=request.member, at=now)
    return arriving.in_words(code)


DOES: Mapping[str, Callable[[StaffRequest, Register, str, dt.datetime], str]] = {
    "everyone": _everyone,
    "undo": _undo,
    "finish": _finish,
    "here": _here,
}


def _page(
    request: StaffRequest,
    register: Register,
    now: dt.datetime,
    *,
    form: RegisterForm | None = None,
    reply: Mapping[str, Any] | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """Draw the register: 422 with what was not taken, where a form was sent."""
    policy, session, projector = policy_for(request.school), register.session, "projector" in request.GET
    sight = sight_of(request.member, session.date, policy=policy, projected=projector)
    is_open = times_of(register).is_open(now)
    stored = queries.register_rows(register, by=request.member)
    sessions = [] if projector else queries.last_sessions(session)
    past = queries.codes_at(sessions, [row.pupil_id for row in stored]) if sessions else {}
    sees_needs = request.member.may(Permission.SEE_NEEDS) and not projector
    needs = needs_of([row.pupil_id for row in stored], session.date) if sees_needs else {}
    rows = register_rows.drawn(
        register, stored, sight=sight, is_open=is_open, sessions=sessions, past=past, needs=needs
    )
    rows = register_rows.with_answers(rows, form, reply or {}) if form else rows
    left = queries.blanks(stored)
    act = queries.last_everyone_else(register) if is_open and register.pk else None
    filled = {row.pupil_id for row in taking.still_filled(act, stored)}
    context = {
        "may_see_as_at": request.member.may(Permission.SEE_PUPIL),
        "register": register,
        "session": session,
        "rows": rows,
        "closures": closures_of(session),
        "sessions": sessions,
        "more": register_rows.choices(register, sight),
        "present": present_code(Half(session.half)),
        "marked": sum(bool(row.code) for row in stored),
        "from_lessons": sum(bool(row.mark and row.mark.source == Source.LESSON) for row in stored),
        "left": len(left),
        "fillable": sum(not row.is_marked_by_hand and (is_open or row.mark is None) for row in left),
        "away": sum(row.is_away for row in rows),
        "unconfirmed": sum(row.unconfirmed for row in rows),
        "is_open": is_open,
        "starts_at": starts_at(session, policy=policy, group_id=register.group_id),
        "minutes_left": max(0, int((register.closes_at - now).total_seconds() // 60)),
        "filled": filled,
        "filled_at": act.at if act else None,
        "flags": [flag for flag in FLAGS.values() if any(flag in row.flags for row in rows)],
        "tally": tally_words([row.code for row in stored], on=session.date) if register.finished_at else "",
        "projector": projector,
        "key": uuid.uuid4(),
        "errors": [*(errors or []), *(row.error for row in rows if row.error)],
        "now": now,
        "as_at": now,
    }
    return render(request, "registers/register.html", context, status=422 if form else 200)
