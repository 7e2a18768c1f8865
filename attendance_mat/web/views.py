"""The gallery of components, and what is answered where a page is not found, not for this person, or expired."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults
from rest_framework.response import Response
from rest_framework.views import exception_handler

from attendance_mat import clock
from attendance_mat.web import gallery as shown


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in each of its states. All of it is invented: there is nothing to guard."""
    return render(request, "components/gallery.html", shown.context(at=clock.now()))


# The guard of pages reads this name; it stands in the room beside this one, which may not be imported from here.
gallery.open_because = "it shows invented names and figures only"  # type: ignore[attr-defined]


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was refused because its token did not match; Django gives the reason for the log."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


SCRIPTS: Final = "/api/"  # what asks there reads words of our own: a network's own page may have the same status
NOT_FOUND: Final = ("not found", "There is nothing here that you may reach.")
NOT_ALLOWED: Final = ("not allowed", "Your role may not do this.")
# By status, of what is refused once a person and their role were let through; of 403, that is the page's token alone.
REFUSED: Final = {
    400: ("not understood", "The request could not be read."),
    403: ("page expired", "This page has been open too long: load it again."),
    404: NOT_FOUND,
}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, or none of it for this person; to a script in JSON."""
    return _to_script(404, *NOT_FOUND) if SCRIPTS in request.path else defaults.page_not_found(request, exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a person's role does not open a page; to a script in JSON."""
    return _to_script(403, *NOT_ALLOWED) if SCRIPTS in request.path else defaults.permission_denied(request, exception)


def _to_script(status: int, error: str, message: str) -> JsonResponse:
    return JsonResponse({"error": error, "message": message}, status=status)


def refused(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return what a script is answered where its request was refused on its way: error, words and detail."""
    response = exception_handler(exception, context)
    if response is not None:
        error, message = REFUSED.get(response.status_code, ("refused", "The request was refused."))
        response.data = {"error": error, "message": message, "detail": response.data.get("detail", "")}
    return response
