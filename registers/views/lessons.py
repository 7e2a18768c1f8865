"""The day's lessons with their registers, and who was there at registration and not in a lesson."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions.entering import starts_at
from registers.actions.taking_lessons import open_lesson_register
from registers.models import LessonRegister, Session
from registers.queries.lesson_absences import mismatches
from registers.queries.lessons import due_lessons, lessons_in_reach, off_timetable
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import Half
from registers.rules.classroom import shown
from registers.rules.lessons import LessonState


@require_GET
@needs(Permission.TAKE_REGISTER)
def show_lessons(request: StaffRequest) -> HttpResponse:
    """List the lessons of a day within reach, or only those whose register is missing. Five queries."""
    now = clock.now()
    on = _day(request, now.date())
    lessons = due_lessons(lessons_in_reach(request.member, request.scope, on), on, now=now)
    missing = [due for due in lessons if due.state == LessonState.MISSING]
    context = {
        "lessons": missing if "missing" in request.GET else lessons,
        "missing": len(missing),
        "finished": sum(due.state == LessonState.FINISHED for due in lessons),
        "all": len(lessons),
        "only_missing": "missing" in request.GET,
        "on": on,
        "before": on - dt.timedelta(days=1),
        "after": on + dt.timedelta(days=1),
        "off_timetable": off_timetable(on),
        "may_cancel": request.member.may(Permission.SET_CALENDAR),
        "may_see_absences": request.member.may(Permission.SEE_TODAY),
        "as_at": now,
    }
    return render(request, "registers/lessons.html", context)


@require_GET
@needs(Permission.SEE_TODAY)
def show_lesson_absences(request: StaffRequest) -> HttpResponse:
    """List who was present at registration on a day and absent from a lesson. One query."""
    now = clock.now()
    on = _day(request, now.date())
    afternoon = starts_at(Session(date=on, half=Half.PM), policy=policy_for(request.school))
    pupils = pupils_in_scope(request.member, request.scope, on)
    rows = [
        (row, shown(row.registered_code, on=on, visible=None))
        for row in mismatches(on, pupils, afternoon_starts_at=afternoon)
    ]
    context = {"rows": rows, "on": on, "may_see_pupil": request.member.may(Permission.SEE_PUPIL), "as_at": now}
    return render(request, "registers/lesson_absences.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_REGISTER)
def open_lesson(request: StaffRequest, date: str, lesson_id: int) -> HttpResponse:
    """Open a lesson's register of a day and go to it; asked without pressing a button, go to it if it is open."""
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    lesson = get_object_or_404(lessons_in_reach(request.member, request.scope, on), pk=lesson_id)
    there = LessonRegister.objects.filter(lesson=lesson, date=on).first()
    if request.method == "GET" and there is None:
        return redirect("registers:lessons")
    try:
        register = there or open_lesson_register(lesson, on, by=request.member, at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("registers:lessons")
    return redirect("registers:take-lesson", register.pk)


def _day(request: HttpRequest, today: dt.date) -> dt.date:
    """Return the day asked for, or today where none is or it is no day."""
    try:
        on = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return today
    return on if dt.date(1900, 1, 2) <= on <= dt.date(2100, 12, 30) else today
