"""The pages of cases: what is open, what was crossed and nobody has acted on, and one case at a time."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.navigation import NavigationItem
from escalation import actions, forms
from escalation.models import Case, CaseTask, Finding, PupilStage
from escalation.queries import cases as queries
from escalation.queries import ladder
from escalation.views.case_page import case_page, find_case

A_PAGE: Final = 50
OPEN, OTHERS, UNTOUCHED, WAITING = "open", "others", "untouched", "waiting"
STEPS, FINDINGS, CLOSED = "steps", "findings", "closed"
LISTS: Final = {
    OPEN: "Open cases",
    OTHERS: "With tutors and others",
    WAITING: "Waiting for agreement",
    STEPS: "Steps due",
    UNTOUCHED: "Crossed, nobody has acted",
    FINDINGS: "All findings this year",
    CLOSED: "Closed",
}
Listed = QuerySet[Case] | QuerySet[Finding] | QuerySet[PupilStage] | QuerySet[CaseTask]


@require_safe
@needs(Permission.SEE_CASES)
def cases(request: StaffRequest) -> HttpResponse:
    """List the open cases, what waits for agreement or is due, what nobody has acted on, all findings, the closed.

    Open cases in which only others are asked to act, such as a tutor, have a list of their own.
    """
    shown = request.GET.get("show", OPEN)
    shown = shown if shown in LISTS else OPEN
    form = forms.Narrow(request.GET, policy=policy_for(request.school), today=clock.today())
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
        "is_of_cases": shown in {OPEN, OTHERS, CLOSED},
        "has_owner": shown in {OPEN, CLOSED, WAITING, STEPS},
    }
    return render(request, "escalation/cases.html", context)


def _address(request: StaffRequest, shown: str) -> str:
    """Return a list's address, narrowed as the present one is."""
    query = request.GET.copy()
    query["show"] = shown
    query.pop("page", None)
    return f"?{query.urlencode()}"


def _lists(request: StaffRequest, *, rule: str, owner: str) -> dict[str, Listed]:
    """Return each list of the page, narrowed as asked."""
    today = clock.today()
    pupils = queries.pupils_to_work(request.member, request.scope, today)
    still_open, theirs = queries.cases(pupils, on=today), queries.is_for_others()
    of_cases = {
        OPEN: still_open.exclude(theirs),
        OTHERS: still_open.filter(theirs),
        CLOSED: queries.cases(pupils, on=today, closed=True),
    }
    of_findings = {
        UNTOUCHED: queries.crossed_and_nobody_has_acted(
            pupils, school=request.school, policy=policy_for(request.school), on=today
        ),
        FINDINGS: queries.findings(pupils, on=today),
    }
    asked = ladder.waiting(pupils, on=today)
    due = ladder.steps_due(pupils, on=today)
    if rule:
        asked, due = asked.filter(stage=rule), due.filter(stage__stage=rule)
        of_cases = {name: rows.filter(opened_because__rule=rule) for name, rows in of_cases.items()}
        of_findings = {name: rows.filter(rule=rule) for name, rows in of_findings.items()}
    owned = {name: queries.owned_by(rows, owner, asked_by=request.member) for name, rows in of_cases.items()}
    if owner:
        mine = queries.owned_by(Case.objects.all(), owner, asked_by=request.member)
        asked, due = asked.filter(case__in=mine), due.filter(case__in=mine)
    return {**owned, **of_findings, WAITING: asked, STEPS: due}


@require_safe
@needs(Permission.SEE_CASES)
def case(request: StaffRequest, case_id: int) -> HttpResponse:
    """Show one case: its arithmetic, where it stands, what came of it."""
    return case_page(request, find_case(request, case_id))


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
    found = find_case(request, case_id)
    if form.is_valid():
        try:
            action(found, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            return case_page(request, find_case(request, case_id), status=422, refused=refused.messages)
        else:
            messages.success(request, "Saved.")
            return redirect("escalation:case", case_id)
    return case_page(request, find_case(request, case_id), status=422, **{name: form})
