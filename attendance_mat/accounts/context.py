"""What every page shows about the person using it."""

from typing import Any

from django.http import HttpRequest


def member(request: HttpRequest) -> dict[str, Any]:
    """Return the member in use, for the head of the page."""
    return {"member": getattr(request, "member", None)}
