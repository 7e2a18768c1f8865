"""What the page frame lists: places to go, schools to change to, and who is signed in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class NavigationItem:
    """A place to go: in the header, or in a row of tabs. `count` is what waits there.

    A `minor` one stands in the second row of the header, below those of every day.
    """

    label: str
    url: str
    current: bool = False
    count: int | None = None
    minor: bool = False


@dataclass(frozen=True)
class SchoolLink:
    """A school this person may change to."""

    name: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and in which role, both in words."""

    name: str
    role: str


def mark_current(items: Iterable[NavigationItem], path: str) -> list[NavigationItem]:
    """Return the items with the one whose address is the longest beginning of `path` marked as current."""
    listed = list(items)
    matching = [item.url for item in listed if _is_under(path, item.url)]
    longest = max(matching, key=len, default=None)
    return [replace(item, current=item.url == longest) for item in listed]


def _is_under(path: str, url: str) -> bool:
    return path == url or (path.startswith(url) and url.endswith("/"))


def in_rows(items: Iterable[NavigationItem], *, one_row: int) -> list[NavigationItem]:
    """Return the items with the minor ones last; where they all fit into one row, none is minor."""
    listed = sorted(items, key=lambda item: item.minor)
    return listed if len(listed) > one_row else [replace(item, minor=False) for item in listed]
