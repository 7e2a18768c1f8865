"""Detentions of a day and of a pupil: who is to come, who came, who did not; one detention with what it is for."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from absence.actions import detentions as actions
from absence.forms.lateness import CancelDetention, GiveDetention, OfADay, SetDetention
from absence.models import Detention
from absence.queries import detentions as queries
from absence.queries.lateness import read
from absence.views.lateness import tabs
from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.queries.scope import pupils_in_scope

State = Detention.State


@require_safe
@needs(Permission.SEE_LATENESS)
def show_detentions(request: StaffRequest) -> HttpResponse:
    """List the detentions of a day with a press for who came and who did not; and what waits to be set. Two queries."""
    now = clock.now()
    form = OfADay({"on": request.GET.get("on") or now.date().isoformat()})
    status, on = (200, form.cleaned_data["on"]) if form.is_valid() else (422, now.date())
    reach = queries.detentions_in_reach(request.member, request.scope, now.date())
    rows = list(reach.filter(on_date=on))
    context = {
        "tabs": tabs("absence:detentions"),
        "form": form,
        "on": on,
        "before": on - dt.timedelta(days=1),
        "after": on + dt.timedelta(days=1),
        "rows": rows,
        "to_come": sum(row.is_open for row in rows),
        "attended": sum(row.state == State.ATTENDED for row in rows),
        "missed": sum(row.state == State.MISSED for row in rows),
        "cancelled": sum(row.state == State.CANCELLED for row in rows),
        "waiting": list(reach.filter(state=State.OFFERED).exclude(on_date=on)),
        "overdue": list(reach.filter(state=State.SET, on_date__lt=now.date()).exclude(on_date=on)),
        "may_run": request.member.may(Permission.RUN_DETENTIONS),
        "has_come": on <= now.date(),
        "as_at": now,
    }
    return render(request, "absence/detentions.html", context, status=status)


@require_safe
@needs(Permission.SEE_LATENESS)
def show_detention(request: StaffRequest, detention_id: int) -> HttpResponse:
    """Show one detention: the lates it is for, when it is, and the forms that set or cancel it."""
    return _page(request, _find(request, detention_id))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RUN_DETENTIONS)
def pupil_detentions(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show a pupil's detentions, and set one by hand."""
    now = clock.now()
    pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, now.date()), pk=pupil_id)
    request.looks_at = pupil.pk
    form = GiveDetention(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.give_by_hand(pupil, **form.cleaned_data, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The detention is set.")
            return redirect("absence:detention", given.pk)
    rows = queries.detentions_in_reach(request.member, request.scope, now.date())
    context = {
        "pupil": pupil,
        "form": form,
        "rows": rows.filter(pupil=pupil).order_by("-on_date", "-pk"),
        "are_given": actions.policy_has_detentions(now.date()),
        "breadcrumb": [(pupil.name, reverse("registers:pupil", args=[pupil.pk]))],
        "as_at": now,
    }
    return render(request, "absence/pupil_detentions.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.RUN_DETENTIONS)
def set_detention(request: StaffRequest, detention_id: int) -> HttpResponse:
    """Set a detention: its day, time, length and place."""
    form = SetDetention(request.POST)
    return _press(request, detention_id, form, actions.set_detention, "The detention is set.", set_form=form)


@require_POST
@needs(Permission.RUN_DETENTIONS)
def cancel_detention(request: StaffRequest, detention_id: int) -> HttpResponse:
    """Cancel a detention, with the reason."""
    form = CancelDetention(request.POST)
    said = "The detention is cancelled."
    return _press(request, detention_id, form, actions.cancel_detention, said, cancel_form=form)


def _press(
    request: StaffRequest, detention_id: int, form: Form, press: Callable[..., Detention], said: str, **forms: Any
) -> HttpResponse:
    """Carry out what a form asks and go to the day; show the form again where something in it is wrong."""
    detention = _find(request, detention_id)
    if form.is_valid():
        try:
            detention = press(detention, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            if not hasattr(refused, "error_dict"):  # it is of the detention, not of a field
                messages.error(request, " ".join(refused.messages))
                return redirect("absence:detention", detention_id)
            form.add_error(None, refused)
        else:
            messages.success(request, said)
            return redirect(_day(detention.on_date))
    return _page(request, detention, **forms)


@require_POST
@needs(Permission.RUN_DETENTIONS)
def record_attended(request: StaffRequest, detention_id: int) -> HttpResponse:
    """Record that the pupil came."""
    return _settle(request, detention_id, actions.record_attended)


@require_POST
@needs(Permission.RUN_DETENTIONS)
def record_missed(request: StaffRequest, detention_id: int) -> HttpResponse:
    """Record that the pupil did not attend; the next sanction is set at once."""
    return _settle(request, detention_id, actions.record_missed)


def _settle(request: StaffRequest, detention_id: int, press: Callable[..., Detention]) -> HttpResponse:
    detention = _find(request, detention_id)
    try:
        settled = press(detention, by=request.member, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        following = queries.others_of(settled).filter(number__gt=settled.number).first()
        words = "Recorded."
        if settled.state == State.MISSED and following:
            words = f"Recorded. The next sanction is set: {following.words}, {following.on_date:%d/%m/%Y}."
        elif settled.state == State.MISSED:
            words = "Recorded. The policy names nothing further: the head of year is asked to decide."
        messages.success(request, words)
    return redirect(_day(detention.on_date))


def _day(on: dt.date) -> str:
    return f"{reverse('absence:detentions')}?on={on.isoformat()}"


def _find(request: StaffRequest, detention_id: int) -> Detention:
    reach = queries.detentions_in_reach(request.member, request.scope, clock.today())
    return get_object_or_404(reach, pk=detention_id)


def _page(
    request: StaffRequest,
    detention: Detention,
    *,
    set_form: SetDetention | None = None,
    cancel_form: CancelDetention | None = None,
) -> HttpResponse:
    request.looks_at = detention.pupil_id
    as_it_is = {name: getattr(detention, name) for name in ("on_date", "starts_at", "minutes", "place")}
    context: dict[str, Any] = {
        "detention": detention,
        "lates": read(detention.finding.lates) if detention.finding else (),
        "others": queries.others_of(detention),
        "may_see_alert": request.member.may(Permission.FOLLOW_UP_TRUANCY),
        "set_form": set_form or SetDetention(initial=as_it_is),
        "cancel_form": cancel_form or CancelDetention(),
        "may_run": request.member.may(Permission.RUN_DETENTIONS),
        "breadcrumb": [("Detentions", _day(detention.on_date))],
        "as_at": clock.now(),
    }
    return render(request, "absence/detention.html", context, status=422 if set_form or cancel_form else 200)
