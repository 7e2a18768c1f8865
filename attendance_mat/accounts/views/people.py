"""The people of a school or, outside any school, of the whole trust. One set of pages, in both places.

Outside a school only a member of the trust gets this far, so `request.school` says which it is.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts import gateways, queries
from attendance_mat.accounts.actions import invitations
from attendance_mat.accounts.actions import people as actions
from attendance_mat.accounts.addresses import public_url
from attendance_mat.accounts.authority import may_manage
from attendance_mat.accounts.forms import InviteForm, LeadershipForm, MembershipForm, typed
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.posts import posts_of, warnings_by_school
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.queries import schools

ON_A_PAGE = 50


@needs(Permission.MANAGE_STAFF)
def people(request: StaffRequest) -> HttpResponse:
    """List who holds a role, or with `?ended=yes` who held one, found by name or address."""
    ended = request.GET.get("ended") == "yes"
    matching = request.GET.get("q", "").strip()
    rows = queries.membership_rows(request.school, on=clock.today(), ended=ended, matching=matching)
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "ended": ended,
        "matching": matching,
        "without_officer": queries.schools_without(Role.ATTENDANCE_OFFICER, on=clock.today())
        if request.school is None
        else (),
        "posts": _warnings(request),
        "may_import": request.school is not None and request.member.may(Permission.IMPORT_RECORDS),
        "may_delegate": request.member.may(Permission.DELEGATE_POWERS),
    }
    return render(request, "accounts/people.html", context)


@needs(Permission.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def invite(request: StaffRequest) -> HttpResponse:
    """Ask someone to join in a role; then show their link, for a school without e-mail."""
    form = InviteForm(request.member, clock.today(), typed(request))
    if form.is_bound and form.is_valid():
        given = {"email": form.cleaned_data["email"], "name": form.cleaned_data["name"], **form.period()}
        try:
            person, secret = invitations.invite_person(**given, by=request.member, at=clock.now())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            if secret:
                return _show_link(request, person, secret)
            messages.success(request, f"{person.name} has the role. They sign in as they did before.")
            return redirect("people:person", person.pk)
    context = {"form": form, "trail": trail()}
    return render(request, "accounts/invite.html", context, status=422 if form.is_bound else 200)


@needs(Permission.MANAGE_STAFF)
def person(request: StaffRequest, person_id: int) -> HttpResponse:
    """Show what one person is and was here, and what may be done about it."""
    return _draw_person(request, _find(request, person_id), MembershipForm(request.member, clock.today()))


@needs(Permission.MANAGE_STAFF)
@require_POST
def give_role(request: StaffRequest, person_id: int) -> HttpResponse:
    """Give a person another role, or other dates for one they hold."""
    found = _find(request, person_id)
    form = MembershipForm(request.member, clock.today(), request.POST)
    if form.is_valid():
        try:
            actions.give_membership(found, **form.period(), by=request.member, at=clock.now())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{found.name} has the role.")
            _warn_of_posts(request)
            return redirect("people:person", found.pk)
    return _draw_person(request, found, form, status=422)


@needs(Permission.MANAGE_STAFF)
@require_POST
def set_leadership(request: StaffRequest, person_id: int, membership_id: int) -> HttpResponse:
    """Say whether a person leads the school in a role, and what they answer for."""
    found = _find(request, person_id)
    membership = get_object_or_404(queries.memberships_of(found, school=request.school), pk=membership_id)
    form = LeadershipForm(request.POST, auto_id=f"leads_{membership.pk}_%s")
    if form.is_valid():
        try:
            actions.set_leadership(membership, **form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"What {found.name} leads is kept.")
            _warn_of_posts(request)
            return redirect("people:person", found.pk)
    return _draw_person(
        request, found, MembershipForm(request.member, clock.today()), status=422, leads={membership.pk: form}
    )


def _act_on_person(view: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Turn what is done to a person into a page: back to them, with the view's words or why it was refused."""

    @require_POST
    @wraps(view)
    def answer(request: StaffRequest, person_id: int, **place: int) -> HttpResponse:
        found = _find(request, person_id)
        try:
            messages.success(request, view(request, found, **place))
            _warn_of_posts(request)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("people:person", found.pk)

    return answer


