"""Who is on the roll on a day."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple


class Period(NamedTuple):
    """A time on the roll: from the starting day, until the first day no longer on it if there is one.

    Source: PR24 regs 3(2)-(5), 8(1), 9; statute.md R19, R22.
    """

    from_date: dt.date
    until_date: dt.date | None = None

    def covers(self, on: dt.date) -> bool:
        """Say whether a day is in the period."""
        return self.from_date <= on and (self.until_date is None or on < self.until_date)

    def overlaps(self, other: "Period") -> bool:
        """Say whether two periods share a day."""
        return (other.until_date is None or self.from_date < other.until_date) and (
            self.until_date is None or other.from_date < self.until_date
        )


def on_roll(periods: Iterable[Period], on: dt.date) -> bool:
    """Say whether any of a pupil's periods covers a day."""
    return any(period.covers(on) for period in periods)
