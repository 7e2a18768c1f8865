"""Components that wrap a page's own markup. Their HTML is in templates/components/."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from attendance_mat.web.figures import SumTile, difference

register = template.Library()


@register.simple_block_tag
def panel(content: SafeString, *, heading: str = "", level: int = 2, anchor: str = "", tone: str = "") -> str:
    """Draw a titled section of the page; `anchor` is its id, so that a link can reach it."""
    return _component("panel", content, heading=heading, level=level, anchor=anchor, tone=tone)


@register.simple_block_tag
def table_region(content: SafeString, *, label: str) -> str:
    """Let a wide table scroll by itself, by touch, wheel or arrow keys; the page never does."""
    return _component("table_region", content, label=label)


@register.simple_block_tag
def dialog(content: SafeString, anchor: str, *, opener: str, heading: str, kind: str = "quiet") -> str:
    """Draw a button and the dialog it opens, without a script. `anchor` must be unique on the page."""
    return _component("dialog", content, anchor=anchor, opener=opener, heading=heading, kind=kind)


@register.simple_block_tag
def disclosure(content: SafeString, *, summary: str, opened: bool = False) -> str:
    """Draw a line that opens to show more."""
    return _component("disclosure", content, summary=summary, opened=opened)


@register.simple_block_tag
def notice_block(content: SafeString, *, heading: str = "", tone: str = "info") -> str:
    """Draw a notice around markup of the page's own."""
    return _component("notice", content, heading=heading, tone=tone, text="")


@register.simple_tag
def missing_from_sum(total: SumTile, tiles: Sequence[SumTile]) -> int:
    """Return how many of the whole the parts leave out."""
    return difference(total, tiles)


def _component(name: str, content: SafeString, **values: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", {"content": content, **values})
