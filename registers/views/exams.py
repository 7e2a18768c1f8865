"""Exams: the sittings to come, and setting one up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.actions.exams import set_up_exam
from registers.forms.exams import SetUpExam
from registers.queries.exams import sittings


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SET_CALENDAR)
def show_exams(request: StaffRequest) -> HttpResponse:
    """List the sittings from today on, and set up another."""
    now = clock.now()
    form = SetUpExam(
        request.POST or None, school=request.school, today=now.date(), initial={"date": now.date(), "half": "am"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            lesson = set_up_exam(form.sitting(), form.candidates, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            number = len(form.candidates)
            messages.success(request, f"{lesson.subject} is set up for {number} pupil{'' if number == 1 else 's'}.")
            return redirect("registers:exams")
    context = {
        "sittings": sittings(now.date()), "form": form, "as_at": now,
        "breadcrumb": [("Lessons", reverse("registers:lessons"))],
    }  # fmt: skip
    return render(request, "registers/exams.html", context, status=422 if form.errors else 200)
