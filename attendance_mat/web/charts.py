"""Where the points of a small chart lie, in the units of its SVG view box: x to the right, y down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

Point = tuple[str, float | None]  # a label and its value; None where there is nothing to show
Bar = tuple[str, Sequence[float | None]]  # a label and a value for each series
Dot = tuple[str, float | None, str]  # a label, its value, and its link ("" for none)

WIDTH: Final = 360
HEIGHT: Final = 170
LEFT: Final = 34
RIGHT: Final = 354
TOP: Final = 12
BOTTOM: Final = 146
MOST_LABELS: Final = 6
SPARK_WIDTH: Final = 112
SPARK_HEIGHT: Final = 28
SPARK_EDGE: Final = 4
STRIP_WIDTH: Final = 240
STRIP_EDGE: Final = 8


@dataclass(frozen=True)
class Scale:
    """A range of values laid along a stretch of the drawing; values outside it are drawn at its ends."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies, to a tenth of a unit."""
        held = min(max(value, self.low), self.high)
        share = (held - self.low) / (self.high - self.low) if self.high > self.low else 0
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True)
class Place:
    """A point of the drawing, and what it says."""

    x: float
    y: float
    label: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Column:
    """A bar of the drawing: `series` counts from nothing."""

    x: float
    y: float
    width: float
    height: float
    series: int
    says: str


def along(count: int, start: float, end: float) -> list[float]:
    """Return `count` places spread evenly from `start` to `end`; a single one in the middle."""
    if count == 1:
        return [(start + end) / 2]
    return [round(start + (end - start) * step / (count - 1), 1) for step in range(count)]


def line(points: Sequence[Point], scale: Scale, *, start: float = LEFT, end: float = RIGHT) -> list[Place | None]:
    """Return each point's place; None where a point has no value, so that the line breaks there."""
    return [
        None if value is None else Place(x, scale.at(value), label, value)
        for x, (label, value) in zip(along(len(points), start, end), points, strict=True)
    ]


def unbroken(places: Iterable[Place | None]) -> list[str]:
    """Return the `points` of one polyline for each stretch without a gap."""
    stretches = groupby(places, key=lambda place: place is None)
    return [" ".join(f"{place.x:g},{place.y:g}" for place in stretch if place) for gap, stretch in stretches if not gap]


def axis_labels(labels: Sequence[str], xs: Sequence[float]) -> list[Place]:
    """Return at most six labels along the foot, evenly chosen, the first among them."""
    every = -(-len(labels) // MOST_LABELS) or 1
    chosen = list(zip(labels, xs, strict=True))[::every]
    return [Place(x, HEIGHT - 6, label) for label, x in chosen]


def columns(rows: Sequence[Bar], scale: Scale, *, unit: str) -> tuple[list[Column], list[Place]]:
    """Return the bars of each row side by side, and the rows' labels under them."""
    bars: list[Column] = []
    labels: list[Place] = []
    room = (RIGHT - LEFT) / max(len(rows), 1)
    for position, (label, values) in enumerate(rows):
        start = LEFT + room * position
        width = room * 0.7 / max(len(values), 1)
        labels.append(Place(round(start + room / 2, 1), HEIGHT - 6, label))
        for series, value in enumerate(values):
            if value is None:
                continue
            x, y = round(start + room * 0.15 + width * series, 1), scale.at(value)
            says = f"{label}: {value:g}{unit}"
            bars.append(Column(x, y, round(width - 2, 1), round(scale.start - y, 1), series, says))
    return bars, labels
