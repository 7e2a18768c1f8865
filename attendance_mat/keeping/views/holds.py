"""The page of legal holds, and of how long each kind of record is kept."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions import holding
from attendance_mat.keeping.forms import holds as forms
from attendance_mat.keeping.models import Disposal, LegalHold
from attendance_mat.keeping.queries.disposing import REGISTER, years_by_kind
from attendance_mat.keeping.rules.retention import last_that_may_go
from attendance_mat.keeping.views.tabs import tabs
from attendance_mat.trust.policy import policy_for
from registers.queries.scope import SEES_HIDDEN_PUPILS

A_PAGE: Final = 25
DISPOSALS_SHOWN: Final = 12
KINDS: Final = {
    REGISTER: "Entries of both registers and their amendments",
    "archives": "Back-ups, from the end of their school year",
    "letters": "Letters and certified copies",
    "decisions": "Decisions on leave, expected absences and closures",
    "evidence": "Calls, evidence and doubts about marks",
    "cases": "Cases, stages and findings",
    "access_log": "Looks at records, and what left the school",
    "event_log": "The log of events",
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_RECORDS)
def holds(request: StaffRequest) -> HttpResponse:
    """Show the holds and the periods, and place a hold."""
    form = forms.PlaceHold(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        holding.place_hold(pupil=entered["pupil"], reason=entered["reason"], by=request.member, at=clock.now())
        messages.success(request, "The hold is placed. Nothing it covers is disposed of until it is lifted.")
        return redirect("keeping:holds")
    return _page(request, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_RECORDS)
def lift_hold(request: StaffRequest, hold_id: int) -> HttpResponse:
    """Ask why a hold ends, and lift it."""
    hold = get_object_or_404(LegalHold.objects.select_related("pupil").filter(lifted_at__isnull=True), pk=hold_id)
    form = forms.LiftHold(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holding.lift_hold(hold, because=form.cleaned_data["because"], by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The hold is lifted.")
            return redirect("keeping:holds")
    context = {"hold": hold, "form": form, "sees_hidden": request.member.role in SEES_HIDDEN_PUPILS}
    return render(request, "keeping/lift_hold.html", context, status=422 if form.errors else 200)


def _page(request: StaffRequest, *, form: forms.PlaceHold) -> HttpResponse:
    on = clock.today()
    years = years_by_kind(policy_for(request.school), on=on)
    listed = LegalHold.objects.select_related("pupil").order_by("lifted_at", "-placed_at")
    context = {
        "tabs": tabs(request),
        "form": form,
        "page": Paginator(listed, A_PAGE).get_page(request.GET.get("page")),
        "sees_hidden": request.member.role in SEES_HIDDEN_PUPILS,
        "periods": [(words, years[kind], last_that_may_go(on, years=years[kind])) for kind, words in KINDS.items()],
        "disposals": Disposal.objects.order_by("-run_at")[:DISPOSALS_SHOWN],
    }
    return render(request, "keeping/holds.html", context, status=422 if form.errors else 200)
