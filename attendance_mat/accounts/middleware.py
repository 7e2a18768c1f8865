"""Lets a request through only if its page names a permission that this member has. Default deny."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import urlencode

from attendance_mat import clock
from attendance_mat.accounts.guard import MemberRequest
from attendance_mat.accounts.member import Member, member_in, memberships_on

CHOSEN_MEMBERSHIP = "membership"  # in the session: which of their memberships a person is using
COVERS = "covers"  # in the session: which membership the cover pass gave that opened it; no other counts in it


class MemberMiddleware:
    """Finds the member afresh at every request: a membership ended now is ended now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        request.member = None
        request.memberships = []
        return self.get_response(request)

    def process_view(
        self, request: MemberRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return None to go on to the page, a way to sign in, or a refusal."""
        if getattr(view, "open_because", ""):
            return None
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        request.member = find_member(request)
        if not request.memberships and COVERS in request.session:
            logout(request)
            messages.info(request, "Your cover pass has ended. The office can give you another.")
            return ask_to_sign_in(request)
        if getattr(view, "signed_in_because", ""):
            return None
        permission = getattr(view, "permission", None)
        if permission is None or request.member is None:
            raise Http404
        scope = request.member.scope(permission)
        if scope is None:
            raise PermissionDenied
        request.scope = scope
        return None


def find_member(request: MemberRequest) -> Member | None:
    """Return the signed-in person as a member of the school in the path, or of the trust."""
    now = clock.now()
    held = memberships_on(request.user, now.date(), school=request.school, at=now)
    by_pass = request.session.get(COVERS)
    request.memberships = [row for row in held if by_pass is None or row.pk == by_pass]
    chosen = request.session.get(CHOSEN_MEMBERSHIP)
    return member_in(request.memberships, school=request.school, prefer=chosen)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer a script with 401 and a page with the way to sign in; never redirect a save."""
    wants_json = "/api/" in request.path_info or "application/json" in request.headers.get("Accept", "")
    if wants_json:
        words = "You are signed out. Sign in again; nothing is lost."
        return JsonResponse({"error": "signed out", "message": words}, status=401)
    if request.headers.get("HX-Request"):
        here = request.headers.get("HX-Current-URL", "/")
        query = urlencode({"next": here})
        return HttpResponse(status=204, headers={"HX-Redirect": f"/login/?{query}"})
    return redirect_to_login(request.get_full_path(), login_url="/login/")
