"""The head's powers in other hands: for what dates, and by what decision."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts import queries
from attendance_mat.accounts.actions import delegations as actions
from attendance_mat.accounts.forms import DelegationForm, typed
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.views.people import trail


@needs(Permission.DELEGATE_POWERS)
@require_http_methods(["GET", "POST"])
def delegations(request: StaffRequest) -> HttpResponse:
    """List every delegation of this school, and hand over another power."""
    today = clock.today()
    form = DelegationForm(request.school, request.member, today, typed(request))
    if form.is_bound and form.is_valid():
        try:
            given = actions.delegate_power(**form.chosen(), school=request.school, by=request.member, at=clock.now())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{given.user.name} may {given.power}.")
            return redirect("people:delegations")
    rows = [(row, queries.state_of(row, on=today)) for row in queries.delegations_of(request.school)]
    context = {"form": form, "rows": rows, "trail": trail()}
    return render(request, "accounts/delegations.html", context, status=422 if form.is_bound else 200)


@needs(Permission.DELEGATE_POWERS)
@require_POST
def end_delegation(request: StaffRequest, delegation_id: int) -> HttpResponse:
    """Take a power back now."""
    delegation = get_object_or_404(queries.delegations_of(request.school), pk=delegation_id)
    actions.end_delegation(delegation, by=request.member, at=clock.now())
    messages.success(request, f"{delegation.user.name} may no longer {delegation.power}.")
    return redirect("people:delegations")
