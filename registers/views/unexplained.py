"""Absences still unexplained from earlier days, each to be resolved by a named person within five school days."""

from typing import Final

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
from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import CodesByRole, UnexplainedAbsence
from attendance_mat.trust.policy import policy_for
from registers.actions import resolving
from registers.forms.unexplained import Resolve
from registers.models import Mark, Pupil
from registers.queries import unexplained as queries
from registers.queries.scope import pupils_in_scope
from registers.rules import codes
from registers.rules.codes import Statistical

A_PAGE: Final = 50
DIGITS: Final = 18  # of a number that a form sends: within what the database can hold


@require_safe
@needs(Permission.SETTLE_CONTRADICTION)
def show_unexplained(request: StaffRequest) -> HttpResponse:
    """List the absences to resolve, the oldest first, each with its deadline in words."""
    return _page(request)


@require_POST
@needs(Permission.SETTLE_CONTRADICTION)
def resolve_unexplained(request: StaffRequest) -> HttpResponse:
    """Resolve what is ticked with one reason, or one in one press: no reason established, or the child came later.

    A button sends its code and its mark with the number of its changes, as "O-17-0"; a tick sends the same
    without the code. So a page that is stale overwrites nothing.
    """
    pressed, _, one = request.POST.get("one", "").partition("-")
    form = Resolve(request.POST, codes=_codes(request), in_one_press=bool(one))
    try:
        marks = _chosen(request, [one] if one else request.POST.getlist("mark"))
        if one:
            entered = _of_button(pressed)
        elif form.is_valid():
            entered = form.cleaned_data
        else:
            return _page(request, form)
        count = resolving.resolve_unexplained(marks, **entered, by=request.member, at=clock.now())
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _page(request, form)
    messages.success(request, f"{count} resolved. What the marks said before stays on record.")
    return redirect("registers:unexplained")


def _of_button(code: str) -> dict[str, str]:
    """Return what one press enters: the law's two ways out where nothing else is established."""
    terms = national().terms(UnexplainedAbsence, on=clock.today())
    reasons = {terms.fallback: resolving.NOT_ESTABLISHED, terms.if_attended_later: resolving.CAME_LATER}
    if code not in reasons:
        message = "Choose what it was."
        raise ValidationError(message)
    return {"code": code, "reason": reasons[code]}


def _chosen(request: StaffRequest, given: list[str]) -> list[Mark]:
    """Return the marks that were ticked, each as the page showed it."""
    seen = dict(pair for each in given if (pair := _pair(each)))
    marks = list(queries.unexplained_marks(_pupils_of(request), today=clock.today()).filter(pk__in=seen))
    if not given:
        message = "Tick the ones that you resolve."
        raise ValidationError(message)
    if len(marks) < len(given):
        message = "Somebody has resolved one of these already. Look at the list again."
        raise ValidationError(message)
    for mark in marks:
        mark.changes = seen[mark.pk]
    return marks


def _pair(text: str) -> tuple[int, int] | None:
    mark, _, changes = text.partition("-")
    fits = all(part.isascii() and part.isdecimal() and len(part) <= DIGITS for part in (mark, changes))
    return (int(mark), int(changes)) if fits else None


def _pupils_of(request: StaffRequest) -> QuerySet[Pupil]:
    return pupils_in_scope(request.member, request.scope, clock.today())


def _codes(request: StaffRequest) -> list[codes.Code]:
    """Return what an absence may turn out to have been: the codes of this role, but for present and unexplained."""
    on = clock.today()
    allowed = policy_for(request.school).terms(CodesByRole, on=on).of(request.member.role)
    left_out = {national().terms(UnexplainedAbsence, on=on).code}
    return [
        code
        for code in codes.in_force(on)
        if code.code in allowed - left_out and code.statistical not in {Statistical.ATTENDING, Statistical.NONE}
    ]


def _page(request: StaffRequest, form: Resolve | None = None) -> HttpResponse:
    today = clock.today()
    page = Paginator(queries.unexplained_marks(_pupils_of(request), today=today), A_PAGE).get_page(
        request.GET.get("page")
    )
    terms = national().terms(UnexplainedAbsence, on=today)
    context = {
        "page": page,
        "rows": queries.waiting(list(page), today=today),
        "limit": terms.school_days,
        "fallback": codes.find(terms.fallback, on=today),
        "came_later": codes.find(terms.if_attended_later, on=today),
        "ticked": set(request.POST.getlist("mark")),
        "form": form or Resolve(codes=_codes(request)),
        "as_at": clock.now(),
    }
    return render(request, "registers/unexplained.html", context, status=422 if form else 200)
