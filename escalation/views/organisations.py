"""The directory of organisations that can be named in a plan or a step of a case."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from escalation.actions.organisations import add_organisation as add
from escalation.actions.organisations import end_organisation as end
from escalation.forms.organisations import AddOrganisation, EndOrganisation
from escalation.models import Organisation
from escalation.queries.organisations import directory


@require_safe
@needs(Permission.SEE_CASES)
def organisations(request: StaffRequest) -> HttpResponse:
    """List the organisations that help families, those no longer used last."""
    return _page(request)


@require_POST
@needs(Permission.WORK_CASES)
def add_organisation(request: StaffRequest) -> HttpResponse:
    """Put an organisation into the directory."""
    form = AddOrganisation(request.POST)
    if form.is_valid():
        try:
            add(**form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The organisation is in the directory, to be chosen in plans and steps.")
            return redirect("escalation:organisations")
    return _page(request, adding=form)


@require_POST
@needs(Permission.WORK_CASES)
def end_organisation(request: StaffRequest, organisation_id: int) -> HttpResponse:
    """Say from which day an organisation is no longer offered."""
    found = get_object_or_404(Organisation, pk=organisation_id)
    form = EndOrganisation(request.POST, auto_id=f"end_{found.pk}_%s")
    if form.is_valid():
        try:
            end(found, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The organisation is no longer offered from that day.")
            return redirect("escalation:organisations")
    return _page(request, ending={found.pk: form})


def _page(
    request: StaffRequest,
    *,
    adding: AddOrganisation | None = None,
    ending: dict[int, EndOrganisation] | None = None,
) -> HttpResponse:
    today, asked = clock.today(), ending or {}
    rows = sorted(directory(), key=lambda row: bool(row.until_date and row.until_date <= today))
    context = {
        "rows": [
            (
                row,
                bool(row.until_date and row.until_date <= today),
                asked.get(row.pk) or EndOrganisation(auto_id=f"end_{row.pk}_%s", initial={"until_date": today}),
                row.pk in asked,
            )
            for row in rows
        ],
        "may_work": request.member.may(Permission.WORK_CASES),
        "form": adding or AddOrganisation(initial={"from_date": today}),
        "adding": adding is not None,
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
    }
    return render(request, "escalation/organisations.html", context, status=422 if adding or ending else 200)
