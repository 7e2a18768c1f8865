"""The documents about the roll as PDF: returns to the authority, the form and the notice of missing education."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.models import MissingEducation
from attendance_mat.admission.queries import missing, returns
from attendance_mat.keeping.gateways import authority_paper as paper
from letters.gateways import pdf
from registers.models import Pupil


@require_safe
@needs(Permission.CHANGE_PARTICULARS)
def return_document(request: StaffRequest, return_id: int) -> HttpResponse:
    """Give the document of a new pupil or deletion return, ready to send."""
    today = clock.today()
    found = get_object_or_404(returns.returns_for(request.member, request.scope, today), pk=return_id)
    pupil = found.roll_period.pupil
    return _given(request, pupil, paper.return_html(found, on=today), f"return-{found.pk}.pdf")


@require_safe
@needs(Permission.WORK_CASES)
def missing_form(request: StaffRequest, case_id: int) -> HttpResponse:
    """Give the form that tells the authority of a child who may be missing education."""
    case = _case(request, case_id)
    html = paper.missing_form_html(case, on=clock.today())
    return _given(request, case.pupil, html, f"missing-education-{case.pk}.pdf")


@require_safe
@needs(Permission.WORK_CASES)
def missing_notice(request: StaffRequest, case_id: int) -> HttpResponse:
    """Give the notice to the family, a sheet for each household that may be told; nobody else is written to."""
    case = _case(request, case_id)
    told = paper.may_be_told(case, asked_by=request.member)
    if not told.households:
        request.looks_at = case.pupil_id
        context = {"pupil": case.pupil, "case": case, "told": told.told}
        return render(request, "keeping/nobody_to_tell.html", context, status=422)
    html = paper.missing_notice_html(case, told, on=clock.today())
    return _given(request, case.pupil, html, f"missing-education-notice-{case.pk}.pdf")


def _case(request: StaffRequest, case_id: int) -> MissingEducation:
    return get_object_or_404(missing.cases_for(request.member, request.scope, clock.today()), pk=case_id)


def _given(request: StaffRequest, pupil: Pupil, html: str, name: str) -> HttpResponse:
    request.looks_at = pupil.pk
    try:
        content = pdf.render(html)
    except pdf.PdfUnavailableError as missing_library:
        return render(request, "letters/no_pdf.html", {"why": str(missing_library), "pupil": pupil}, status=503)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
