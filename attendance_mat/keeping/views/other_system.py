"""The day's file for the school's other system, how the two compare, and the register of record."""

import datetime as dt
from typing import Final

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping.actions import other_system as actions
from attendance_mat.keeping.forms.other_system import RegisterOfRecord, TheirFile
from attendance_mat.keeping.gateways import daily_file
from attendance_mat.keeping.queries import other_system as queries
from attendance_mat.keeping.rules.other_system import Prerequisite, prerequisites
from attendance_mat.keeping.views.files import csv_file
from attendance_mat.keeping.views.tabs import tabs
from registers.gateways.mis_csv import Faults, FileRefusedError
from registers.gateways.uploads import discard, keep_upload
from registers.queries.identity import identities

DAYS_SHOWN: Final = 20
SECOND_FACTORS: Final = ("django_otp", "two_factor", "mfa")  # the applications that would bring one
CALL_LIST: Final = "absence:calls"  # the page of the first-day call list


@require_safe
@needs(Permission.EXPORT_REGISTERS)
def other_system(request: StaffRequest) -> HttpResponse:
    """List the latest school days, and how each stands with the school's other system."""
    on = clock.today()
    of_record = request.school.register_of_record_date
    context = {
        "tabs": tabs(request),
        "days": queries.recent_days(on, days=DAYS_SHOWN),
        "is_of_record": of_record is not None and of_record <= on,
    }
    return render(request, "keeping/other_system.html", context)


@require_safe
@needs(Permission.EXPORT_REGISTERS)
def daily(request: StaffRequest, date: str) -> HttpResponse:
    """Show one day: its file, and what differs in the other system."""
    return _day_page(request, _a_day(date), TheirFile())


@require_POST
@needs(Permission.EXPORT_REGISTERS)
def make_file(request: StaffRequest, date: str) -> HttpResponse:
    """Give the day's marks as a file."""
    day = _a_day(date)
    try:
        _, content = actions.make_daily_file(request.school, day, by=request.member, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("keeping:daily", date=date)
    return csv_file(content, name=f"marks-{request.school.slug}-{day}.csv")


@require_POST
@needs(Permission.EXPORT_REGISTERS)
def compare_file(request: StaffRequest, date: str) -> HttpResponse:
    """Compare the other system's marks of the day with those here."""
    day, at = _a_day(date), clock.now()
    form = TheirFile(request.POST, request.FILES)
    if not form.is_valid():
        return _day_page(request, day, form, status=422)
    path = keep_upload(form.cleaned_data["file"].chunks(), at=at)
    try:
        theirs = daily_file.read(path, day, identities())
        found = actions.compare_daily_file(request.school, day, theirs, by=request.member, at=at)
    except FileRefusedError as refused:
        form.add_error("file", "The file was refused and nothing was compared. What is wrong with it is listed below.")
        return _day_page(request, day, form, faults=refused.faults, status=422)
    except ValidationError as refused:
        form.add_error("file", refused)
        return _day_page(request, day, form, status=422)
    finally:
        discard(path)
    if found.differing or found.missing:
        messages.error(
            request, f"{len(found.differing)} marks differ and {len(found.missing)} are missing in the other system."
        )
    else:
        messages.success(request, f"The two agree: {found.same} marks are the same.")
    return redirect("keeping:daily", date=date)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_RECORDS)
def register_of_record(request: StaffRequest) -> HttpResponse:
    """Say whether the registers here are those of record, and set from when, once all that is needed is there."""
    form = RegisterOfRecord(request.POST or None)
    needed = _prerequisites()
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_register_of_record(
                request.school, form.cleaned_data["on"], prerequisites=needed, by=request.member, at=clock.now()
            )
        except ValidationError as refused:
            form.add_error("on", refused)
        else:
            messages.success(request, "The day is set. From it on, documents no longer say that they are copies.")
            return redirect("keeping:register-of-record")
    context = {
        "tabs": tabs(request),
        "form": form,
        "needed": needed,
        "of_record": request.school.register_of_record_date,
    }
    return render(request, "keeping/register_of_record.html", context, status=422 if form.errors else 200)


def _prerequisites() -> list[Prerequisite]:
    try:
        reverse(CALL_LIST)
    except NoReverseMatch:
        has_list = False
    else:
        has_list = True
    return prerequisites(second_factor=any(map(apps.is_installed, SECOND_FACTORS)), call_list=has_list)


def _a_day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if day > clock.today():
        raise Http404
    return day


def _day_page(
    request: StaffRequest, day: dt.date, form: TheirFile, *, faults: Faults | None = None, status: int = 200
) -> HttpResponse:
    file = queries.latest_file(day)
    context = {
        "tabs": tabs(request),
        "date": day,
        "form": form,
        "faults": faults,
        "file": file,
        "state": queries.state_of(day),
        "rows": queries.rows_of(file) if file else [],
    }
    return render(request, "keeping/daily.html", context, status=status)
