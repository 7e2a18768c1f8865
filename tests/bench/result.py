"""What a benchmark prints."""

from typing import NamedTuple


class Result(NamedTuple):
    """A figure, its unit, and what must be known to read it."""

    value: float
    unit: str
    note: str
