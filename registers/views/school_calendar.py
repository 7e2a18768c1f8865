"""The school's calendar: its weeks and terms, and sessions added and taken away after a preview."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.ladder import SchoolTerms
from attendance_mat.policy.school_day import SessionsInYear
from attendance_mat.trust.policy import policy_for
from registers.actions.setting_calendar import SessionsInUseError, plan_calendar, set_calendar
from registers.forms.school_calendar import ChangeCalendar
from registers.gateways.bank_holidays import bank_holidays
from registers.queries import school_calendar as queries
from registers.rules.calendar import Half, SchoolYear
from registers.rules.school_calendar import Difference, runs, weeks

FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_GET
@needs(Permission.SET_CALENDAR)
def show_calendar(request: StaffRequest) -> HttpResponse:
    """Show a school year: `?year=2026`; what else stands in the address fills in the form. Two queries."""
    asked = {name: request.GET[name] for name in ChangeCalendar.base_fields if name in request.GET}
    return _page(request, ChangeCalendar(initial=asked), year=_year(request.GET.get("year", "")))


@require_POST
@needs(Permission.SET_CALENDAR)
def change_calendar(request: StaffRequest) -> HttpResponse:
    """Show what a change would do; with `do=confirm`, do it as it was shown."""
    form = ChangeCalendar(request.POST)
    if not form.is_valid():
        return _page(request, form)
    change, year = form.change(), SchoolYear.of(form.cleaned_data["first_date"])
    try:
        if request.POST.get("do") != "confirm":
            return _preview(request, form, plan_calendar(change))
        shown = Difference(_slots(request, "added"), _slots(request, "removed"))
        found = set_calendar(change, shown=shown, by=request.member, at=clock.now())
    except SessionsInUseError as refused:
        form.add_error(None, refused)
        return _page(request, form, year=year, in_use=refused.sessions)
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(request, form, year=year)
    messages.success(request, f"The calendar is set: {_sessions(len(found.added))} added, "
        f"{_sessions(len(found.removed))} taken away.")  # fmt: skip
    response = redirect("registers:calendar")
    response["Location"] += f"?year={year.starts.year}"
    return response


def _sessions(count: int) -> str:
    return f"{count} {'session' if count == 1 else 'sessions'}"


def _slots(request: StaffRequest, name: str) -> tuple[tuple[dt.date, Half], ...]:
    """Return the sessions a preview showed, as its form sends them back; a meddled one is left out."""
    found = []
    for text in request.POST.getlist(name):
        date, _, half = text.partition(" ")
        try:
            found.append((dt.date.fromisoformat(date), Half(half)))
        except ValueError:
            continue
    return tuple(found)


def _preview(request: StaffRequest, form: ChangeCalendar, found: Difference) -> HttpResponse:
    given = [(name, request.POST[name]) for name in form.fields if name in request.POST]
    context = {
        "given": given,
        "change": form.change(),
        "added": found.added,
        "removed": found.removed,
        "year": SchoolYear.of(form.cleaned_data["first_date"]),
    }
    return render(request, "registers/calendar_preview.html", context)


def _page(request: StaffRequest, form: ChangeCalendar, *, year: SchoolYear | None = None, **more: Any) -> HttpResponse:
    today = clock.today()
    year = year or SchoolYear.of(today)
    policy = policy_for(request.school)
    held = queries.sessions_of_year(year)
    holidays = bank_holidays(year)
    named = {day: ("bank holiday", name) for day, name in holidays.items()}
    days = queries.named_days(year)
    named |= {row.date: (row.kind, row.name) for row in days}
    parts = runs(held, policy.terms(SchoolTerms, on=year.last))
    least = policy.terms(SessionsInYear, on=year.last).at_least
    context = {
        "form": form,
        "year": year,
        "years": [year.starts.year - 1, year.starts.year, year.starts.year + 1],
        "sessions": len(held),
        "days": len({date for date, _ in held}),
        "least": least,
        "too_few": bool(held) and len(held) < least,
        "runs": parts,
        "weeks": weeks(year, held, named, parts),
        "suggested": [(day, name) for day, name in holidays.items() if any((day, half) in held for half in Half)],
        "named": days,
        "may_declare": request.member.may(Permission.DECLARE_CLOSURE),
        "today": today,
        **more,
    }
    return render(request, "registers/calendar.html", context, status=422 if form.errors else 200)


def _year(text: str) -> SchoolYear | None:
    """Return the school year that begins in a year; None where there is none to show."""
    if not text.isdecimal() or len(text) != len("2026") or not FIRST_YEAR <= int(text) < LAST_YEAR:
        return None
    return SchoolYear.of(dt.date(int(text), 12, 31))
