"""The pages of children missing education: the list, and one case with its checklist."""

from collections.abc import Callable
from typing import Final

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import missing as actions
from attendance_mat.admission.forms import missing as forms
from attendance_mat.admission.models import MissingEducation
from attendance_mat.admission.queries import missing as queries
from attendance_mat.admission.rules import missing as rules
from attendance_mat.admission.views.pressing import carried_out
from attendance_mat.web.formats import day
from attendance_mat.web.navigation import NavigationItem
from registers.models import Pupil
from registers.queries.scope import is_own_family, pupils_in_scope

A_PAGE: Final = 50
SHOWN: Final = {"open": "Open", "untraced": "Untraced: for the safeguarding lead", "closed": "Closed"}


@require_safe
@needs(Permission.WORK_CASES)
def missing_education(request: StaffRequest) -> HttpResponse:
    """List the cases in one state, and the leavers for whom nowhere is known."""
    today = clock.today()
    mine = queries.cases_for(request.member, request.scope, today)
    state = request.GET.get("state", "open")
    state = state if state in SHOWN else "open"
    counts = queries.counts(mine)
    tabs = [NavigationItem(words, f"?state={key}", key == state, counts[key]) for key, words in SHOWN.items()]
    page = Paginator(queries.in_state(mine, state), A_PAGE).get_page(request.GET.get("page"))
    pupils = pupils_in_scope(request.member, request.scope, today)
    context = {
        "page": page,
        "rows": [(case, rules.reported_in_words(case.reported_on), len(rules.waiting(case.steps))) for case in page],
        "tabs": tabs,
        "shown": SHOWN[state],
        "state": state,
        "untraced": counts["untraced"] if request.member.may(Permission.SEE_PROTECTION) else 0,
        "leavers": queries.leavers_with_nowhere_known(pupils, on=today) if state == "open" else [],
        "breadcrumb": [("The roll", reverse("admission:roll"))],
    }
    return render(request, "admission/missing_education.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WORK_CASES)
def open_missing(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Open a case of a child who may be missing education."""
    now = clock.now()
    pupil: Pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, now.date()), pk=pupil_id)
    form = forms.OpenMissing(request.POST if request.method == "POST" else None, initial={"identified_on": now.date()})
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.open_missing(pupil, **form.cleaned_data, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The case is open, with its checklist, the form and the notice to the family.")
            return redirect("admission:missing", case.pk)
    context = {
        "pupil": pupil,
        "form": form,
        "own_family": is_own_family(request.member, pupil),
        "breadcrumb": [("Missing education", reverse("admission:missing-education"))],
    }
    return render(request, "admission/open_missing.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.WORK_CASES)
def missing(request: StaffRequest, case_id: int) -> HttpResponse:
    """Show one case: who was told, the checklist, and the documents."""
    return _page(request, _find(request, case_id))


@require_POST
@needs(Permission.WORK_CASES)
def record_told(request: StaffRequest, case_id: int) -> HttpResponse:
    """Record when the authority and the family were told."""
    case = _find(request, case_id)
    form = forms.Told(request.POST, prefix="told")

    def press() -> None:
        actions.record_told(case, **form.cleaned_data, by=request.member, at=clock.now())

    return _press(request, case, press, told=form)


@require_POST
@needs(Permission.WORK_CASES)
def take_step(request: StaffRequest, case_id: int, number: int) -> HttpResponse:
    """Record that a step of the checklist was taken."""
    case = _find(request, case_id)

    def press() -> None:
        actions.take_step(case, number=number, by=request.member, at=clock.now())

    return _press(request, case, press, step=django_forms.Form({}))


@require_POST
@needs(Permission.WORK_CASES)
def say_untraced(request: StaffRequest, case_id: int) -> HttpResponse:
    """Say that tracing has failed: the case goes to the safeguarding lead."""
    case = _find(request, case_id)

    def press() -> None:
        actions.say_untraced(case, by=request.member, at=clock.now())

    return _press(request, case, press, step=django_forms.Form({}))


@require_POST
@needs(Permission.WORK_CASES)
def close_missing(request: StaffRequest, case_id: int) -> HttpResponse:
    """Close a case with what became of the child."""
    case = _find(request, case_id)
    form = forms.CloseMissing(request.POST, prefix="close")

    def press() -> None:
        actions.close_missing(case, **form.cleaned_data, by=request.member, at=clock.now())

    return _press(request, case, press, close=form)


def _find(request: StaffRequest, case_id: int) -> MissingEducation:
    return get_object_or_404(queries.cases_for(request.member, request.scope, clock.today()), pk=case_id)


def _press(
    request: StaffRequest, case: MissingEducation, press: Callable[[], None], **form_of_the_press: django_forms.Form
) -> HttpResponse:
    (form,) = form_of_the_press.values()
    if carried_out(request, form, press):
        return redirect("admission:missing", case.pk)
    return _page(request, _find(request, case.pk), status=422, **form_of_the_press)


def _page(
    request: StaffRequest,
    case: MissingEducation,
    *,
    status: int = 200,
    told: django_forms.Form | None = None,
    step: django_forms.Form | None = None,
    close: django_forms.Form | None = None,
) -> HttpResponse:
    request.looks_at = case.pupil_id
    dates = {"reported_on": case.reported_on, "family_told_on": case.family_told_on}
    may_protect = request.member.may(Permission.SEE_PROTECTION)
    own_family = is_own_family(request.member, case.pupil)
    context = {
        "case": case,
        "pupil": case.pupil,
        "facts": [
            ("Found on", day(case.identified_on)),
            ("Authority", rules.reported_in_words(case.reported_on)),
            ("Family", f"Told on {day(case.family_told_on)}" if case.family_told_on else "Not told"),
            ("Opened by", f"{case.opened_by_name}, {day(case.opened_at)}"),
        ],
        "steps": [(each, may_protect or not rules.is_the_leads(each)) for each in case.steps],
        "may_work": case.closed_at is None and not own_family,
        "own_family": own_family,
        "told": told or forms.Told(prefix="told", initial=dates),
        "step": step,
        "close": close or forms.CloseMissing(prefix="close"),
        "close_opened": close is not None,
        "breadcrumb": [
            ("The roll", reverse("admission:roll")),
            ("Missing education", reverse("admission:missing-education")),
        ],
    }
    return render(request, "admission/missing.html", context, status=status)
