"""One answer for a page and for the part of it that htmx asks for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


def page_or_part(
    request: HttpRequest, template: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the fragment named `part` when htmx asks, and the whole page otherwise.

    Going back in history wants the whole page, though htmx asks for it.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    name = f"{template}#{part}" if htmx and not htmx.history_restore_request else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
