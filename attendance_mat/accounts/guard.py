"""How a page names its permission. A page that names none is closed to everybody."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest
from django_htmx.middleware import HtmxDetails

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.trust.models import School

View = TypeVar("View", bound=Callable[..., Any])


class MemberRequest(HttpRequest):
    """A request whose member, if any, has been found; their user is one of ours."""

    school: School | None
    member: Member | None
    memberships: list[Membership]
    scope: Scope
    user: User


class StaffRequest(HttpRequest):
    """A request to a school's page that MemberMiddleware has let through."""

    member: Member
    memberships: list[Membership]
    scope: Scope
    school: School
    user: User
    htmx: HtmxDetails
    looks_at: int  # the pupil whose record a page shows, where its address does not name them
    looks_at_all: Collection[int]  # the pupils, where one page or file shows many


def needs(permission: Permission) -> Callable[[View], View]:
    """Let a page be seen by members with this permission; `request.scope` says how far it reaches."""

    def mark(view: View) -> View:
        cast(Any, view).permission = permission
        return view

    return mark


def open_page(why: str) -> Callable[[View], View]:
    """Let a page be seen by anyone, and say why that is right."""

    def mark(view: View) -> View:
        cast(Any, view).open_because = why
        return view

    return mark


def signed_in_page(why: str) -> Callable[[View], View]:
    """Let a page be seen by any person who has signed in, whatever their role, and say why."""

    def mark(view: View) -> View:
        cast(Any, view).signed_in_because = why
        return view

    return mark


def require_scope(request: StaffRequest, wanted: Scope) -> None:
    """Refuse, as not found, a member whose permission does not reach this far."""
    if request.scope < wanted:
        raise Http404
