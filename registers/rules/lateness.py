"""How late pupils were: how often before and after the register closed, and for how many minutes."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Statistical
from registers.rules.patterns import WEEKDAYS

BEFORE_CLOSE: Final = "L"
AFTER_CLOSE: Final = "U"
SMALL_WORDS: Final = frozenset({"a", "an", "the", "in"})
LATE: Final = (BEFORE_CLOSE, AFTER_CLOSE)
DAY_NAMES: Final = (*WEEKDAYS, "Saturday", "Sunday")


class Late(NamedTuple):
    """One late arrival as its mark now says it. `minutes` is nothing where no time was written down."""

    date: dt.date
    half: Half
    code: str
    minutes: int | None = None
    mark_id: int = 0
    comment: str = ""


class Lateness(NamedTuple):
    """Late arrivals counted: present but late (L), absent because too late (U), and the minutes of those timed."""

    before_close: int = 0
    after_close: int = 0
    minutes: int = 0
    untimed: int = 0  # arrivals without a time: their minutes are not in the sum

    @property
    def times(self) -> int:
        """Return how often, whether before the register closed or after."""
        return self.before_close + self.after_close


def tally(lates: Iterable[Late]) -> Lateness:
    """Return late arrivals counted. Marks of any other code count for nothing. Source: statute.md R6."""
    counted = [late for late in lates if late.code in LATE]
    after = sum(late.code == AFTER_CLOSE for late in counted)
    return Lateness(
        before_close=len(counted) - after,
        after_close=after,
        minutes=sum(late.minutes or 0 for late in counted),
        untimed=sum(late.minutes is None for late in counted),
    )


def total(parts: Iterable[Lateness]) -> Lateness:
    """Return the sum of several counts."""
    rows = list(parts)
    return Lateness(*(sum(column) for column in zip(*rows, strict=True))) if rows else Lateness()


def not_accepted(code: str, *, on: dt.date, said: str, reasons: Iterable[str]) -> Iterator[str]:
    """Yield a warning where an arrival after close is given an authorised code for what the policy does not accept.

    It stops nothing: a person may record M, Y1, Y2 or another code where that circumstance is established. Every
    word of a reason has to be said, in any order. Source: WAT-7.11; R6.
    """
    found = codes.find(code, on=on)
    if found is None or found.statistical is not Statistical.AUTHORISED:
        return
    spoken = _words(said)
    for reason in reasons:
        if _words(reason) <= spoken:
            yield (
                f"The policy does not accept this reason for an arrival after the register closed: {reason.lower()}. "
                f"{code} is an authorised absence: keep it only if what {code} stands for is established."
            )


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower())) - SMALL_WORDS


def by_weekday(lates: Iterable[Late]) -> list[tuple[str, Lateness]]:
    """Return the count of each weekday, Monday first; of Saturday or Sunday only where there is one."""
    listed = list(lates)
    days = [
        (name, tally(late for late in listed if late.date.weekday() == number)) for number, name in enumerate(DAY_NAMES)
    ]
    return [(name, counted) for number, (name, counted) in enumerate(days) if number < len(WEEKDAYS) or counted.times]
