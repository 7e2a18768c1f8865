"""The trust asks for a school to be opened, and sees how that went."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from attendance_mat import clock
from attendance_mat.accounts import tasks
from attendance_mat.accounts.addresses import public_url, school_url
from attendance_mat.accounts.forms import typed
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.school_forms import OpenSchoolForm
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.trust import actions, queries
from attendance_mat.web.htmx import page_or_part

LATE = dt.timedelta(minutes=5)  # the owner's worker is asked every minute; by now it should have answered
SHOWN = 50


@needs(Permission.MANAGE_TRUST)
@require_http_methods(["GET", "POST"])
def open_school(request: StaffRequest) -> HttpResponse:
    """Ask for a school to be opened, and list those asked for with how each went."""
    at = clock.now()
    form = OpenSchoolForm(typed(request))
    if form.is_bound and form.is_valid():
        try:
            opening = actions.ask_for_school(**form.cleaned_data, by=request.member, at=at)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            tasks.send_to_owner(opening.pk)
            messages.success(request, f"{opening.name} is being opened. It takes a few seconds.")
            return redirect("schools:open")
    titles = {name: pack(name).about.title for name in pack_names()}
    rows = [
        (row, titles.get(row.pack, row.pack), school_url(row.school.slug, "registers:today") if row.school else "")
        for row in queries.opening_rows()[:SHOWN]
    ]
    waiting = [row for row, _, _ in rows if not row.opened_at and not row.error]
    context = {
        "form": form,
        "rows": rows,
        "waits": bool(waiting),
        "is_late": any(row.asked_at < at - LATE for row in waiting),
        "trail": [("Schools", public_url("reporting:trust"))],
        "address": reverse("schools:open"),
    }
    status = 422 if form.is_bound else 200
    return page_or_part(request, "accounts/open_school.html", "openings", context, status=status)
