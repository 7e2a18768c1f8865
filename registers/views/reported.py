"""Absence calls: find the child, take the call, and decide what was reported or pass it to a colleague."""

from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.schema import CodesByRole
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import day, moment
from attendance_mat.web.navigation import NavigationItem
from registers.actions import reporting_absence as actions
from registers.forms import reported as forms
from registers.forms.pupil import FindPupil
from registers.models import AbsenceReport, Pupil
from registers.queries import finding
from registers.queries import reported as queries
from registers.queries.scope import pupils_in_scope
from registers.rules import codes
from registers.rules.expected import ONE_DAY
from registers.rules.reported import Consequences, consequences, may_explain

A_PAGE: Final = 50
FOUND_AT_MOST: Final = 20
SHOWN: Final = {"waiting": "To be decided", "decided": "Decided"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def show_reports(request: StaffRequest) -> HttpResponse:
    """Find the child that a call is about, and list what was reported. A search comes by POST: no name in the URL."""
    today, pupils = clock.today(), _pupils(request)
    form = FindPupil(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = list(finding.matching(finding.with_group(pupils, today), form.cleaned_data["words"])[:FOUND_AT_MOST])
    state = "decided" if request.GET.get("state") == "decided" else "waiting"
    waiting = queries.undecided(pupils)
    tabs = [NavigationItem(words, f"?state={each}", current=each == state) for each, words in SHOWN.items()]
    listed = queries.decided(pupils) if state == "decided" else waiting
    context = {
        "form": form,
        "found": found,
        "tabs": tabs,
        "state": state,
        "page": Paginator(listed, A_PAGE).get_page(request.GET.get("page")),
        "as_at": clock.now(),
    }
    return render(request, "registers/absence_reports.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def take_call(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Take a call about one child; decide it at once, pass it on, or leave it for the register to check."""
    now = clock.now()
    pupil = get_object_or_404(_pupils(request), pk=pupil_id)
    initial = {
        "received_on": now.date(), "received_time": now.time(), "first_date": now.date(), "last_date": now.date(),
    }  # fmt: skip
    form = forms.TakeCall(
        request.POST or None, pupil=pupil, codes=_codes(request), colleagues=_colleagues(request), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            report, words = _taken(request, pupil, form)
        except ValidationError as refused:
            _beside(form, refused)
        else:
            messages.success(request, words)
            return redirect("registers:absence-report", report.pk)
    context = {
        "pupil": pupil,
        "form": form,
        "reports": list(queries.reports_of(pupil)[:5]),
        "breadcrumb": [("Absence calls", reverse("registers:absence-reports"))],
        "as_at": now,
    }
    return render(request, "registers/absence_call.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _taken(request: StaffRequest, pupil: Pupil, form: forms.TakeCall) -> tuple[AbsenceReport, str]:
    """Record the call with what the form decides of it, all or nothing; return the report and what was done."""
    entered, by, now = form.cleaned_data, request.member, clock.now()
    report = actions.take_report(pupil, form.call(), by=by, at=now)
    if entered["code"]:
        done = actions.accept_report(report, code=entered["code"], nature=entered["nature"], by=by, at=now)
        return report, _what_followed(done)
    if entered["pass_to"]:
        actions.pass_call_on(report, to=entered["pass_to"], note=entered["note"], by=by, at=now)
        return report, f"The call is recorded, and passed to {entered['pass_to'].name}."
    return report, "The call is recorded. Until it is decided the register says: parent reported absent, check."


@require_safe
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def show_report(request: StaffRequest, report_id: int) -> HttpResponse:
    """Show one report: what was said, what the register says, to whom it was passed and what was decided."""
    return _page(request, _found(request, report_id))


@require_POST
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def pass_on(request: StaffRequest, report_id: int) -> HttpResponse:
    """Pass a call to a colleague, with a note."""
    report = _found(request, report_id)
    form = forms.PassOn(request.POST, colleagues=_colleagues(request), prefix="pass")

    def passed(entered: dict[str, Any]) -> str:
        actions.pass_call_on(report, to=entered["pass_to"], note=entered["note"], by=request.member, at=clock.now())
        return f"Passed to {entered['pass_to'].name}: it is in their list of tasks."

    return _done(request, report, form, passed, name="passing")


@require_POST
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def accept(request: StaffRequest, report_id: int) -> HttpResponse:
    """Accept a report under a code."""
    report = _found(request, report_id)
    form = forms.Accept(request.POST, codes=_codes(request), prefix="accept")

    def accepted(entered: dict[str, Any]) -> str:
        return _what_followed(actions.accept_report(report, **entered, by=request.member, at=clock.now()))

    return _done(request, report, form, accepted, name="accepting")


@require_POST
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def close(request: StaffRequest, report_id: int) -> HttpResponse:
    """Refuse a report, or record that the parent took it back."""
    report = _found(request, report_id)
    form = forms.Close(request.POST, prefix="close")

    def closed(entered: dict[str, Any]) -> str:
        act = actions.refuse_report if entered["outcome"] == AbsenceReport.Outcome.REFUSED else actions.withdraw_report
        act(report, words=entered["words"], by=request.member, at=clock.now())
        return "Recorded. The register marks the child as it finds them."

    return _done(request, report, form, closed, name="closing")


def _done(
    request: StaffRequest,
    report: AbsenceReport,
    form: django_forms.Form,
    act: Callable[[dict[str, Any]], str],
    *,
    name: str,
) -> HttpResponse:
    """Carry out what a form asks; show the page again with what was refused beside its field."""
    if form.is_valid():
        try:
            words = act(form.cleaned_data)
        except ValidationError as refused:
            _beside(form, refused)
        else:
            messages.success(request, words)
            return redirect("registers:absence-report", report.pk)
    return _page(request, _found(request, report.pk), status=422, refused=form.non_field_errors(), **{name: form})


def _beside(form: django_forms.Form, refused: ValidationError) -> None:
    """Put each refusal beside its field, where the form has that field."""
    for name, words in getattr(refused, "message_dict", {"__all__": refused.messages}).items():
        form.add_error(name if name in form.fields else None, words)


def _page(request: StaffRequest, report: AbsenceReport, *, status: int = 200, **opened: Any) -> HttpResponse:
    told = queries.sessions_told(report)
    context = {
        "report": report,
        "pupil": report.pupil,
        "facts": _facts(report),
        "told": told,
        "effect": consequences(told, today=clock.today()),
        "passings": queries.passings_of(report),
        "accepting": forms.Accept(codes=_codes(request), prefix="accept"),
        "closing": forms.Close(prefix="close"),
        "passing": forms.PassOn(colleagues=_colleagues(request), prefix="pass"),
        "breadcrumb": [("Absence calls", reverse("registers:absence-reports"))],
        "as_at": clock.now(),
        "refused": [],
        **opened,
    }
    request.looks_at = report.pupil_id
    return render(request, "registers/absence_report.html", context, status=status)


def _facts(report: AbsenceReport) -> list[tuple[str, str]]:
    last = report.until_date - ONE_DAY
    days = day(report.from_date) if last == report.from_date else f"{day(report.from_date)} to {day(last)}"
    return [
        ("Days", f"{days}, {report.get_halves_display().lower()}"),
        ("Reason given", report.reason),
        ("Reported by", f"{report.reported_by_name}, {report.get_channel_display().lower()}"),
        ("Received", moment(report.received_at)),
        ("Taken by", f"{report.taken_by_name}, {moment(report.taken_at)}"),
    ]


def _what_followed(done: Consequences) -> str:
    """Say what accepting a report did, and what it left for a person."""
    said = ["Accepted."]
    for sessions, words in (
        (done.amend, "{} amended: the register gives the reason now."),
        (done.expect, "{} to come: the register says not expected."),
        (done.present, "{} marked as here: the register was not changed. Find out which is right."),
        (done.explained, "{} has a reason in the register already, which stands."),
        (done.blank, "{} not marked, on days that are over: enter the mark in that register."),
    ):
        if sessions:
            said.append(words.format(f"{len(sessions)} session{'' if len(sessions) == 1 else 's'}"))
    return " ".join(said)


def _codes(request: StaffRequest) -> list[codes.Code]:
    """Return the codes under which this member may accept a report today."""
    on = clock.today()
    allowed = policy_for(request.school).terms(CodesByRole, on=on).of(request.member.role)
    return [code for code in codes.in_force(on) if code.code in allowed and may_explain(code)]


def _colleagues(request: StaffRequest) -> QuerySet[User]:
    return queries.colleagues(request.school, on=clock.today(), but=request.member.user_id)


def _pupils(request: StaffRequest) -> QuerySet[Pupil]:
    return pupils_in_scope(request.member, request.scope, clock.today())


def _found(request: StaffRequest, report_id: int) -> AbsenceReport:
    """Return a report about a pupil in reach, or raise 404."""
    rows = AbsenceReport.objects.select_related("pupil").filter(pupil__in=_pupils(request))
    return get_object_or_404(rows, pk=report_id)
