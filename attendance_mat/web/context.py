"""What every page's frame knows before its view has said anything."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from attendance_mat import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the trust's name, the way home, and the demonstration's clock where there is one."""
    return {
        "trust_name": settings.TRUST_NAME,
        "home_url": "/",
        "demo_clock": clock.now() if clock.is_shifted() else None,
    }
