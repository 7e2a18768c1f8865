"""Writes down who looked at which pupil's record: a page of one pupil cannot forget to."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from attendance_mat import clock
from attendance_mat.accounts.guard import MemberRequest
from registers.actions.looking import note_looks

READ: Final = frozenset({"GET", "POST"})
SHOWN: Final = frozenset({200, 422})


class RecordLooksMiddleware:
    """Notes a look whenever a page whose address names a pupil is shown, or whose view says whom it shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        response = self.get_response(request)
        found = request.resolver_match
        if found is None or request.method not in READ or response.status_code not in SHOWN:
            return response
        pupil_id = getattr(request, "looks_at", None) or found.kwargs.get("pupil_id")
        pupils = [int(pupil_id)] if pupil_id else getattr(request, "looks_at_all", ())
        if pupils and request.school and request.member:
            note_looks(pupils, what=found.view_name, by=request.member, at=clock.now())
        return response
