"""What people do about stages and steps from a case's page; each posts, and leads back to the case."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from escalation import actions, forms
from escalation.models import Case, CaseTask, PupilStage
from escalation.queries.cases import pupils_to_work
from escalation.queries.organisations import organisations_on
from escalation.views.case_page import case_page, do_step_form, find_case


@require_POST
@needs(Permission.APPROVE_STAGE)
def agree_to_stage(request: StaffRequest, stage_id: int) -> HttpResponse:
    """Agree, in one's own role, that the pupil enters a stage."""
    row = _stage(request, stage_id)
    form = forms.Agree(request.POST, auto_id=f"agree_{row.pk}_%s")
    return _do(request, row.case_id, f"agree-{row.pk}", form, lambda **given: actions.approve_stage(row, **given))


@require_POST
@needs(Permission.APPROVE_STAGE)
def decline_stage(request: StaffRequest, stage_id: int) -> HttpResponse:
    """Decline a stage that waits for agreement."""
    row = _stage(request, stage_id)
    form = forms.Because(request.POST, auto_id=f"decline_{row.pk}_%s")
    return _do(request, row.case_id, f"decline-{row.pk}", form, lambda **given: actions.decline_stage(row, **given))


@require_POST
@needs(Permission.WORK_CASES)
def leave_stage(request: StaffRequest, stage_id: int) -> HttpResponse:
    """End the pupil's time at a stage."""
    row = _stage(request, stage_id)
    form = forms.Because(request.POST, auto_id=f"leave_{row.pk}_%s")
    return _do(request, row.case_id, f"leave-{row.pk}", form, lambda **given: actions.leave_stage(row, **given))


@require_POST
@needs(Permission.WORK_CASES)
def add_step(request: StaffRequest, case_id: int) -> HttpResponse:
    """Put a step of one's own into the case."""
    case = find_case(request, case_id)
    form = forms.AddStep(
        request.POST, today=clock.today(), auto_id="add_%s", organisations=organisations_on(clock.today())
    )
    return _do(request, case.pk, "add", form, lambda **given: actions.add_step(case, **given))


@require_POST
@needs(Permission.SEE_CASES)
def do_step(request: StaffRequest, task_id: int) -> HttpResponse:
    """Record that a step was done: by those who work cases, or in the role it is for."""
    task = _task(request, task_id, _may_do(request))
    form = do_step_form(task, request.POST, listed=list(organisations_on(clock.today())))
    return _do(request, task.case_id, f"do-{task.pk}", form, lambda **given: actions.do_step(task, **given))


@require_POST
@needs(Permission.WORK_CASES)
def cancel_step(request: StaffRequest, task_id: int) -> HttpResponse:
    """Cancel a step that is not to be done."""
    task = _task(request, task_id, CaseTask.objects.all())
    form = forms.Because(request.POST, auto_id=f"cancel_{task.pk}_%s")
    return _do(request, task.case_id, f"cancel-{task.pk}", form, lambda **given: actions.cancel_step(task, **given))


def _do(
    request: StaffRequest, case_id: int | None, name: str, form: Any, action: Callable[..., object]
) -> HttpResponse:
    """Do what a form asks for and lead back to the case, or show the case again with what is wrong."""
    case = get_object_or_404(Case.objects.select_related("pupil", "owner", "opened_because"), pk=case_id)
    if not form.is_valid():
        return case_page(request, case, status=422, **{name: form})
    try:
        action(**form.cleaned_data, occasion=actions.occasion_of(request.school, by=request.member, at=clock.now()))
    except ValidationError as refused:
        return case_page(request, case, status=422, refused=refused.messages, **{name: form})
    messages.success(request, "Saved.")
    return redirect("escalation:case", case.pk)


def _stage(request: StaffRequest, stage_id: int) -> PupilStage:
    pupils = pupils_to_work(request.member, request.scope, clock.today())
    return get_object_or_404(PupilStage.objects.filter(pupil__in=pupils, case__isnull=False), pk=stage_id)


def _may_do(request: StaffRequest) -> QuerySet[CaseTask]:
    works = request.member.may(Permission.WORK_CASES)
    return CaseTask.objects.all() if works else CaseTask.objects.filter(role=request.member.role)


def _task(request: StaffRequest, task_id: int, tasks: QuerySet[CaseTask]) -> CaseTask:
    pupils = pupils_to_work(request.member, request.scope, clock.today())
    return get_object_or_404(tasks.filter(case__pupil__in=pupils).select_related("case"), pk=task_id)
