"""The steps of cases that are for the person's own role, such as a tutor's talk with a pupil of the tutor group."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from escalation import actions
from escalation.models import CaseTask
from escalation.queries import ladder
from escalation.queries.cases import pupils_to_work
from escalation.queries.organisations import organisations_on
from escalation.views.case_page import do_step_form

A_PAGE: Final = 50


@require_safe
@needs(Permission.DO_TASKS)
def own_steps(request: StaffRequest) -> HttpResponse:
    """List the steps still to do that are for the person's role, about pupils within their reach."""
    page = Paginator(_own(request), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": clock.today(), "breadcrumb": [("Tasks", reverse("absence:tasks"))]}
    return render(request, "escalation/own_steps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.DO_TASKS)
def record_own_step(request: StaffRequest, task_id: int) -> HttpResponse:
    """Show one step for the person's role, and record what came of it."""
    task = get_object_or_404(_own(request), pk=task_id)
    request.looks_at = task.case.pupil_id
    form = do_step_form(task, request.POST or None, listed=list(organisations_on(clock.today())))
    if request.method == "POST" and form.is_valid():
        occasion = actions.occasion_of(request.school, by=request.member, at=clock.now())
        try:
            actions.do_step(task, **form.cleaned_data, occasion=occasion)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The step is recorded as done.")
            return redirect("escalation:own-steps")
    context = {
        "task": task, "form": form, "today": clock.today(), "sees_pupils": request.member.may(Permission.SEE_PUPIL),
        "breadcrumb": [("Tasks", reverse("absence:tasks")), ("Steps for you", reverse("escalation:own-steps"))],
    }  # fmt: skip
    return render(request, "escalation/own_step.html", context, status=422 if form.errors else 200)


def _own(request: StaffRequest) -> QuerySet[CaseTask]:
    """Return the steps a person finds here: of their role, of open cases, and never about their own family."""
    today = clock.today()
    pupils = pupils_to_work(request.member, request.scope, today)
    return ladder.steps_due(pupils, on=today).filter(role=request.member.role)
