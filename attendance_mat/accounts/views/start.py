"""Where a person begins, and in which of their roles."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from attendance_mat.accounts.context import first_page
from attendance_mat.accounts.guard import MemberRequest, signed_in_page
from attendance_mat.accounts.middleware import CHOSEN_MEMBERSHIP
from attendance_mat.accounts.models import Membership
from attendance_mat.accounts.roles import Role


@signed_in_page("it says only where a person's own pages are")
def start(request: MemberRequest) -> HttpResponse:
    """Send a member of the trust to its page and a person of one school there; list their schools otherwise."""
    if request.member:
        return redirect(_first_page(request.memberships[0]))
    if len({row.school_id for row in request.memberships}) == 1:
        return redirect(_first_page(_in_use(request) or request.memberships[0]))
    return roles(request)


@signed_in_page("it lists a person's own roles")
def roles(request: MemberRequest) -> HttpResponse:
    """Show what a person is, and where, with the role they are using."""
    in_use = _in_use(request)
    rows = [(row, Role(row.role).label, row == in_use) for row in request.memberships]
    return render(request, "accounts/roles.html", {"rows": rows})


@signed_in_page("a person chooses among their own roles")
@require_POST
def use_role(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Use one of the person's roles from now on, in this browser."""
    chosen = next((row for row in request.memberships if row.pk == membership_id), None)
    if chosen is None:
        raise Http404
    request.session[CHOSEN_MEMBERSHIP] = chosen.pk
    return redirect(_first_page(chosen))


def _in_use(request: MemberRequest) -> Membership | None:
    chosen = request.session.get(CHOSEN_MEMBERSHIP)
    return next((row for row in request.memberships if row.pk == chosen), None)


def _first_page(membership: Membership) -> str:
    return first_page(Role(membership.role), membership.school)
