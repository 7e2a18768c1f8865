"""The pages of the absence room."""

from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from absence.actions import leave as actions
from absence.forms import leave as forms
from absence.models import LeaveDecision, LeaveRequest
from absence.queries import leave as queries
from absence.rules.days import Days, in_words
from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.schema import LeaveCodes
from attendance_mat.web.formats import day
from attendance_mat.web.navigation import NavigationItem
from registers.queries.scope import is_own_family, pupils_in_scope
from registers.rules import codes

A_PAGE: Final = 50
SHOWN: Final = {"waiting": "Awaiting a decision", "decided": "Decided"}


@require_safe
@needs(Permission.SEE_LEAVE_REQUESTS)
def leave_requests(request: StaffRequest) -> HttpResponse:
    """List the requests for leave that wait, the first to begin first; or those decided, the latest first."""
    mine = queries.requests_for(request.member, request.scope, clock.today())
    state = "decided" if request.GET.get("state") == "decided" else "waiting"
    counts = queries.counts(mine)
    tabs = [
        NavigationItem(words, f"?state={each}", current=each == state, count=counts[each])
        for each, words in SHOWN.items()
    ]
    listed = queries.in_state(mine, decided=state == "decided")
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "shown": SHOWN[state], "decided": state == "decided"}
    return render(request, "absence/leave_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ENTER_LEAVE_REQUEST)
def ask_for_leave(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Enter a parent's request for leave."""
    pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, clock.today()), pk=pupil_id)
    form = forms.AskForLeave(request.POST or None, pupil=pupil, initial={"asked_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        days = Days(entered.pop("first_date"), entered.pop("last_date"), entered.pop("halves"))
        try:
            made = actions.ask_for_leave(pupil, days=days, by=request.member, at=clock.now(), **entered)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The request is recorded. It waits for the headteacher's decision.")
            return redirect("absence:leave-request", made.pk)
    context = {"pupil": pupil, "form": form, "breadcrumb": [("Pupil", reverse("registers:pupil", args=[pupil.pk]))]}
    return render(request, "absence/ask_for_leave.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.SEE_LEAVE_REQUESTS)
def leave_request(request: StaffRequest, request_id: int) -> HttpResponse:
    """Show one request with the pupil's record, the policy's checks, and what was decided."""
    return _request_page(request, _find(request, request_id))


@require_POST
@needs(Permission.DECIDE_LEAVE)
def grant_leave(request: StaffRequest, request_id: int) -> HttpResponse:
    """Grant leave: the decision, what is expected of the pupil, and the letter, in one press."""
    asked = _find(request, request_id)
    form = forms.GrantLeave(request.POST, codes=_grantable(asked), prefix="grant")

    def grant(entered: dict[str, Any]) -> LeaveDecision:
        first, last = entered.pop("first_date"), entered.pop("last_date")
        return actions.grant_leave(asked, first=first, last=last, by=request.member, at=clock.now(), **entered)

    return _decide(request, asked, grant, grant=form)


@require_POST
@needs(Permission.DECIDE_LEAVE)
def refuse_leave(request: StaffRequest, request_id: int) -> HttpResponse:
    """Refuse leave: the decision and the letter, in one press."""
    asked = _find(request, request_id)
    form = forms.RefuseLeave(request.POST, prefix="refuse")

    def refuse(entered: dict[str, Any]) -> LeaveDecision:
        return actions.refuse_leave(asked, by=request.member, at=clock.now(), **entered)

    return _decide(request, asked, refuse, refuse=form)


@require_POST
@needs(Permission.DECIDE_LEAVE)
def record_falsified(request: StaffRequest, request_id: int) -> HttpResponse:
    """Record that granted leave rested on a false application, and amend its sessions."""
    asked = _find(request, request_id)
    decision = get_object_or_404(LeaveDecision, request=asked, outcome=LeaveDecision.Outcome.GRANTED)
    form = _falsified_form(asked, request.POST)
    if form.is_valid():
        try:
            found = actions.record_falsified(decision, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Recorded. {found.sessions} marks were amended, each with its reason.")
            return redirect("absence:leave-request", asked.pk)
    return _request_page(request, _find(request, asked.pk), status=422, falsify=form)


def _falsified_form(asked: LeaveRequest, data: QueryDict | None = None) -> forms.Falsified:
    listed = queries.codes_for_falsified(on=asked.from_date)
    return forms.Falsified(data, codes=listed, prefix="falsified")


def _decide(
    request: StaffRequest,
    asked: LeaveRequest,
    press: Callable[[dict[str, Any]], LeaveDecision],
    **form_of_the_press: django_forms.Form,
) -> HttpResponse:
    """Carry out a decision and go on to its letter, or show the page again with what is wrong."""
    (form,) = form_of_the_press.values()
    if form.is_valid():
        try:
            decision = press(dict(form.cleaned_data))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return _to_the_letter(request, asked, decision)
    return _request_page(request, _find(request, asked.pk), status=422, **form_of_the_press)


def _to_the_letter(request: StaffRequest, asked: LeaveRequest, decision: LeaveDecision) -> HttpResponse:
    messages.success(request, f"Leave {decision.get_outcome_display().lower()}. The letter that says so is ready.")
    letter = queries.letter_about(asked)
    if letter and request.member.may(Permission.SEE_LETTERS):
        return redirect("letters:letter", letter.pk)
    return redirect("absence:leave-request", asked.pk)


def _find(request: StaffRequest, request_id: int) -> LeaveRequest:
    mine = queries.requests_for(request.member, request.scope, clock.today())
    return get_object_or_404(mine, pk=request_id)


def _grantable(asked: LeaveRequest) -> list[codes.Code]:
    """Return the codes leave may be granted under on its first day."""
    terms = queries.school_policy().terms(LeaveCodes, on=asked.from_date)
    return [code for each in terms.grantable if (code := codes.find(each, on=asked.from_date))]


def _request_page(
    request: StaffRequest,
    asked: LeaveRequest,
    *,
    grant: django_forms.Form | None = None,
    refuse: django_forms.Form | None = None,
    falsify: django_forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    request.looks_at = asked.pupil_id
    slots = queries.sessions_of(asked.pupil, asked.days)
    decision: LeaveDecision | None = getattr(asked, "decision", None)
    record = queries.record_of(asked.pupil, on=today)
    terms = queries.school_policy().cited(LeaveCodes, on=asked.from_date)
    context = {
        "asked": asked,
        "decision": decision,
        "letter": queries.letter_about(asked) if decision else None,
        "facts": _facts(asked, in_words(len(slots))),
        "record": record,
        "checks": decision.checks if decision else queries.checks_on(asked, record),
        "kinds": () if decision else queries.each_kind_on(asked, record, slots),
        "terms": terms,
        "others": queries.other_requests(asked),
        "siblings": queries.siblings(asked, among=pupils_in_scope(request.member, request.scope, today)),
        "has_begun": asked.from_date <= today,
        "marked": queries.marked_already(asked.pupil, slots),
        "may_decide": decision is None and request.member.may(Permission.DECIDE_LEAVE),
        "own_family": is_own_family(request.member, asked.pupil),
        "grant": grant or forms.GrantLeave.of(asked, codes=_grantable(asked), usual=terms.value.usual),
        "refuse": refuse or forms.RefuseLeave(prefix="refuse"),
        "may_see_letters": request.member.may(Permission.SEE_LETTERS),
        "falsified": queries.falsified(decision) if decision else None,
        "may_falsify": bool(decision and decision.granted_days) and request.member.may(Permission.DECIDE_LEAVE),
        "may_see_cases": request.member.may(Permission.SEE_CASES),
        "falsify": falsify or _falsified_form(asked),
        "falsify_opened": falsify is not None,
        "breadcrumb": [("Leave", reverse("absence:leave-requests"))],
    }
    return render(request, "absence/leave_request.html", context, status=status)


def _facts(asked: LeaveRequest, lost: str) -> list[tuple[str, str]]:
    return [
        ("Days asked for", f"{day(asked.days.first)} to {day(asked.days.last)}, {asked.get_halves_display().lower()}"),
        ("Sessions lost", lost),
        ("Reason given", asked.reason),
        ("Who asked", f"{asked.asked_by.name}, received {day(asked.asked_on)}"),
        ("Entered by", f"{asked.entered_by.name}, {day(asked.entered_at)}"),
    ]
