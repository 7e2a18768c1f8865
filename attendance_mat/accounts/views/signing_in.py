"""Signing in and out, and joining by a link."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts import queries
from attendance_mat.accounts.actions import invitations, passes
from attendance_mat.accounts.forms import JoinForm, LogInForm, typed
from attendance_mat.accounts.guard import open_page
from attendance_mat.accounts.middleware import CHOSEN_MEMBERSHIP, COVERS
from attendance_mat.accounts.models import User
from attendance_mat.accounts.network import network_address

DEMO_PASSWORD = "kestrel-demo-only"  # noqa: S105 - shown on the page; the people it opens are invented


@open_page("signing in is how a person becomes known")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address and a password, and go on to where the person was going.

    Whoever is signed in is not asked. But a tab that was told of a sign-out (`left`), which may come before it does,
    must not lead back to what it showed, and who signs in meanwhile is who they say.
    """
    if request.method == "GET" and request.user.is_authenticated and "left" not in request.GET:
        return HttpResponseRedirect(_next_address(request))
    form = LogInForm(request, network_address(request), typed(request))
    if form.is_bound and form.is_valid() and form.user:
        login(request, form.user)
        return HttpResponseRedirect(_next_address(request))
    context = {
        "form": form,
        "next": _next_address(request),
        "demo_people": queries.demo_people() if _is_demo() else [],
        "demo_password": DEMO_PASSWORD,
    }
    refused = 429 if form.must_wait else 422
    return render(request, "accounts/log_in.html", context, status=refused if form.is_bound else 200)


@open_page("one press signs in as an invented person of the demonstration; elsewhere it is not found")
@require_POST
def demo_log_in(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Sign in as an invented person, in one of their roles."""
    if not _is_demo():
        raise Http404
    membership = get_object_or_404(queries.demo_people(), pk=membership_id)
    login(request, membership.user)
    request.session[CHOSEN_MEMBERSHIP] = membership.pk
    return HttpResponseRedirect(_next_address(request))


@open_page("anyone may stop being signed in")
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Sign out of this browser; a cover pass ends with it."""
    person, said = request.user, "You are signed out."
    if COVERS in request.session and isinstance(person, User):
        passes.end_with_signing_out(person, request.session[COVERS], at=clock.now())
        said = "You are signed out, and your cover pass has ended."
    logout(request)
    messages.success(request, said)
    return redirect("accounts:login")


@open_page("the secret in the link is the invited person's key")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Let an invited person set their name and password, and sign them in."""
    at = clock.now()
    invitation = queries.open_invitation(invitations.digest_of(secret), at=at)
    if invitation is None:
        return render(request, "accounts/join_no_longer.html", status=404)
    form = JoinForm(invitation.user, typed(request))
    if form.is_bound and form.is_valid():
        try:
            person = invitations.accept_invitation(invitation, **form.cleaned_data, at=at)
        except ValidationError:
            return render(request, "accounts/join_no_longer.html", status=404)
        login(request, person)
        return redirect("accounts:start")
    context = {"form": form, "person": invitation.user}
    return render(request, "accounts/join.html", context, status=422 if form.is_bound else 200)


def _is_demo() -> bool:
    return settings.DEMO_LOGINS and clock.is_shifted()


def _next_address(request: HttpRequest) -> str:
    """Return where the person was going if it is a page of ours, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
