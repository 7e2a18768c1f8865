"""Cover: the office has a register or a whole day taken by another, and a cover person without a log-in comes in."""

import datetime as dt
from typing import Final

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import MemberRequest, StaffRequest, needs, open_page
from attendance_mat.accounts.middleware import COVERS
from attendance_mat.accounts.network import network_address
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions import covering
from registers.forms.cover import GiveCover, OpenByPin
from registers.models import Cover, CoverPass
from registers.queries import coverable

FURTHEST: Final = dt.timedelta(days=60)  # ahead, of a day that cover is given for


@require_safe
@needs(Permission.GIVE_COVER)
def show_cover(request: StaffRequest) -> HttpResponse:
    """Show who covers what on a day, and the form by which cover is given."""
    on = _day(request.GET.get("date", ""))
    return _page(request, GiveCover(request.school, on, chosen=request.GET.get("what", "")[:30]))


@require_POST
@needs(Permission.GIVE_COVER)
@sensitive_variables("given")
def give_cover(request: StaffRequest) -> HttpResponse:
    """Have a register, or a person's whole day, taken by another; a pass is shown once, on the page that answers."""
    form = GiveCover(request.school, _day(request.POST.get("date", "")), request.POST)
    if not form.is_valid():
        return _page(request, form)
    school, policy, by, at = request.school, policy_for(request.school), request.member, clock.now()
    try:
        wanted, person = form.wanted(), form.cleaned_data["staff"]
        if person:
            count = covering.cover_by_staff(wanted, person=person, school=school, policy=policy, by=by, at=at)
            messages.success(request, f"{person.name} covers {count} {'register' if count == 1 else 'registers'}.")
            return redirect(f"{reverse('registers:cover')}?date={wanted.date}")
        name = form.cleaned_data["name"]
        given = covering.give_pass(wanted, name=name, school=school, policy=policy, by=by, at=at)
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(request, form)
    return _show_pass(request, given)


@require_POST
@needs(Permission.GIVE_COVER)
def end_cover(request: StaffRequest, cover_id: int) -> HttpResponse:
    """Have one register covered no more."""
    cover = get_object_or_404(Cover.objects.select_related("cover_pass__membership"), pk=cover_id)
    covering.end_cover(cover, by=request.member, at=clock.now())
    messages.success(request, f"{cover.name} covers that register no more.")
    return redirect(f"{reverse('registers:cover')}?date={cover.date}")


@require_POST
@needs(Permission.GIVE_COVER)
def end_pass(request: StaffRequest, pass_id: int) -> HttpResponse:
    """Take a pass back at once."""
    found = get_object_or_404(CoverPass.objects.select_related("membership"), pk=pass_id)
    covering.end_pass(found, by=request.member, at=clock.now())
    messages.success(request, f"The pass of {found.name} opens nothing any more.")
    return redirect(f"{reverse('registers:cover')}?date={found.date}")


@never_cache
@open_page("the secret in the link is the cover person's key")
@require_http_methods(["GET", "HEAD", "POST"])
def open_by_link(request: MemberRequest, secret: str) -> HttpResponse:
    """Let the bearer of a link in, at a press: a link that is only looked at, or fetched ahead, opens nothing."""
    at = clock.now()
    found = coverable.open_pass(at=at, link_digest=covering.digest_of_link(secret))
    if found is None:
        return render(request, "registers/cover_over.html", status=404)
    if request.method == "POST":
        return _let_in(request, found, at, by_pin=False)
    return render(request, "registers/cover_link.html", {"found": found, "ends_at": found.membership.ends_at})


@never_cache
@open_page("a name with its PIN is the cover person's key; tries are counted")
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin")
def open_by_pin(request: MemberRequest) -> HttpResponse:
    """Let a cover person in by their name and PIN."""
    if request.school is None:
        return render(request, "registers/cover_over.html", status=404)
    at = clock.now()
    form = OpenByPin(request.school, network_address(request), at, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.found:
        return _let_in(request, form.found, at, by_pin=True)
    refused = 503 if form.is_shut else 429 if form.must_wait else 422
    return render(request, "registers/cover_pin.html", {"form": form}, status=refused if form.is_bound else 200)


def _let_in(request: HttpRequest, found: CoverPass, at: dt.datetime, *, by_pin: bool) -> HttpResponse:
    login(request, covering.use_pass(found, by_pin=by_pin, at=at))
    request.session[COVERS] = found.membership_id
    request.session.set_expiry(0)  # with the browser; the pass itself ends at the last bell
    return redirect("registers:start")


@sensitive_variables("given", "link")
def _show_pass(request: StaffRequest, given: covering.Given) -> HttpResponse:
    """Show a pass: it is kept nowhere, so that this page is the only place to take it from."""
    link = request.build_absolute_uri(reverse("registers:cover-link", args=[given.secret]))
    context = {
        "given": given.cover_pass,
        "covers": coverable.covers_of(given.cover_pass.date).filter(cover_pass=given.cover_pass),
        "link": link,
        "pin": given.pin,
        "pin_page": request.build_absolute_uri(reverse("registers:cover-pin")),
        "ends_at": given.ends_at,
    }
    response = render(request, "registers/cover_pass.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _day(said: str) -> dt.date:
    """Return the day asked for, from today up to some weeks ahead; today where none is or it is no such day."""
    today = clock.today()
    try:
        on = dt.date.fromisoformat(said)
    except ValueError:
        return today
    return on if today <= on <= today + FURTHEST else today


def _page(request: StaffRequest, form: GiveCover) -> HttpResponse:
    now = clock.now()
    context = {
        "form": form,
        "on": form.date,
        "last": now.date() + FURTHEST,
        "today": now.date(),
        "ends_at": covering.ends_at(form.date, policy=policy_for(request.school)),
        "covers": coverable.covers_of(form.date),
        "pin_page": request.build_absolute_uri(reverse("registers:cover-pin")),
        "as_at": now,
    }
    return render(request, "registers/cover.html", context, status=422 if form.errors else 200)
