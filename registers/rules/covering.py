"""When cover for a day ends, and what one who covers is called."""

import datetime as dt
from collections.abc import Iterable

from registers.rules.calendar import LONDON


def last_bell(date: dt.date, *, period_ends: Iterable[dt.time], otherwise: dt.time) -> dt.datetime:
    """Return the moment a school's day ends: with its last period, or where it has none as the policy says."""
    return dt.datetime.combine(date, max(period_ends, default=otherwise), tzinfo=LONDON)


def title_of(name: str, *, covering: str) -> str:
    """Return what a cover person is called beside the marks they make: their name, and whom they stood in for."""
    return f"Supply: {name}, covering {covering}" if covering else f"Supply: {name}"
