"""One pupil's stages and holds: put at a stage by decision, held back, let go on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from escalation import actions, forms
from escalation.models import Hold, PupilStage
from escalation.queries import ladder as queries
from escalation.queries.cases import pupils_to_work
from registers.actions.looking import note_look
from registers.models import Pupil


@require_safe
@needs(Permission.SEE_CASES)
def pupil_stages(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show a pupil's times at stages, and what is held back."""
    return _page(request, _pupil(request, pupil_id))


@require_POST
@needs(Permission.WORK_CASES)
def put_at_stage(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Put the pupil at a stage that a person decides about."""
    pupil = _pupil(request, pupil_id)
    ladders = queries.ladders(policy_for(request.school), on=clock.today())
    form = forms.PutAtStage(request.POST, ladders=ladders, auto_id="put_%s")
    occasion = actions.occasion_of(request.school, by=request.member, at=clock.now())
    return _do(request, pupil, "put", form, lambda **given: actions.put_at_stage(pupil, occasion=occasion, **given))


@require_POST
@needs(Permission.PLACE_HOLD)
def place_hold(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Hold back stages and letters for the pupil."""
    pupil = _pupil(request, pupil_id)
    form = forms.PlaceHold(request.POST, auto_id="hold_%s")

    def place(**given: Any) -> object:
        return actions.place_hold(pupil, **given, by=request.member, at=clock.now())

    return _do(request, pupil, "hold", form, place)


@require_POST
@needs(Permission.PLACE_HOLD)
def end_hold(request: StaffRequest, hold_id: int) -> HttpResponse:
    """Let go on what a hold has held back."""
    pupils = pupils_to_work(request.member, request.scope, clock.today())
    hold = get_object_or_404(Hold.objects.filter(pupil__in=pupils).select_related("pupil"), pk=hold_id)
    try:
        actions.end_hold(hold, by=request.member, at=clock.now())
    except ValidationError as refused:
        return _page(request, hold.pupil, status=422, refused=refused.messages)
    messages.success(request, "The hold has ended.")
    return redirect("escalation:pupil-stages", hold.pupil_id)


def _do(request: StaffRequest, pupil: Pupil, name: str, form: Any, action: Callable[..., object]) -> HttpResponse:
    if not form.is_valid():
        return _page(request, pupil, status=422, **{name: form})
    try:
        action(**form.cleaned_data)
    except ValidationError as refused:
        return _page(request, pupil, status=422, refused=refused.messages, **{name: form})
    messages.success(request, "Saved.")
    return redirect("escalation:pupil-stages", pupil.pk)


def _pupil(request: StaffRequest, pupil_id: int) -> Pupil:
    return get_object_or_404(pupils_to_work(request.member, request.scope, clock.today()), pk=pupil_id)


def _page(request: StaffRequest, pupil: Pupil, *, status: int = 200, **asked: Any) -> HttpResponse:
    today = clock.today()
    sees_restricted = request.member.may(Permission.SEE_PROTECTION)
    may_hold = request.member.may(Permission.PLACE_HOLD)
    holds = list(queries.holds_of(pupil.pk))
    if may_hold and sees_restricted and any(hold.restricted for hold in holds):
        note_look(pupil.pk, what="escalation:restricted-hold", by=request.member, at=clock.now())
    context = {
        "pupil": pupil,
        "sees_restricted": sees_restricted,
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
        "times": PupilStage.objects.filter(pupil=pupil).order_by("-proposed_at", "-pk"),
        "holds": holds if may_hold else [],
        "is_held": queries.is_held(holds, today),
        "may_hold": may_hold,
        "may_work": request.member.may(Permission.WORK_CASES),
        "today": today,
        "put": forms.PutAtStage(ladders=queries.ladders(policy_for(request.school), on=today), auto_id="put_%s"),
        "hold": forms.PlaceHold(auto_id="hold_%s", initial={"from_date": today}),
        "refused": [],
        **asked,
    }
    return render(request, "escalation/pupil_stages.html", context, status=status)
