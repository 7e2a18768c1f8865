"""A school as a line of the trust's table, and the trust as their sum. Every rate is sum over sum (R54)."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of sessions and of pupils over a school year to date."""

    possible: int = 0
    present: int = 0
    authorised: int = 0
    unauthorised: int = 0
    pupils: int = 0  # aged 5 to 15 at 31 August, with a possible session
    persistent: int = 0
    severe: int = 0
    ten_in_ten_weeks: int = 0  # pupils
    crossed_unacted: int = 0  # pupils who crossed a line, and nobody has acted

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(**{name: count + getattr(other, name) for name, count in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class Morning:
    """Counts of registers and of pupils in the session that is on now."""

    due: int = 0
    finished: int = 0
    expected: int = 0  # pupils in the registers due
    registered: int = 0  # pupils in the registers finished
    in_now: int = 0
    unexplained: int = 0

    @property
    def not_taken(self) -> int:
        """Return the registers due and not finished."""
        return max(self.due - self.finished, 0)

    def __add__(self, other: "Morning") -> "Morning":
        return Morning(**{name: count + getattr(other, name) for name, count in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class SchoolLine:
    """One school: its figures as its last check left them, how old they are, and its morning."""

    name: str
    slug: str
    as_of: dt.date | None = None  # None: never checked
    expected: dt.date | None = None  # the newest day whose check is known to be owed
    closed: bool = False  # its last release failed, so its pages answer 503
    error: str = ""  # why its newest check failed
    figures: Figures = field(default_factory=Figures)
    morning: Morning = field(default_factory=Morning)

    @property
    def behind(self) -> bool:
        """Say whether the figures are older than they ought to be, or there are none."""
        return self.as_of is None or (self.expected is not None and self.as_of < self.expected)


def newest_night_due(at: dt.datetime, *, runs_at: dt.time) -> dt.date:
    """Return the latest date whose marks ought to have been checked by a moment, in London's time.

    A night's check runs from `runs_at` on the marks of the day before.
    """
    return at.date() - dt.timedelta(days=1 if at.time() >= runs_at else 2)


def expect_the_newest(lines: Iterable[SchoolLine]) -> list[SchoolLine]:
    """Return the lines, each expected to be as new as the newest of them: a school that lags is named as behind."""
    listed = list(lines)
    newest = max((line.as_of for line in listed if line.as_of), default=None)
    if newest is None:
        return listed
    return [replace(line, expected=max(line.expected or newest, newest)) for line in listed]


@dataclass(frozen=True, kw_only=True)
class TrustTotals:
    """The trust as the sum of its schools."""

    figures: Figures
    morning: Morning
    oldest: dt.date | None  # the oldest figures among them
    newest: dt.date | None


def totals(lines: Iterable[SchoolLine]) -> TrustTotals:
    """Return the sums over all schools; those never checked add nothing to the figures."""
    listed = list(lines)
    dates = [line.as_of for line in listed if line.as_of]
    return TrustTotals(
        figures=sum((line.figures for line in listed), Figures()),
        morning=sum((line.morning for line in listed), Morning()),
        oldest=min(dates, default=None),
        newest=max(dates, default=None),
    )


def _share(top: int, bottom: int) -> float:
    """Return a share for sorting; below every true one where nothing was possible."""
    return top / bottom if bottom else -1.0


ORDERS: Final[dict[str, Callable[[SchoolLine], float | str]]] = {
    "school": lambda line: line.name.casefold(),
    "attendance": lambda line: _share(line.figures.present, line.figures.possible),
    "persistent": lambda line: _share(line.figures.persistent, line.figures.pupils),
    "severe": lambda line: _share(line.figures.severe, line.figures.pupils),
    "ten": lambda line: line.figures.ten_in_ten_weeks,
    "unacted": lambda line: line.figures.crossed_unacted,
    "registers": lambda line: line.morning.not_taken,
    "in": lambda line: line.morning.in_now,
    "unexplained": lambda line: line.morning.unexplained,
    "checked": lambda line: line.as_of.toordinal() if line.as_of else 0,
}


def sort_lines(lines: Iterable[SchoolLine], order: str) -> tuple[list[SchoolLine], str]:
    """Return the lines in an order ("-" before its key turns it round) and the order used; by name if unknown."""
    key = order.removeprefix("-")
    if key not in ORDERS:
        key = order = "school"
    by_name = sorted(lines, key=ORDERS["school"])
    return sorted(by_name, key=ORDERS[key], reverse=order.startswith("-")), order
