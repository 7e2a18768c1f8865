"""Inspections as the headteacher gives and ends them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts import gateways
from attendance_mat.accounts.actions.invitations import DAYS
from attendance_mat.accounts.addresses import public_url
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions import inspecting as actions
from attendance_mat.keeping.forms.inspections import LastDay, LetIn
from attendance_mat.keeping.models import Inspection
from attendance_mat.keeping.queries import inspections as queries
from attendance_mat.keeping.views.tabs import tabs
from attendance_mat.policy.school_day import InspectionHours
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import day

ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.GIVE_INSPECTION)
def inspections(request: StaffRequest) -> HttpResponse:
    """List the inspections, and let a named person in."""
    today = clock.today()
    form = LetIn(request.POST if request.method == "POST" else None, initial={"from_date": today})
    if form.is_bound and form.is_valid():
        try:
            found, secret = actions.let_inspector_in(**form.entered(), by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return _let_in(request, found, secret)
    page = Paginator(queries.inspections(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, queries.state_of(row, today)) for row in page],
        "hours": policy_for(request.school).terms(InspectionHours, on=today),
        "tabs": tabs(request),
    }
    return render(request, "keeping/inspections.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.GIVE_INSPECTION)
def inspection_looks(request: StaffRequest, inspection_id: int) -> HttpResponse:
    """Show one inspection, everything looked at in it, and how its last day was moved; or move it."""
    found = _find(inspection_id)
    form = LastDay(request.POST if request.method == "POST" else None, initial={"last_date": found.last_date})
    if form.is_bound and form.is_valid():
        try:
            change = actions.change_last_day(found, **form.entered(), by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"The last day of {found.user.name}'s inspection is now {day(change.last_date)}.")
            return redirect("keeping:inspection-looks", found.pk)
    context = {
        "inspection": found,
        "form": form,
        "changes": queries.changes_of(found),
        "state": queries.state_of(found, clock.today()),
        "page": Paginator(queries.looks_of(found), ON_A_PAGE).get_page(request.GET.get("page")),
        "trail": [("Inspections", reverse("keeping:inspections"))],
    }
    return render(request, "keeping/inspection_looks.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.GIVE_INSPECTION)
def end_inspection(request: StaffRequest, inspection_id: int) -> HttpResponse:
    """End an inspection now."""
    found = _find(inspection_id)
    actions.end_inspection(found, by=request.member, at=clock.now())
    messages.success(request, f"The inspection of {found.user.name} has ended. Their next request is refused.")
    return redirect("keeping:inspections")


def _find(inspection_id: int) -> Inspection:
    return get_object_or_404(queries.inspections(), pk=inspection_id)


def _let_in(request: StaffRequest, found: Inspection, secret: str) -> HttpResponse:
    """Show the person's link, which is kept nowhere; or say that they sign in as they did before."""
    person = found.user
    if not secret:
        messages.success(request, f"{person.name} may inspect the registers. They sign in as they did before.")
        return redirect("keeping:inspections")
    link = request.build_absolute_uri(public_url("accounts:join", secret=secret))
    message = gateways.invitation_message(person, link=link, place=request.school.name, days=DAYS)
    context = {
        "person": person,
        "trail": [("Inspections", reverse("keeping:inspections"))],
        "link": link,
        "message": message,
        "was_sent": gateways.send_invitation(person, message),
        "days": DAYS,
        "done_url": reverse("keeping:inspections"),
    }
    return render(request, "accounts/link.html", context)