@needs(Permission.MANAGE_STAFF)
@_act_on_person
def end_role(request: StaffRequest, found: User, membership_id: int) -> str:
    """End a role now."""
    membership = get_object_or_404(queries.memberships_of(found, school=request.school), pk=membership_id)
    actions.end_membership(membership, by=request.member, at=clock.now())
    return f"{found.name} is no longer {Role(membership.role).label.lower()}."


@needs(Permission.MANAGE_STAFF)
@_act_on_person
def deactivate(request: StaffRequest, found: User) -> str:
    """Close a person's log-in and end their roles."""
    actions.deactivate(found, by=request.member, at=clock.now())
    return f"{found.name} can no longer sign in."


@needs(Permission.MANAGE_TRUST)
@_act_on_person
def reactivate(request: StaffRequest, found: User) -> str:
    """Open a closed log-in again."""
    actions.reactivate(found, by=request.member, at=clock.now())
    return f"{found.name} can sign in again, once they have a role."


@needs(Permission.MANAGE_STAFF)
@require_POST
def send_link(request: StaffRequest, person_id: int) -> HttpResponse:
    """Send a person another link to set their password, and show it."""
    found = _find(request, person_id)
    try:
        secret = invitations.send_link(found, by=request.member, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("people:person", found.pk)
    return _show_link(request, found, secret)


def trail() -> list[tuple[str, str]]:
    """Return the way back to the list of people, for the head of the page."""
    return [("People", reverse("people:people"))]


def _find(request: StaffRequest, person_id: int) -> User:
    """Return a person of this school (or of the trust); anybody else is not found."""
    return get_object_or_404(queries.people_in(request.school), pk=person_id)


def _warnings(request: StaffRequest) -> list[tuple[str, str]]:
    """Return what is wrong with the posts the policy asks for: this school's, or in the trust every school's."""
    if request.school is None:
        found = warnings_by_school(schools(), on=clock.today())
        return [(school.name, warning) for school, warning in found]
    return [("", post.warning) for post in posts_of(request.school, on=clock.today()) if post.warning]


def _warn_of_posts(request: StaffRequest) -> None:
    """Say, once roles are saved in a school, which post is vacant or held by somebody who should not (AET-2.14)."""
    if request.school is not None:
        for _, warning in _warnings(request):
            messages.warning(request, warning)


def _draw_person(
    request: StaffRequest,
    found: User,
    form: MembershipForm,
    status: int = 200,
    leads: dict[int, LeadershipForm] | None = None,
) -> HttpResponse:
    asked = leads or {}
    at = clock.now()
    held = queries.memberships_of(found, school=request.school)
    invitation = queries.latest_invitation(found)
    context = {
        "person": found,
        "trail": trail(),
        "form": form,
        "roles": [
            (
                row,
                queries.state_of(row, on=at.date()),
                may_manage(request.member, Role(row.role)),
                asked.get(row.pk) or _leadership(row),
                row.pk in asked,
            )
            for row in held
        ],
        "invitation": invitation,
        "link_works": invitation is not None and invitation.is_open(at),
        "may_send_link": invitations.may_send_link(found, by=request.member, on=at.date()),
        "is_oneself": found.pk == request.member.user_id,
        "may_reactivate": request.member.may(Permission.MANAGE_TRUST),
    }
    return render(request, "accounts/person.html", context, status=status)


def _leadership(row: Membership) -> LeadershipForm:
    """Return the form of what a person leads in a role, as it stands."""
    initial = {"senior_leader": row.senior_leader, "attendance_duties": row.attendance_duties}
    return LeadershipForm(initial=initial, auto_id=f"leads_{row.pk}_%s")


def _show_link(request: StaffRequest, found: User, secret: str) -> HttpResponse:
    """Send the link and show it: it is kept nowhere, so this page is the only place to copy it from."""
    link = request.build_absolute_uri(public_url("accounts:join", secret=secret))
    place = request.school.name if request.school else "the trust"
    message = gateways.invitation_message(found, link=link, place=place, days=invitations.DAYS)
    context = {
        "person": found,
        "trail": trail(),
        "link": link,
        "message": message,
        "was_sent": gateways.send_invitation(found, message),
        "days": invitations.DAYS,
    }
    return render(request, "accounts/link.html", context)
