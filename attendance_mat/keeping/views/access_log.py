"""Who looked at which pupil's record and when, and what left the school: for the head and the data protection lead."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions.disclosing import For, disclose
from attendance_mat.keeping.forms.access_log import WhichLooks
from attendance_mat.keeping.forms.extracts import Recipient
from attendance_mat.keeping.gateways import register_csv
from attendance_mat.keeping.queries import disclosing as queries
from attendance_mat.keeping.views.files import csv_file
from attendance_mat.keeping.views.tabs import tabs
from registers.forms.pupil import FindPupil
from registers.gateways.paper import TITLES, Paper
from registers.queries import finding
from registers.queries.scope import pupils_in_scope

ON_A_PAGE = 50
FOUND_AT_MOST = 20
PRINTED_AT_MOST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_ACCESS_LOG)
def access_log(request: StaffRequest) -> HttpResponse:
    """List who looked at whose record; a search for a pupil comes by POST, so that no name is in the URL."""
    form = WhichLooks(request.GET if request.GET else None)
    find = FindPupil(request.POST if request.method == "POST" else None)
    found, today = None, clock.today()
    if find.is_bound and find.is_valid():
        pupils = finding.placed(pupils_in_scope(request.member, request.scope, today), today)
        found = finding.matching(pupils, find.cleaned_data["words"])[:FOUND_AT_MOST]
    page = Paginator(queries.looks(form.wanted()), ON_A_PAGE).get_page(request.GET.get("page"))
    names = queries.names_for(page, member=request.member, on=today)
    rows = [(row, names[row.pupil_id], queries.page_in_words(row.what)) for row in page]
    printed = [(row, TITLES[Paper(row.detail["paper"])]) for row in queries.printed_when_down()[:PRINTED_AT_MOST]]
    context = {
        "form": form, "find": find, "found": found, "page": page, "rows": rows, "printed": printed,
        "tabs": tabs(request),
    }  # fmt: skip
    return render(request, "keeping/access_log.html", context, status=422 if form.errors or find.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_ACCESS_LOG)
def subject_log(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show who looked at one pupil's record and what left the school about them; give it as a file for somebody."""
    now = clock.now()
    pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, now.date()), pk=pupil_id)
    rows = queries.looks(queries.Wanted(pupil_id=pupil.pk))
    form = Recipient(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        looks = [(row, queries.page_in_words(row.what)) for row in rows]
        content = register_csv.subject_csv(looks, queries.disclosures_about(pupil))
        disclose(content, what="access log", to=For(**form.cleaned_data), pupils=[pupil.pk], by=request.member, at=now)
        return csv_file(content, name=f"access-log-{pupil.pk}.csv")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "pupil": pupil,
        "form": form,
        "page": page,
        "rows": [(row, queries.page_in_words(row.what)) for row in page],
        "disclosures": queries.disclosures_about(pupil)[:ON_A_PAGE],
        "trail": [("Who looked at whom", reverse("keeping:access-log"))],
    }
    return render(request, "keeping/subject_log.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.SEE_ACCESS_LOG)
def disclosures(request: StaffRequest) -> HttpResponse:
    """List what left the school about pupils: to whom, what for, by whom and when."""
    page = Paginator(queries.disclosures(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "keeping/disclosures.html", {"page": page, "tabs": tabs(request)})
