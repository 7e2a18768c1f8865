"""The page of what was said to one pupil's parents, and the form that adds to it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from absence.actions.parent_contacts import log_parent_contact
from absence.forms.parent_contacts import LogContact
from absence.queries import parent_contacts as queries
from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.models import Pupil
from registers.queries.scope import pupils_in_scope

A_PAGE = 50


@require_safe
@needs(Permission.SEE_CONTACTS)
def parent_contacts(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """List what was said to a pupil's parents, the latest first."""
    return _page(request, _pupil(request, pupil_id))


@require_POST
@needs(Permission.LOG_CONTACT)
def log_contact(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Add one contact to the log."""
    pupil, now = _pupil(request, pupil_id), clock.now()
    form = LogContact(request.POST, contacts=queries.current_contacts(pupil), now=now)
    if form.is_valid():
        try:
            log_parent_contact(pupil, **form.cleaned_data, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Logged.")
            return redirect("absence:parent-contacts", pupil.pk)
    return _page(request, pupil, form=form)


def _pupil(request: StaffRequest, pupil_id: int) -> Pupil:
    return get_object_or_404(pupils_in_scope(request.member, request.scope, clock.today()), pk=pupil_id)


def _page(request: StaffRequest, pupil: Pupil, *, form: LogContact | None = None) -> HttpResponse:
    request.looks_at = pupil.pk
    may_log = request.member.may(Permission.LOG_CONTACT)
    context = {
        "pupil": pupil,
        "page": Paginator(queries.contacts_with_parents(pupil), A_PAGE).get_page(request.GET.get("page")),
        "may_log": may_log,
        "form": form or LogContact(contacts=queries.current_contacts(pupil), now=clock.now()),
        "breadcrumb": [("Pupil", reverse("registers:pupil", args=[pupil.pk]))],
    }
    return render(request, "absence/parent_contacts.html", context, status=422 if form else 200)
