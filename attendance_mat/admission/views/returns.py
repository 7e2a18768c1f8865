"""The pages of the returns to the authority: what is due, what is late, and what was sent."""

from collections.abc import Callable
from typing import Final

from django import forms as django_forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import returns as actions
from attendance_mat.admission.forms import returns as forms
from attendance_mat.admission.models import AuthorityReturn
from attendance_mat.admission.queries import returns as queries
from attendance_mat.admission.rules.returns import how_due
from attendance_mat.admission.views.pressing import carried_out
from attendance_mat.web.navigation import NavigationItem

A_PAGE: Final = 50
SHOWN: Final = {"waiting": "To send", "if-asked": "Only if the authority asks", "sent": "Sent"}


@require_safe
@needs(Permission.CHANGE_PARTICULARS)
def returns(request: StaffRequest) -> HttpResponse:
    """List the returns in one state: those to send, the first due first, unless another is asked for."""
    today = clock.today()
    mine = queries.returns_for(request.member, request.scope, today)
    state = request.GET.get("state", "waiting")
    state = state if state in SHOWN else "waiting"
    counts = queries.counts(mine, on=today)
    tabs = [
        NavigationItem(words, f"?state={key}", key == state, counts[key.replace("-", "_")])
        for key, words in SHOWN.items()
    ]
    page = Paginator(queries.in_state(mine, state), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, how_due(row.due_date, today=today), _is_late(row)) for row in page],
        "tabs": tabs,
        "shown": SHOWN[state],
        "state": state,
        "late": counts["late"],
        "breadcrumb": [("The roll", reverse("admission:roll"))],
    }
    return render(request, "admission/returns.html", context)


@require_safe
@needs(Permission.CHANGE_PARTICULARS)
def authority_return(request: StaffRequest, return_id: int) -> HttpResponse:
    """Show one return: when it is due, its document, and how it was sent."""
    return _page(request, _find(request, return_id))


@require_POST
@needs(Permission.CHANGE_PARTICULARS)
def send_return(request: StaffRequest, return_id: int) -> HttpResponse:
    """Record that a return was sent, and how."""
    found = _find(request, return_id)
    form = forms.SendReturn(request.POST, prefix="send")

    def press() -> None:
        actions.send_return(found, **form.cleaned_data, by=request.member, at=clock.now())

    return _press(request, found, press, send=form)


@require_POST
@needs(Permission.CHANGE_PARTICULARS)
def ask_for_return(request: StaffRequest, return_id: int) -> HttpResponse:
    """Record that the authority asked for a return that it is otherwise not owed."""
    found = _find(request, return_id)
    form = forms.AskForReturn(request.POST, prefix="asked")

    def press() -> None:
        actions.ask_for_return(found, **form.cleaned_data, by=request.member, at=clock.now())

    return _press(request, found, press, asked=form)


def _find(request: StaffRequest, return_id: int) -> AuthorityReturn:
    return get_object_or_404(queries.returns_for(request.member, request.scope, clock.today()), pk=return_id)


def _press(
    request: StaffRequest, found: AuthorityReturn, press: Callable[[], None], **form_of_the_press: django_forms.Form
) -> HttpResponse:
    (form,) = form_of_the_press.values()
    if carried_out(request, form, press):
        return redirect("admission:return", found.pk)
    return _page(request, _find(request, found.pk), status=422, **form_of_the_press)


def _page(
    request: StaffRequest,
    found: AuthorityReturn,
    *,
    status: int = 200,
    send: django_forms.Form | None = None,
    asked: django_forms.Form | None = None,
) -> HttpResponse:
    request.looks_at = found.roll_period.pupil_id
    context = {
        "return": found,
        "pupil": found.roll_period.pupil,
        "how_due": how_due(found.due_date, today=clock.today()),
        "is_late": _is_late(found),
        "send": send or forms.SendReturn(prefix="send"),
        "asked": asked or forms.AskForReturn(prefix="asked"),
        "breadcrumb": [("The roll", reverse("admission:roll")), ("Returns", reverse("admission:returns"))],
    }
    return render(request, "admission/return.html", context, status=status)


def _is_late(found: AuthorityReturn) -> bool:
    return found.sent_at is None and found.due_date is not None and found.due_date < clock.today()
