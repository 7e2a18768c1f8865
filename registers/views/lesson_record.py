"""The record of a lesson's register: to read, not to change."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.queries.lesson_record import recorded_marks
from registers.queries.lessons import lesson_register_in_reach
from registers.rules.lessons import said_in_words


@require_safe
@needs(Permission.SEE_PUPIL)
def show_lesson_record(request: StaffRequest, pk: int) -> HttpResponse:
    """Show each mark of a lesson with who made it and every change. Four queries, however many there are."""
    register = lesson_register_in_reach(pk, by=request.member, scope=request.scope)
    if register is None:
        raise Http404
    marks = [
        (mark, said_in_words(mark.code, minutes_late=mark.minutes_late, place=mark.place))
        for mark in recorded_marks(register)
    ]
    changes = [
        (
            mark.pupil,
            change,
            said_in_words(change.original_code, minutes_late=change.original_minutes_late, place=change.original_place),
            said_in_words(change.amended_code, minutes_late=change.amended_minutes_late, place=change.amended_place),
        )
        for mark, _ in marks
        for change in mark.amendments.all()
    ]
    day = f"{reverse('registers:lessons')}?date={register.date.isoformat()}"
    context = {
        "register": register, "lesson": register.lesson, "marks": marks, "changes": changes, "as_at": clock.now(),
        "breadcrumb": [("Lessons", day), ("Register", reverse("registers:take-lesson", args=[register.pk]))],
    }  # fmt: skip
    return render(request, "registers/lesson_record.html", context)
