"""Addresses across the line between the trust's pages and a school's.

Within a school, reverse() gives that school's addresses. These two give the others.
"""

from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse


def public_url(name: str, **arguments: Any) -> str:
    """Return the address of one of the trust's pages, from wherever the reader is."""
    return "/" + _path(name, settings.ROOT_URLCONF, arguments)


def school_url(slug: str, name: str, **arguments: Any) -> str:
    """Return the address of a page of one school, from wherever the reader is."""
    return f"/s/{slug}/" + _path(name, settings.SCHOOL_URLCONF, arguments)


def _path(name: str, urlconf: str, arguments: dict[str, Any]) -> str:
    """Return the address without the script prefix, which is the school in the path."""
    return reverse(name, urlconf=urlconf, kwargs=arguments).removeprefix(get_script_prefix())
