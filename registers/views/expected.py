"""Absences known beforehand: trips entered for several pupils and confirmed child by child, and a pupil's own."""

import datetime as dt
from itertools import groupby
from typing import Any, Final, NoReturn

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.schema import AfternoonSession
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import day
from registers.actions import confirming, expecting, not_there
from registers.forms import expected as forms
from registers.models import ExpectedMark, Pupil, Session
from registers.queries import arranged as queries
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import Half

DIGITS: Final = 18  # of a number that a form sends: within what the database can hold
REVIEWS_AHEAD: Final = dt.timedelta(days=14)
SIGNED_OUT: Final = "signed-out"
NOT_THERE: Final = "not-there"


@require_safe
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def show_expected(request: StaffRequest) -> HttpResponse:
    """Show who is expected at an activity this session, confirmed or not, and which arrangements are due for review."""
    return _confirm_page(request, _session(request, request.GET.get("date", ""), request.GET.get("half", "")))


@require_POST
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def confirm_children(request: StaffRequest) -> HttpResponse:
    """Confirm the children that are ticked, at one session, as somebody saw them there; or say they are not there."""
    session = _session(request, request.POST.get("date", ""), request.POST.get("half", ""))
    form = forms.ConfirmChildren(request.POST)
    ticked = request.POST.getlist("expected")
    if session is None:
        raise Http404
    if not ticked:
        form.add_error(None, "Tick the children it is about.")
    if form.is_valid():
        try:
            words = _answered(request, session, ticked, form.cleaned_data["seen_by"])
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, words)
            return redirect(f"{reverse('registers:expected')}?date={session.date}&half={session.half}")
    return _confirm_page(request, session, form)


