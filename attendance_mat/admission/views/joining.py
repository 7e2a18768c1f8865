"""The pages of the roll: what waits there, a pupil added to it, and one who comes back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import joining as actions
from attendance_mat.admission.actions.joining import Start
from attendance_mat.admission.forms import joining as forms
from attendance_mat.admission.models import Joining
from attendance_mat.admission.queries import joining as queries
from attendance_mat.admission.queries import leaving, missing, returns
from attendance_mat.web.formats import day
from registers.models import Pupil
from registers.queries.scope import is_own_family, pupils_in_scope


@require_safe
@needs(Permission.CHANGE_PARTICULARS)
def roll(request: StaffRequest) -> HttpResponse:
    """Show what waits about joining and leaving, each with its page."""
    today, member, scope = clock.today(), request.member, request.scope
    context: dict[str, Any] = {
        "returns": returns.counts(returns.returns_for(member, scope, today), on=today),
        "removals": leaving.counts(leaving.leavings_for(member, scope, today)),
        "missing": missing.counts(missing.cases_for(member, scope, today)),
        "may_begin_new_year": member.may(Permission.BEGIN_NEW_YEAR),
        "may_remove": member.may(Permission.PROPOSE_REMOVAL),
        "may_follow": member.may(Permission.WORK_CASES),
    }
    return render(request, "admission/roll.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_PARTICULARS)
def add_pupil(request: StaffRequest) -> HttpResponse:
    """Enter a new pupil in the admission register and on the roll from the starting day."""
    form = forms.AddPupil(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            start = Start(**forms.start_of(form))
            made = actions.add_pupil(form.particulars(), start, by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return _entered(request, made)
    context = {"form": form, "breadcrumb": [("The roll", reverse("admission:roll"))]}
    return render(request, "admission/add_pupil.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_PARTICULARS)
def readmit(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Enter on the roll again a pupil who was on it before."""
    pupil: Pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, clock.today()), pk=pupil_id)
    form = forms.StartingDay(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.readmit(pupil, Start(**forms.start_of(form)), by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return _entered(request, made)
    context = {
        "pupil": pupil,
        "form": form,
        "periods": queries.periods_of(pupil),
        "own_family": is_own_family(request.member, pupil),
        "breadcrumb": [("Pupil", reverse("registers:pupil", args=[pupil.pk]))],
    }
    return render(request, "admission/readmit.html", context, status=422 if form.errors else 200)


def _entered(request: StaffRequest, made: Joining) -> HttpResponse:
    period = made.roll_period
    messages.success(
        request, f"On the roll from {day(period.from_date)}. The authority's return is among those to send."
    )
    return redirect("registers:pupil", period.pupil_id)
