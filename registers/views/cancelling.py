"""Cancelling a lesson or an exam of one day, and taking that back."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.actions import cancelling as actions
from registers.forms.cancelling import CancelLesson
from registers.models import TimetabledLesson
from registers.queries.cancelling import cancellation_of
from registers.queries.lessons import due_lessons, lessons_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SET_CALENDAR)
def cancel_lesson(request: StaffRequest, date: str, lesson_id: int) -> HttpResponse:
    """Ask why a lesson or an exam of a day is not held, and cancel it; of a cancelled one, say who did so and why."""
    lesson, on = _lesson(date, lesson_id)
    form = CancelLesson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_lesson(lesson, on, reason=form.cleaned_data["reason"], by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"{_name(lesson)} is cancelled. What was marked in it stays on record.")
            return redirect(_day_of(lesson, on))
    return _page(request, lesson, on, form)


@require_POST
@needs(Permission.SET_CALENDAR)
def take_back_cancellation(request: StaffRequest, date: str, lesson_id: int) -> HttpResponse:
    """Have a cancelled lesson or exam be held after all."""
    lesson, on = _lesson(date, lesson_id)
    try:
        actions.take_back_cancellation(lesson, on, by=request.member, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("registers:cancel-lesson", date, lesson_id)
    messages.success(request, f"{_name(lesson)} is held after all.")
    return redirect(_day_of(lesson, on))


def _page(request: StaffRequest, lesson: TimetabledLesson, on: dt.date, form: CancelLesson) -> HttpResponse:
    now = clock.now()
    due = next(iter(due_lessons(lessons_of(on).filter(pk=lesson.pk), on, now=now)), None)
    place = ("Exams", reverse("registers:exams")) if lesson.supplies else ("Lessons", _day_of(lesson, on))
    context = {
        "lesson": lesson, "on": on, "due": due, "cancellation": cancellation_of(lesson, on), "form": form,
        "name": _name(lesson), "breadcrumb": [place], "as_at": now,
    }  # fmt: skip
    return render(request, "registers/cancel_lesson.html", context, status=422 if form.errors else 200)


def _lesson(date: str, lesson_id: int) -> tuple[TimetabledLesson, dt.date]:
    """Return a lesson that the timetable has on a day, with the day. One query."""
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(lessons_of(on), pk=lesson_id), on


def _name(lesson: TimetabledLesson) -> str:
    if lesson.supplies:
        return lesson.subject
    return f"{lesson.group.name}, period {lesson.period.name}"


def _day_of(lesson: TimetabledLesson, on: dt.date) -> str:
    return reverse("registers:exams") if lesson.supplies else f"{reverse('registers:lessons')}?date={on.isoformat()}"
