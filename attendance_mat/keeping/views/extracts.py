"""An extract of the attendance register for somebody, as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions.disclosing import For, disclose
from attendance_mat.keeping.forms.extracts import A_DAY, ExtractFor
from attendance_mat.keeping.gateways.register_csv import attendance_csv
from attendance_mat.keeping.queries.extracts import attendance_extract
from attendance_mat.keeping.views.files import csv_file
from attendance_mat.keeping.views.tabs import tabs
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import monday_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EXPORT_REGISTERS)
def extract(request: StaffRequest) -> HttpResponse:
    """Give an extract of the register for a period, with every amendment's particulars; write down for whom."""
    now = clock.now()
    start = {"from_date": monday_of(now.date()), "last_date": now.date()}
    form = ExtractFor(request.POST if request.method == "POST" else None, now=now, initial=start)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        first, last = given["from_date"], given["last_date"]
        found = attendance_extract(
            pupils_in_scope(request.member, request.scope, now.date()),
            group=given["group"], first=first, last=last, as_at=given["as_at"],
        )  # fmt: skip
        content = attendance_csv(found)
        disclose(
            content, what="register extract", to=For(given["recipient"], given["purpose"]),
            pupils={mark.pupil_id for mark in found.marks}, from_date=first, until_date=last + A_DAY,
            by=request.member, at=now,
        )  # fmt: skip
        return csv_file(content, name=f"register-{first}-to-{last}.csv")
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "keeping/extract.html", context, status=422 if form.errors else 200)
