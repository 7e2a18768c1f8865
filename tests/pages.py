"""Every page there is, as both URLconfs list them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
EXAMPLES = {"int": "987654321", "str": "am", "slug": "am", "uuid": "00000000-0000-0000-0000-000000000000", None: "am"}
NAMED = {"date": "2026-11-23"}


class Page(NamedTuple):
    """One page: its address with places for what varies, its name, and the view behind it."""

    route: str
    name: str
    view: Any
    in_school: bool

    def address(self, school: str = "alder-primary", **numbers: int) -> str:
        """Return an address of the page: with these numbers, otherwise ones at which nothing is to be found."""

        def fill(found: re.Match[str]) -> str:
            kind, name = found.groups()
            return str(numbers.get(name) or NAMED.get(name) or EXAMPLES[kind])

        filled = ARGUMENT.sub(fill, self.route)
        return f"/s/{school}/{filled}" if self.in_school else f"/{filled}"

    @property
    def has_id(self) -> bool:
        """Say whether the page is of one thing, by its number."""
        return "<int:" in self.route


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{namespace}{pattern.name}", pattern.callback


def pages(*, in_school: bool) -> list[Page]:
    """Return the pages of a school, or those of the trust."""
    urlconf = settings.SCHOOL_URLCONF if in_school else settings.ROOT_URLCONF
    return [Page(*found, in_school) for found in _walk(get_resolver(urlconf).url_patterns, "", "")]


def all_pages() -> list[Page]:
    """Return every page."""
    return [*pages(in_school=True), *pages(in_school=False)]
