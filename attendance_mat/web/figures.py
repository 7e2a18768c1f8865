"""Figures as a page shows them: parts that must come to their whole."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class SumTile:
    """One part of a sum, or the whole of it: a count of pupils that is also a filter."""

    label: str
    count: int
    url: str = ""
    current: bool = False
    tone: str = ""


def difference(total: SumTile, tiles: Iterable[SumTile]) -> int:
    """Return how many more the whole has than its parts; nothing when the sum balances."""
    return total.count - sum(tile.count for tile in tiles)
