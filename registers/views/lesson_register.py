"""The page on which a lesson's register is taken."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions import taking_lessons as actions
from registers.actions.deciding_lessons import NOT_HELD, times_of
from registers.actions.entering import sight_of
from registers.actions.saving import KeyReusedError
from registers.actions.supplying import supplied_by
from registers.forms.lesson import LessonForm
from registers.models import LessonRegister, TimetabledLesson
from registers.queries.cancelling import cancelled_at
from registers.queries.doubles import lesson_before
from registers.queries.lessons import (
    last_filling,
    lesson_register_in_reach,
    lessons_in_reach,
    past_lessons,
    times_on,
)
from registers.queries.needs import needs_of
from registers.rules.flags import FLAGS
from registers.rules.lessons import tally_words as lesson_tally
from registers.views import lesson_rows
from registers.views.whose import is_someone_else_s

DIGITS = 18  # of a number that a form sends: within what the database can hold


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_REGISTER)
def take_lesson(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a lesson's register to be taken, or amended once it is finished or over. At most eight queries."""
    now = clock.now()
    register = lesson_register_in_reach(pk, by=request.member, scope=request.scope)
    if register is None:
        raise Http404
    return _save(request, register, now) if request.method == "POST" else _page(request, register, now)


@require_GET
@needs(Permission.TAKE_REGISTER)
def draft_lesson(request: StaffRequest, date: str, lesson_id: int) -> HttpResponse:
    """Show a lesson's register as it is before anyone opens it, for a device to keep: what is marked on it opens it."""
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    lesson = get_object_or_404(lessons_in_reach(request.member, request.scope, on), pk=lesson_id)
    there = LessonRegister.objects.filter(lesson=lesson, date=on).first()
    if there:
        return redirect("registers:take-lesson", there.pk)
    if cancelled_at(lesson):
        messages.info(request, NOT_HELD)
        return redirect("registers:lessons")
    begins, ends = times_on(lesson, on)
    register = LessonRegister(lesson=lesson, date=on, starts_at=begins, ends_at=ends)
    return _page(request, register, clock.now(), first=lesson_before(lesson, on))


def _save(request: StaffRequest, register: LessonRegister, now: dt.datetime) -> HttpResponse:
    """Save what was chosen, then do what the button says; show the page again with what was not taken."""
    if is_someone_else_s(request):
        return render(request, "registers/someone_else.html", status=409)
    form = LessonForm(request.POST.dict(), date=register.date, at=now)
    reply: dict[str, Any] = {}
    by = request.member
    try:
        if form.entries:
            digest = form.digest(register.pk)
            reply = actions.save_lesson_marks(register, form.entries, key=form.key, digest=digest, by=by, at=now)
        if form.problems or any(row["outcome"] in {"clash", "refused"} for row in reply.get("rows", ())):
            return _page(request, register, now, form=form, reply=reply)
        _do(request, register, form.action, now)
    except ValidationError as error:
        return _page(request, register, now, form=form, reply=reply, errors=error.messages)
    except (KeyReusedError, IntegrityError):
        words = "This page was sent twice, or someone saved at the same moment. Look at the marks, and send it again."
        return _page(request, register, now, form=form, errors=[words])
    return redirect(request.get_full_path())


def _do(request: StaffRequest, register: LessonRegister, action: str, now: dt.datetime) -> None:
    """Do what a button says, and leave a message that says what was done."""
    action, _, argument = action.partition("-")
    done = DOES.get(action)
    if done:
        messages.success(request, done(request.member, register, argument, now))


def _everyone(by: Member, register: LessonRegister, argument: str, now: dt.datetime) -> str:
    count = actions.mark_everyone_else_there(register, number=_number(argument), by=by, at=now)
    return f"Everyone else is present: {count} marked."


def _undo(by: Member, register: LessonRegister, _argument: str, now: dt.datetime) -> str:
    count = actions.undo_everyone_else_there(register, by=by, at=now)
    return f"Undone: {count} {'mark' if count == 1 else 'marks'} cleared."


def _carry(by: Member, register: LessonRegister, argument: str, now: dt.datetime) -> str:
    count = actions.carry_over(register, number=_number(argument), by=by, at=now)
    return f"Carried over: {count} {'mark' if count == 1 else 'marks'}."


def _finish(by: Member, register: LessonRegister, _argument: str, now: dt.datetime) -> str:
    actions.finish_lesson_register(register, by=by, at=now)
    return "The lesson's register is finished."


DOES: Final[Mapping[str, Callable[[Member, LessonRegister, str, dt.datetime], str]]] = {
    "everyone": _everyone,
    "undo": _undo,
    "carry": _carry,
    "finish": _finish,
}


def _number(argument: str) -> int:
    return int(argument[:DIGITS]) if argument.isdecimal() else 0


def _page(
    request: StaffRequest,
    register: LessonRegister,
    now: dt.datetime,
    *,
    form: LessonForm | None = None,
    reply: Mapping[str, Any] | None = None,
    errors: list[str] | None = None,
    first: TimetabledLesson | None = None,
) -> HttpResponse:
    """Draw the register: 422 with what was not taken, where a form was sent.

    `first` is the lesson a double begins with, where a device may know more of it by then than the page.
    """
    projector = "projector" in request.GET
    sight = sight_of(request.member, register.date, policy=policy_for(request.school), projected=projector)
    stored = actions.rows_of(register, by=request.member)
    supplied = supplied_by(register)
    off = cancelled_at(register)
    proposed = {} if register.finished_at or off else actions.proposals(register, stored)
    before, past = ([], {}) if projector else past_lessons(register)
    sees_needs = request.member.may(Permission.SEE_NEEDS) and not projector
    needs = needs_of([row.pupil_id for row in stored], register.date) if sees_needs else {}
    rows = lesson_rows.drawn(
        register, stored, sight=sight, supplied=supplied, proposed=proposed, before=before, past=past, needs=needs
    )
    rows = lesson_rows.with_answers(rows, form, reply or {}) if form else rows
    left = actions.still_to_mark(stored)
    is_open = times_of(register).is_open(now)
    act = last_filling(register) if is_open and register.pk else None
    context = {
        "register": register,
        "lesson": register.lesson,
        "rows": rows,
        "marked": sum(bool(row.code) for row in stored),
        "left": len(left),
        "fillable": sum(actions.may_be_filled(row) for row in left),
        "supplies": supplied,
        "proposed": len(proposed),
        "first": first,
        "away": sum(row.is_away for row in stored),
        "is_open": is_open,
        "cancelled_at": off,
        "may_see_record": request.member.may(Permission.SEE_PUPIL),
        "filled": {row.pupil_id for row in actions.still_filled(act, stored)},
        "filled_at": act.at if act else None,
        "is_over": now > register.ends_at,
        "before": before,
        "flags": [flag for flag in FLAGS.values() if any(flag in row.flags for row in rows)],
        "tally": lesson_tally([row.code for row in stored]) if register.finished_at else "",
        "projector": projector,
        "key": uuid.uuid4(),
        "errors": [*(("#register", words) for words in errors or []), *(row.error for row in rows if row.error)],
        "now": now,
        "as_at": now,
    }
    return render(request, "registers/lesson.html", context, status=422 if form else 200)
