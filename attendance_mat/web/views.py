"""The gallery of components, and the page for a form that had expired."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

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
