"""Copies and certificates of one pupil's record: looked at, given, and certified by the head or who acts for them."""

import dataclasses
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.network import network_address
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.signing_again import wrong_password
from attendance_mat.keeping.actions import copying
from attendance_mat.keeping.forms.copies import Certify, CopyAsked
from attendance_mat.keeping.gateways import copies as gateway
from attendance_mat.keeping.queries import copies as queries
from attendance_mat.keeping.queries.copies import Copy
from attendance_mat.keeping.views.files import attached
from letters.gateways.pdf import PdfUnavailableError
from letters.models import CertifiedCopy
from letters.queries import first_day_of_year
from registers.models import Pupil
from registers.queries.scope import pupils_in_scope

PDF = "application/pdf"


@dataclasses.dataclass
class _Page:
    """One showing of the page: what was asked, and the copy it led to."""

    request: StaffRequest
    pupil: Pupil
    form: CopyAsked
    certify: Certify
    copy: Copy | None = None
    refused: list[str] = dataclasses.field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EXPORT_REGISTERS)
def copies(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show a copy of a pupil's record, and give it, not certified."""
    page = _read(request, pupil_id)
    return _given(page) or _drawn(page)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@needs(Permission.CERTIFY_COPY)
def certify(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show a copy of a pupil's record, and certify it; who may export may give it uncertified here too."""
    page = _read(request, pupil_id)
    if page.copy and request.POST.get("do") == "certify":
        return _certified(page, page.copy) or _drawn(page)
    return (_given(page) if request.member.may(Permission.EXPORT_REGISTERS) else None) or _drawn(page)


@require_safe
@needs(Permission.EXPORT_REGISTERS)
def certified_copy(request: StaffRequest, copy_id: int) -> HttpResponse:
    """Give a certified copy exactly as it was certified."""
    pupils = pupils_in_scope(request.member, request.scope, clock.today())
    found = get_object_or_404(CertifiedCopy.objects.filter(pupil__in=pupils), pk=copy_id)
    if found.pupil_id:
        request.looks_at = found.pupil_id
    return attached(bytes(found.pdf), name=f"{found.reference}.pdf", kind=PDF)


def _read(request: StaffRequest, pupil_id: int) -> _Page:
    now = clock.now()
    pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, now.date()), pk=pupil_id)
    sent = request.POST if request.method == "POST" else None
    start = {"from_date": first_day_of_year(now.date()), "last_date": now.date()}
    form = CopyAsked(sent, pupil=pupil, now=now, initial=start)
    page = _Page(request, pupil, form, Certify())
    if form.is_bound and form.is_valid():
        try:
            page.copy = queries.copy_of(pupil, form.asked(), by=request.member)
        except ValidationError as refused:
            form.add_error(None, refused)
    return page


def _given(page: _Page) -> HttpResponse | None:
    """Return the copy as a file, where that was asked for."""
    if page.copy is None or page.request.POST.get("do") != "give":
        return None
    try:
        content = copying.give_copy(page.copy, by=page.request.member, at=clock.now())
    except PdfUnavailableError as missing:
        return _no_pdf(page, missing)
    return attached(content, name=f"copy-{page.pupil.pk}.pdf", kind=PDF)


def _certified(page: _Page, copy: Copy) -> HttpResponse | None:
    """Return the certified copy as a file; nothing where it was refused, and the page then says why."""
    request = page.request
    page.certify = Certify(request.POST)
    if not page.certify.is_valid():
        return None
    why = wrong_password(request.user, page.certify.cleaned_data["password"], place=network_address(request))
    if why:
        page.certify.add_error("password", why)
        return None
    seen = page.certify.cleaned_data["seen"]
    try:
        made = copying.certify_copy(copy, seen=seen, by=request.member, at=clock.now())
    except ValidationError as refused:
        page.refused = refused.messages
        return None
    except PdfUnavailableError as missing:
        return _no_pdf(page, missing)
    return attached(bytes(made.pdf), name=f"{made.reference}.pdf", kind=PDF)


def _no_pdf(page: _Page, missing: PdfUnavailableError) -> HttpResponse:
    return render(page.request, "letters/no_pdf.html", {"why": str(missing), "pupil": page.pupil}, status=503)


def _drawn(page: _Page) -> HttpResponse:
    request, copy, today = page.request, page.copy, clock.today()
    wrong = bool(page.form.errors or page.certify.errors or page.refused)
    context: dict[str, Any] = {
        "pupil": page.pupil,
        "form": page.form,
        "certify": page.certify,
        "refused": page.refused,
        "shown": gateway.context_of(copy, on=today) if copy else None,
        "seen": gateway.digest_of(copy, on=today) if copy else "",
        "may_certify": request.member.may(Permission.CERTIFY_COPY),
        "may_give": request.member.may(Permission.EXPORT_REGISTERS),
        "certified_copies": queries.certified_copies(page.pupil),
        "trail": [("Pupil", reverse("registers:pupil", args=[page.pupil.pk]))],
    }
    if copy:
        pinned = request.POST.copy()
        pinned["as_at"] = f"{copy.asked.as_at.astimezone(clock.LONDON):%Y-%m-%dT%H:%M:%S}"
        context["form"] = CopyAsked(pinned, pupil=page.pupil, now=page.form.now)
    return render(request, "keeping/copies.html", context, status=422 if wrong else 200)
