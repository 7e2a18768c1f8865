"""The registers and the list of back-ups as an inspector reads them (R15): in school hours, and each look written."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions.disclosing import For, disclose
from attendance_mat.keeping.actions.inspecting import note_inspection_look
from attendance_mat.keeping.forms.extracts import A_DAY, Period
from attendance_mat.keeping.forms.inspections import WhichRegister
from attendance_mat.keeping.gateways import register_csv
from attendance_mat.keeping.models import Inspection
from attendance_mat.keeping.queries import admission, extracts
from attendance_mat.keeping.queries import inspections as queries
from attendance_mat.keeping.rules.inspecting import in_school_hours
from attendance_mat.keeping.rules.particulars import sight_of_body
from attendance_mat.keeping.views.files import csv_file
from attendance_mat.policy.school_day import InspectionHours
from attendance_mat.trust.policy import policy_for
from attendance_mat.web import formats
from letters.queries import first_day_of_year, registration_certificate
from registers.models import Pupil
from registers.queries.as_it_stood import register_at
from registers.queries.telling import contact_facts, pupil_facts
from registers.rules.calendar import monday_of

ON_A_PAGE = 50
Looked = tuple[str, HttpResponse]  # what was looked at, in words that name no pupil, and the page


def in_an_inspection(view: Callable[..., Looked]) -> Callable[..., HttpResponse]:
    """Let a page be read while its reader's inspection holds, in school hours; write down what it showed."""

    @wraps(view)
    def answer(request: StaffRequest, **place: int) -> HttpResponse:
        now = clock.now()
        inspection = queries.inspection_of(request.member.user_id, on=now.date())
        if inspection is None:
            raise PermissionDenied
        hours = policy_for(request.school).terms(InspectionHours, on=now.date())
        if not in_school_hours(now, hours=hours, school_meets=queries.school_meets(now.date())):
            context = {"inspection": inspection, "hours": hours}
            return render(request, "keeping/inspection_closed.html", context, status=403)
        what, response = view(request, inspection, **place)
        if response.status_code == HTTPStatus.OK:
            note_inspection_look(inspection, what=what, at=now)
        return response

    return answer


@require_safe
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspection(request: StaffRequest, inspection: Inspection) -> Looked:
    """Show what may be read, by whom, until when."""
    hours = policy_for(request.school).terms(InspectionHours, on=clock.today())
    context = {"inspection": inspection, "hours": hours, "body": inspection.get_body_display()}
    return "Start of the inspection", render(request, "keeping/inspection.html", context)


@require_safe
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspect_register(request: StaffRequest, inspection: Inspection) -> Looked:
    """Show a group's attendance register of a session as it stands, with every amendment's particulars."""
    now = clock.now()
    form = WhichRegister(request.GET, on=now.date())
    context: dict[str, object] = {"form": form, "stood": None, "trail": _trail()}
    what = "Choice of a register"
    if form.is_bound and form.is_valid():
        date, half, group = (form.cleaned_data[name] for name in ("date", "half", "group"))
        stood = register_at(date, half, group_id=group.pk, as_at=now)
        if stood is None:
            form.add_error("date", "The school's calendar has no such session on that day.")
        else:
            what = f"Register of {group.name}, {formats.day(date)}, {formats.half(half)}"
            context |= {"stood": stood, "group": group, "changed": any(row.changes for row in stood.rows)}
    page = render(request, "keeping/inspect_register.html", context, status=422 if form.errors else 200)
    return what, page


@require_safe
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspect_admissions(request: StaffRequest, inspection: Inspection) -> Looked:
    """List the entries of the admission register."""
    page = Paginator(admission.everyone(), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = render(request, "keeping/inspect_admissions.html", {"page": page, "trail": _trail()})
    return f"Admission register, page {page.number}", shown


@require_safe
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspect_entry(request: StaffRequest, inspection: Inspection, pupil_id: int) -> Looked:
    """Show one pupil's entry in the admission register, and their marks of this school year."""
    now = clock.now()
    pupil = get_object_or_404(Pupil, pk=pupil_id)
    contacts = admission.contacts_at(pupil, now)
    sight = sight_of_body(pupil_facts(pupil), [contact_facts(contact) for contact in contacts])
    first = first_day_of_year(now.date())
    context = {
        "entry": admission.entry_of(pupil, as_at=now, sight=sight, contacts=contacts),
        "certificate": registration_certificate(pupil, from_date=first, to_date=now.date(), as_at=now),
        "pupil": pupil,
        "trail": [*_trail(), ("Admission register", reverse("keeping:inspect-admissions"))],
    }
    return f"Entry of pupil {pupil.pk}", render(request, "keeping/inspect_entry.html", context)


@require_safe
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspect_back_ups(request: StaffRequest, inspection: Inspection) -> Looked:
    """List the monthly back-ups of both registers."""
    page = Paginator(queries.back_ups(), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = render(request, "keeping/inspect_back_ups.html", {"page": page, "trail": _trail()})
    return f"List of back-ups, page {page.number}", shown


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspect_extract(request: StaffRequest, inspection: Inspection) -> Looked:
    """Give an extract of the attendance register for a period."""
    now = clock.now()
    start = {"from_date": monday_of(now.date()), "last_date": now.date()}
    form = Period(request.POST if request.method == "POST" else None, now=now, initial=start)
    if not (form.is_bound and form.is_valid()):
        context = {"form": form, "trail": _trail()}
        shown = render(request, "keeping/inspect_extract.html", context, status=422 if form.errors else 200)
        return "Choice of an extract", shown
    given = form.cleaned_data
    first, last = given["from_date"], given["last_date"]
    found = extracts.attendance_extract(
        Pupil.objects.all(), group=given["group"], first=first, last=last, as_at=given["as_at"]
    )
    content = register_csv.attendance_csv(found)
    _disclose(request, inspection, content, {mark.pupil_id for mark in found.marks}, first, last)
    what = f"Extract of the attendance register, {formats.day(first)} to {formats.day(last)}"
    return what, csv_file(content, name=f"register-{first}-to-{last}.csv")


@require_POST
@needs(Permission.INSPECT_REGISTERS)
@in_an_inspection
def inspect_admissions_extract(request: StaffRequest, inspection: Inspection) -> Looked:
    """Give an extract of the admission register."""
    pupils = list(admission.everyone())
    content = register_csv.admission_csv(pupils)
    _disclose(request, inspection, content, {pupil.pk for pupil in pupils}, None, None)
    return "Extract of the admission register", csv_file(content, name="admission-register.csv")


def _disclose(
    request: StaffRequest, inspection: Inspection, content: bytes, pupils: set[int],
    first: dt.date | None, last: dt.date | None,
) -> None:  # fmt: skip
    to = For(f"{inspection.user.name}, {inspection.get_body_display()}", inspection.purpose)
    disclose(
        content, what="inspector's extract", to=to, pupils=pupils, from_date=first,
        until_date=last + A_DAY if last else None, by=request.member, at=clock.now(),
    )  # fmt: skip


def _trail() -> list[tuple[str, str]]:
    return [("Inspection", reverse("keeping:inspection"))]