def _answered(request: StaffRequest, session: Session, ticked: list[str], said_by: str) -> str:
    """Confirm what was ticked, or say that it is not there; return what was done."""
    rows, now = _expected_at(request, session, ticked), clock.now()
    if request.POST.get("answer") == NOT_THERE:
        count = not_there.say_not_there(session, rows, said_by=said_by, by=request.member, at=now)
        return f"{count} not there. Who had no mark is N now, and among those to ring."
    count = confirming.confirm_children(session, rows, seen_by=said_by, by=request.member, at=now)
    return f"{count} confirmed."


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def enter_activity(request: StaffRequest) -> HttpResponse:
    """Enter a trip or another activity for several pupils of the groups chosen."""
    today = clock.today()
    groups = list(queries.groups_to_choose(today))
    asked = {int(each) for each in request.GET.getlist("group") if each.isascii() and each.isdecimal()}
    chosen = [group.pk for group in groups if group.pk in asked]
    mine = pupils_in_scope(request.member, request.scope, today)
    form = forms.EnterActivity(
        request.POST or None, pupils=queries.pupils_of(chosen, mine, today) if chosen else [],
        initial={"first_date": today, "last_date": today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            rows = expecting.expect_absences(form.chosen, form.wanted(), by=request.member, at=clock.now())
        except ValidationError as refused:
            _beside(form, refused)
        else:
            words = "Each child counts once confirmed there." if len(rows) > 1 else "It counts once confirmed there."
            messages.success(request, f"{len(rows)} expected at the activity. {words}")
            return redirect(f"{reverse('registers:expected')}?date={rows[0].from_date}&half={_first_half(rows[0])}")
    context = {
        "form": form,
        "groups": groups,
        "chosen": set(chosen),
        "breadcrumb": [("Expected elsewhere", reverse("registers:expected"))],
    }
    return render(request, "registers/activity.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def pupil_expected(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show what is expected of one pupil from today, and what can be arranged."""
    pupil = _pupil(request, pupil_id)
    kinds = [(name, form.title, form.says) for name, form in forms.ARRANGEMENTS.items()]
    context = {
        "pupil": pupil,
        "expected": queries.expected_later(pupil, today=clock.today()),
        "kinds": [(SIGNED_OUT, forms.SignedOut.title, forms.SignedOut.says), *kinds],
        "breadcrumb": _above(pupil),
    }
    return render(request, "registers/pupil_expected.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def arrange(request: StaffRequest, pupil_id: int, arrangement: str) -> HttpResponse:
    """Enter one arrangement of one pupil: part time, another school, study leave, a suspension, signed out."""
    pupil, now = _pupil(request, pupil_id), clock.now()
    sent = request.POST if request.method == "POST" else None
    form: forms.Arrangement | forms.SignedOut
    if arrangement == SIGNED_OUT:
        form = forms.SignedOut(sent, pupil=pupil, at=now)
    elif arrangement in forms.ARRANGEMENTS:
        form = forms.ARRANGEMENTS[arrangement](sent, pupil=pupil)
    else:
        raise Http404
    if form.is_valid():
        try:
            rows = expecting.expect_absences([pupil], form.wanted(), by=request.member, at=now)
        except ValidationError as refused:
            _beside(form, refused)
        else:
            until = day(rows[-1].until_date)
            messages.success(request, f"Expected from {day(rows[0].from_date)}; back by {until} at the latest.")
            return redirect("registers:pupil-expected", pupil.pk)
    context = {"pupil": pupil, "form": form, "title": form.title, "says": form.says, "breadcrumb": _above(pupil)}
    return render(request, "registers/arrange.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.ENTER_EXPECTED_ABSENCE)
def end_expected(request: StaffRequest, expected_id: int) -> HttpResponse:
    """Withdraw what is still to come of an arrangement. What became marks stays."""
    mine = pupils_in_scope(request.member, request.scope, clock.today())
    row = get_object_or_404(ExpectedMark, pk=expected_id, pupil__in=mine)
    try:
        expecting.end_arrangement(row, by=request.member, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Ended. What has become a mark stays, and is amended like any other.")
    return redirect("registers:pupil-expected", row.pupil_id)


def _beside(form: django_forms.Form, refused: ValidationError) -> None:
    """Put a refusal beside the field it is about, where the form has that field."""
    told = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
    for field, words in told.items():
        name = {"from_date": "first_date", "until_date": "last_date"}.get(field, field)
        form.add_error(name if name in form.fields else None, words)


def _confirm_page(
    request: StaffRequest, session: Session | None, form: forms.ConfirmChildren | None = None
) -> HttpResponse:
    today = clock.today()
    mine = pupils_in_scope(request.member, request.scope, today)
    listed = queries.to_confirm(session, mine) if session else []
    context = {
        "session": session,
        "date": session.date if session else today,
        "activities": [(origin, list(rows)) for origin, rows in groupby(listed, key=lambda row: row.origin)],
        "ticked": set(request.POST.getlist("expected")),
        "form": form or forms.ConfirmChildren(),
        "reviews": queries.reviews_due(mine, today=today, by=today + REVIEWS_AHEAD),
        "as_at": clock.now(),
    }
    return render(request, "registers/expected.html", context, status=422 if form else 200)


def _session(request: StaffRequest, date: str, half: str) -> Session | None:
    """Return the session asked for, else this one; nothing where the school does not meet."""
    now = clock.now()
    starts = policy_for(request.school).terms(AfternoonSession, on=now.date()).starts
    wanted = half if half in set(Half) else (Half.PM if now.time() >= starts else Half.AM)
    try:
        on = dt.date.fromisoformat(date) if date else now.date()
    except ValueError:
        on = now.date()
    return Session.objects.filter(date=on, half=wanted).first()


def _expected_at(request: StaffRequest, session: Session, ticked: list[str]) -> list[ExpectedMark]:
    """Return what was ticked, if all of it is still expected at the session."""
    numbers = {int(each) for each in ticked if each.isascii() and each.isdecimal() and len(each) <= DIGITS}
    mine = pupils_in_scope(request.member, request.scope, clock.today())
    there = {row.expected_id for row in queries.to_confirm(session, mine)}
    if not numbers or numbers - there:
        _refuse("One of these children is no longer expected there. Look at the list again.")
    return list(ExpectedMark.objects.filter(pk__in=numbers))


def _refuse(message: str) -> NoReturn:
    raise ValidationError(message)


def _first_half(row: ExpectedMark) -> str:
    return Half.AM if row.halves == ExpectedMark.Halves.BOTH else row.halves


def _pupil(request: StaffRequest, pupil_id: int) -> Pupil:
    pupil: Pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, clock.today()), pk=pupil_id)
    return pupil


def _above(pupil: Pupil) -> list[tuple[str, Any]]:
    return [("Pupil", reverse("registers:pupil", args=[pupil.pk]))]
