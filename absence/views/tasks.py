"""The page of tasks: one's own, everybody's, and those settled."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from absence.actions.tasks import do_task, drop_task
from absence.forms.tasks import SettleTask
from absence.queries import tasks as queries
from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.web.navigation import NavigationItem

A_PAGE: Final = 50
SHOWN: Final = {"own": "For you", "all": "For everybody", "settled": "Done or dropped"}
DROP: Final = "drop"


@require_safe
@needs(Permission.DO_TASKS)
def show_tasks(request: StaffRequest) -> HttpResponse:
    """List what waits for the person, the earliest due first; for the office, what waits for anybody too."""
    now = clock.now()
    reach = queries.tasks_in_reach(request.member, request.scope, now.date())
    waiting = reach.filter(queries.OPEN)
    lists = {"own": queries.own(waiting, request.member), "all": waiting, "settled": reach.exclude(queries.OPEN)}
    if request.scope < Scope.SCHOOL:
        lists.pop("all")
    asked = request.GET.get("show", "own")
    shown = asked if asked in lists else "own"
    tabs = [
        NavigationItem(SHOWN[each], f"?show={each}", current=each == shown, count=rows.count())
        for each, rows in lists.items()
    ]
    rows = lists[shown].order_by("-pk") if shown == "settled" else lists[shown]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs, "shown": shown, "title": SHOWN[shown], "page": page, "now": now, "as_at": now,
        "sees_pupils": request.member.may(Permission.SEE_PUPIL),
    }  # fmt: skip
    return render(request, "absence/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.DO_TASKS)
def settle_task(request: StaffRequest, task_id: int) -> HttpResponse:
    """Show one task, and record what was done, or why it need not be."""
    now = clock.now()
    task = get_object_or_404(queries.tasks_in_reach(request.member, request.scope, now.date()), pk=task_id)
    if task.pupil_id:
        request.looks_at = task.pupil_id
    form = SettleTask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome, is_dropped = form.cleaned_data["outcome"], request.POST.get("do") == DROP
        try:
            if is_dropped:
                drop_task(task, because=outcome, by=request.member, at=now)
            else:
                do_task(task, outcome=outcome, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The task was dropped." if is_dropped else "The task is done.")
            return redirect("absence:tasks")
    context = {
        "task": task, "form": form, "now": now, "breadcrumb": [("Tasks", reverse("absence:tasks"))],
        "may_settle": queries.may_settle(task, request.member),
        "is_open": not (task.done_at or task.dropped_at), "sees_pupils": request.member.may(Permission.SEE_PUPIL),
    }  # fmt: skip
    return render(request, "absence/task.html", context, status=422 if form.errors else 200)
