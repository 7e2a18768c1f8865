"""The pages of lateness: counts of any period, who was late repeatedly, and when to be on site."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from absence.forms.lateness import OfADay, period_asked_for
from absence.queries import lateness as queries
from absence.rules.expectations import expectations
from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.lateness import LatenessSteps
from attendance_mat.policy.schema import AfternoonSession, MorningSession, RegisterOpen
from attendance_mat.policy.school_day import Gates
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.figures import SumTile
from attendance_mat.web.navigation import NavigationItem
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import monday_of
from registers.rules.lateness import total

A_PAGE: Final = 100
BY: Final = {"pupil": "Pupil", "group": "Tutor group", "year": "Year group", "weekday": "Weekday"}
PLACES: Final = (
    ("Counts", "absence:lateness"),
    ("Late repeatedly", "absence:repeatedly-late"),
    ("Detentions", "absence:detentions"),
)


def tabs(current: str) -> list[NavigationItem]:
    """Return the three pages of lateness, with the one that is shown."""
    return [NavigationItem(label, reverse(name), current=name == current) for label, name in PLACES]


@require_safe
@needs(Permission.SEE_LATENESS)
def show_lateness(request: StaffRequest) -> HttpResponse:
    """Show how often and how long pupils were late over some days, by pupil, group, year or weekday, with the sum."""
    now = clock.now()
    form = period_asked_for(request.GET.dict(), first=monday_of(now.date()), last=now.date())
    asked = request.GET.get("by", "pupil")
    by = asked if asked in BY else "pupil"
    context: dict[str, Any] = {
        "tabs": tabs("absence:lateness"), "form": form, "by": by, "of": BY[by], "as_at": now,
    }  # fmt: skip
    if form.is_valid():
        context |= _counts(request, by, now.date(), **form.cleaned_data)
    return render(request, "absence/lateness.html", context, status=422 if form.errors else 200)


def _counts(request: StaffRequest, by: str, today: dt.date, *, from_date: dt.date, to_date: dt.date) -> dict[str, Any]:
    pupils = pupils_in_scope(request.member, request.scope, today)
    lines = queries.lines(by, pupils, from_date=from_date, to_date=to_date, on=min(to_date, today))
    sums = total(line.counted for line in lines)
    days = f"from_date={from_date.isoformat()}&to_date={to_date.isoformat()}"
    return {
        "from_date": from_date,
        "to_date": to_date,
        "days": days,
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "lines": len(lines),
        "sums": sums,
        "total": SumTile("Late arrivals", sums.times),
        "tiles": [SumTile("before the register closed (L)", sums.before_close),
                  SumTile("after it closed (U)", sums.after_close)],
        "ways": [NavigationItem(f"By {label.lower()}", f"?{days}&by={key}", current=key == by)
                 for key, label in BY.items()],
    }  # fmt: skip


@require_safe
@needs(Permission.SEE_LATENESS)
def show_repeatedly_late(request: StaffRequest) -> HttpResponse:
    """List the pupils whose lates have come to a step of the school's policy by a day, each with its sum."""
    now = clock.now()
    form = OfADay({"on": request.GET.get("on") or now.date().isoformat()})
    status, on = (200, form.cleaned_data["on"]) if form.is_valid() else (422, None)
    policy = policy_for(request.school)
    terms = policy.cited(LatenessSteps, on=on or now.date())
    context: dict[str, Any] = {
        "tabs": tabs("absence:repeatedly-late"), "form": form, "on": on, "as_at": now, "terms": terms,
        "numbered": [step for step in terms.value.steps if step.lates is not None],
        "unnumbered": [step for step in terms.value.steps if step.lates is None],
    }  # fmt: skip
    if on:
        pupils = pupils_in_scope(request.member, request.scope, now.date())
        found = queries.repeatedly_late(on, pupils, policy=policy)
        context |= {"page": Paginator(found, A_PAGE).get_page(request.GET.get("page")), "found": len(found)}
    return render(request, "absence/repeatedly_late.html", context, status=status)


@require_safe
@needs(Permission.SEE_POLICY)
def show_expectations(request: StaffRequest) -> HttpResponse:
    """Show when pupils are to be on site and from when they are late, to print for families and for the gate."""
    today = clock.today()
    policy = policy_for(request.school)
    terms: Mapping[str, Any] = {
        "morning": policy.terms(MorningSession, on=today), "afternoon": policy.terms(AfternoonSession, on=today),
        "gates": policy.terms(Gates, on=today), "open_minutes": policy.terms(RegisterOpen, on=today).minutes,
    }  # fmt: skip
    rows = expectations(**terms)
    context = {"rows": rows, "gates": terms["gates"], "school": request.school, "on": today, "as_at": clock.now()}
    return render(request, "absence/expectations.html", context)
