"""The pages of cases: what is open, what was crossed and nobody has acted on, and one case at a time."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.navigation import NavigationItem
from escalation import actions, forms
from escalation.models import Case, Finding
from escalation.queries import cases as queries

A_PAGE: Final = 50
OPEN, UNTOUCHED, FINDINGS, CLOSED = "open", "untouched", "findings", "closed"
LISTS: Final = {
    OPEN: "Open cases",
    UNTOUCHED: "Crossed, nobody has acted",
    FINDINGS: "All findings this year",
    CLOSED: "Closed",
}


@require_safe
@needs(Permission.SEE_CASES)
def cases(request: StaffRequest) -> HttpResponse:
    """List the open cases, the crossings nobody has acted on, all findings, or what is closed."""
    shown = request.GET.get("show", OPEN)
    shown = shown if shown in LISTS else OPEN
    form = forms.Narrow(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    lists = _lists(request, rule=asked.get("rule", ""), owner=asked.get("owner", ""))
    tabs = [
        NavigationItem(words, _address(request, each), current=each == shown, count=lists[each].count())
        for each, words in LISTS.items()
    ]
    page = Paginator(lists[shown], A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tabs": tabs,
        "shown": shown,
        "title": LISTS[shown],
        "form": form,
        "today": clock.today(),
        "is_of_cases": shown in {OPEN, CLOSED},
    }
    return render(request, "escalation/cases.html", context)


def _address(request: StaffRequest, shown: str) -> str:
    """Return a list's address, narrowed as the present one is."""
    query = request.GET.copy()
    query["show"] = shown
    query.pop("page", None)
    return f"?{query.urlencode()}"


def _lists(request: StaffRequest, *, rule: str, owner: str) -> dict[str, QuerySet[Case] | QuerySet[Finding]]:
    """Return each list of the page, narrowed as asked."""
    today = clock.today()
    pupils = queries.pupils_to_work(request.member, request.scope, today)
    of_cases = {OPEN: queries.cases(pupils, on=today), CLOSED: queries.cases(pupils, on=today, closed=True)}
    of_findings = {
        UNTOUCHED: queries.crossed_and_nobody_has_acted(
            pupils, school=request.school, policy=policy_for(request.school), on=today
        ),
        FINDINGS: queries.findings(pupils, on=today),
    }
    if rule:
        of_cases = {name: rows.filter(opened_because__rule=rule) for name, rows in of_cases.items()}
        of_findings = {name: rows.filter(rule=rule) for name, rows in of_findings.items()}
    owned = {name: queries.owned_by(rows, owner, asked_by=request.member) for name, rows in of_cases.items()}
    return {**owned, **of_findings}


@require_safe
@needs(Permission.SEE_CASES)
def case(request: StaffRequest, case_id: int) -> HttpResponse:
    """Show one case: its arithmetic, where it stands, what came of it."""
    return _case_page(request, _find(request, case_id))


@require_POST
@needs(Permission.WORK_CASES)
def assign_owner(request: StaffRequest, case_id: int) -> HttpResponse:
    """Give the case to a person."""
    form = forms.AssignOwner(request.POST, owners=queries.possible_owners(request.school, clock.today()))
    return _change(request, case_id, "assign", form, actions.assign_owner)


@require_POST
@needs(Permission.WORK_CASES)
def move_case_on(request: StaffRequest, case_id: int) -> HttpResponse:
    """Say where the case stands and what comes next."""
    return _change(request, case_id, "move", forms.MoveOn(request.POST, today=clock.today()), actions.move_case_on)


@require_POST
@needs(Permission.WORK_CASES)
def add_note(request: StaffRequest, case_id: int) -> HttpResponse:
    """Write a note."""
    return _change(request, case_id, "note", forms.AddNote(request.POST), actions.add_note)


@require_POST
@needs(Permission.WORK_CASES)
def close_case(request: StaffRequest, case_id: int) -> HttpResponse:
    """Close the case with a reason."""
    return _change(request, case_id, "close", forms.CloseCase(request.POST), actions.close_case)


def _change(request: StaffRequest, case_id: int, name: str, form: Any, action: Callable[..., object]) -> HttpResponse:
    """Do what a form of the case's page asks for, or show the page again with what is wrong."""
    found = _find(request, case_id)
    if form.is_valid():
        try:
            action(found, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            return _case_page(request, _find(request, case_id), status=422, refused=refused.messages)
        else:
            messages.success(request, "Saved.")
            return redirect("escalation:case", case_id)
    return _case_page(request, _find(request, case_id), status=422, **{name: form})


def _find(request: StaffRequest, case_id: int) -> Case:
    return get_object_or_404(queries.case_for(request.member, request.scope, clock.today()), pk=case_id)


def _case_page(request: StaffRequest, case: Case, *, status: int = 200, **asked: Any) -> HttpResponse:
    today = clock.today()
    owners = queries.possible_owners(request.school, today)
    context = {
        "case": case,
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
        "today": today,
        "findings": [(row, queries.evidence_by_day(row)) for row in queries.findings_of(case)],
        "letters": queries.letters_of(case),
        "notes": case.notes.all(),
        "may_work": request.member.may(Permission.WORK_CASES) and not case.closed_at,
        "sees_letters": request.member.may(Permission.SEE_LETTERS),
        "assign": forms.AssignOwner(owners=owners, initial={"owner": case.owner_id}),
        "move": forms.MoveOn.of(case, today=today),
        "note": forms.AddNote(),
        "close": forms.CloseCase(),
        "refused": [],
        **asked,
    }
    return render(request, "escalation/case.html", context, status=status)
