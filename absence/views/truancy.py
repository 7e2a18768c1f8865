"""The pages of truancy alerts: those open now, one of them, and one pupil's."""

from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from absence.actions import ending_truancy as ending
from absence.actions import following_truancy as following
from absence.actions import truancy as actions
from absence.forms import truancy as forms
from absence.models import TruancyAlert
from absence.queries import truancy as queries
from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.htmx import page_or_part
from attendance_mat.web.navigation import NavigationItem
from registers.queries.scope import is_own_family, pupils_in_scope
from registers.queries.today import contacts_to_try

A_PAGE: Final = 50


@require_safe
@needs(Permission.FOLLOW_UP_TRUANCY)
def show_alerts(request: StaffRequest) -> HttpResponse:
    """List the pupils who are looked for now, or those of whom it ended; asked for again by the page itself."""
    now = clock.now()
    alerts = queries.alerts_in_reach(request.member, request.scope, now.date())
    is_open = request.GET.get("show") != "ended"
    waiting = alerts.filter(ended_at__isnull=True)
    rows = waiting if is_open else alerts.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    tabs = [
        NavigationItem("Looked for now", "?", current=is_open),
        NavigationItem("Ended", "?show=ended", current=not is_open),
    ]
    context = {
        "page": page, "tabs": tabs, "is_open": is_open, "now": now, "as_at": now,
        "policy": actions.terms(now.date()), "here": reverse("absence:truancy"),
        **_to_be_told(request, page),
    }  # fmt: skip
    part = "brief" if "brief" in request.GET else "alerts"
    return page_or_part(request, "absence/truancy.html", part, context)


def _to_be_told(request: StaffRequest, page: Page[TruancyAlert]) -> dict[str, str]:
    """Return how many are looked for, in words; as what that stands; and what to announce, which is only what is new.

    The list asks for itself every few seconds: a screen reader would read all of it each time.
    """
    count = page.paginator.count
    who = "pupil who was in school is" if count == 1 else "pupils who were in school are"
    words = f"{count} {who} looked for."
    stands, told = f"{count}-{page[0].pk if count else 0}", request.GET.get("told", "0-0")
    return {"looked_for": words, "stands": stands, "news": words if told != stands and request.htmx else ""}


@require_safe
@needs(Permission.FOLLOW_UP_TRUANCY)
def show_alert(request: StaffRequest, alert_id: int) -> HttpResponse:
    """Show one alert: where the pupil was last seen, whom to ring, what was done."""
    return _page(request, _find(request, alert_id))


@require_POST
@needs(Permission.FOLLOW_UP_TRUANCY)
def call_about_alert(request: StaffRequest, alert_id: int) -> HttpResponse:
    """Write down a call to a contact."""
    alert = _find(request, alert_id)
    form = forms.LogCall(request.POST, contacts=_contacts(request, alert), prefix="call")
    return _press(request, alert, "call", form, following.log_call, "The call is written down.")


@require_POST
@needs(Permission.FOLLOW_UP_TRUANCY)
def end_alert(request: StaffRequest, alert_id: int) -> HttpResponse:
    """End an alert, with what is known."""
    alert, form = _find(request, alert_id), forms.EndAlert(request.POST, prefix="end")
    return _press(request, alert, "end", form, ending.end_by_hand, "The alert is ended.")


@require_POST
@needs(Permission.FOLLOW_UP_TRUANCY)
def confirm_alert(request: StaffRequest, alert_id: int) -> HttpResponse:
    """Confirm that it was truancy, with what follows."""
    alert, form = _find(request, alert_id), forms.ConfirmTruancy(request.POST, prefix="confirm")
    return _press(request, alert, "confirm", form, following.confirm_truancy, "Confirmed as truancy.")


@require_POST
@needs(Permission.FOLLOW_UP_TRUANCY)
def pass_alert_on(request: StaffRequest, alert_id: int) -> HttpResponse:
    """Put an alert before safeguarding: the parents were not reached, or there is a link."""
    alert = _find(request, alert_id)
    is_link = request.POST.get("do") == "link"
    press = following.link_to_safeguarding if is_link else following.say_unreached
    words = "It is before the safeguarding lead." if is_link else "The parents were not reached: it is passed on."
    return _press(request, alert, "pass_on", django_forms.Form(request.POST, prefix="pass"), press, words)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOW_UP_TRUANCY)
def pupil_truancy(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show one pupil's alerts, and say that the pupil is not on site."""
    now = clock.now()
    pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, now.date()), pk=pupil_id)
    request.looks_at = pupil.pk
    form = forms.NotOnSite(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            alert = actions.set_not_on_site(pupil, words=form.cleaned_data["words"], by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("absence:truancy-alert", alert.pk)
    alerts = queries.alerts_in_reach(request.member, request.scope, now.date()).filter(pupil=pupil)
    context = {
        "pupil": pupil, "form": form, "as_at": now, "page": Paginator(alerts, A_PAGE).get_page(request.GET.get("page")),
        "breadcrumb": [(pupil.name, reverse("registers:pupil", args=[pupil.pk]))],
    }  # fmt: skip
    return page_or_part(
        request, "absence/pupil_truancy.html", "open_alerts", context, status=422 if form.errors else 200
    )


def _find(request: StaffRequest, alert_id: int) -> TruancyAlert:
    alerts = queries.alerts_in_reach(request.member, request.scope, clock.today())
    return get_object_or_404(alerts, pk=alert_id)


def _contacts(request: StaffRequest, alert: TruancyAlert) -> list[Any]:
    """Return whom the member may be shown and may ring, in their order."""
    if not request.member.may(Permission.SEE_CONTACTS):
        return []
    return list(contacts_to_try([alert.pupil_id]).get(alert.pupil_id, ()))


def _press(
    request: StaffRequest, alert: TruancyAlert, name: str, form: Any, action: Callable[..., Any], done: str
) -> HttpResponse:
    """Carry out a press and show the alert again, or show the page with what is wrong."""
    if form.is_valid():
        try:
            action(alert, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            _add(form, refused)
        else:
            messages.success(request, done)
            return redirect("absence:truancy-alert", alert.pk)
    return _page(request, _find(request, alert.pk), status=422, **{name: form})


def _add(form: django_forms.Form, refused: ValidationError) -> None:
    """Put each sentence beside its field; at the head of the form where it has no such field."""
    if hasattr(refused, "error_dict"):
        for name, errors in refused.error_dict.items():
            place = "detention_date" if name == "detention_at" else name
            form.add_error(place if place in form.fields else None, errors)
    else:
        form.add_error(None, refused)


def _page(request: StaffRequest, alert: TruancyAlert, *, status: int = 200, **used: Any) -> HttpResponse:
    now = clock.now()
    request.looks_at = alert.pupil_id
    contacts = _contacts(request, alert)
    context = {
        "alert": alert, "contacts": contacts, "calls": alert.calls.select_related("contact"), "as_at": now, "now": now,
        "tasks": queries.tasks_of(alert), "detentions": alert.detentions.order_by("number"),
        "policy": actions.terms(alert.date),
        "own_family": is_own_family(request.member, alert.pupil),
        "call": forms.LogCall(contacts=contacts, prefix="call"), "end": forms.EndAlert(prefix="end"),
        "confirm": forms.ConfirmTruancy(prefix="confirm"), "pass_on": None,
        "breadcrumb": [("Truancy alerts", reverse("absence:truancy"))],
        **used,
    }  # fmt: skip
    return render(request, "absence/truancy_alert.html", context, status=status)
