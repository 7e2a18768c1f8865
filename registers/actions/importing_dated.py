"""Changes what is dated about a pupil so that no day that has been says anything else than it did (decision 14)."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from registers.actions.importing_writes import Writes
from registers.models import Characteristic, GroupMember, PupilYear, RollPeriod

Dated = PupilYear | GroupMember | Characteristic


class Span(NamedTuple):
    """From which day what a file says holds, until the first day it no longer does."""

    from_date: dt.date
    until_date: dt.date | None

    def meets(self, row: Dated) -> bool:
        """Say whether a dated row holds on any of these days."""
        begins_before = self.until_date is None or row.from_date < self.until_date
        return begins_before and (row.until_date is None or row.until_date > self.from_date)


def span_of(period: RollPeriod, *, is_new: bool, on: dt.date) -> Span | None:
    """Return the days a file speaks of: all of a time on roll it brings, otherwise from the import on.

    None for a pupil who had left before the import: nothing about them changes any more.
    """
    from_date = period.from_date if is_new else max(period.from_date, on)
    if period.until_date is not None and from_date >= period.until_date:
        return None
    return Span(from_date, period.until_date)


def settle(
    rows: Sequence[Dated], field: str, value: Any, span: Span, *, make: Callable[[Span], Dated], writes: Writes
) -> bool:
    """Have a dated fact be `value` over a span (None: not be at all), and say whether that changes anything.

    What is already settled from a later day on stays, as after a new year that was begun ahead: a file says how things
    are on the span's first day.
    """
    in_span = [row for row in rows if span.meets(row)]
    standing, later = next(iter(in_span), None), in_span[1:]
    if (getattr(standing, field) if standing else None) == value:
        return False
    if standing is not None and standing.from_date >= span.from_date:
        if value is None:
            writes.remove(standing)
        else:
            writes.change(standing, **{field: value})
        return True
    if standing is not None:
        writes.change(standing, until_date=span.from_date)
    if value is not None:
        writes.add(make(Span(span.from_date, later[0].from_date if later else span.until_date)))
    return True


def end_with_roll(rows: Sequence[Dated], period: RollPeriod, until_date: dt.date, writes: Writes) -> None:
    """Have what holds while a pupil is on roll end on the day they leave it, also if that day is put right."""
    for row in rows:
        ends_with_it = row.until_date is None or row.until_date == period.until_date or row.until_date > until_date
        if row.from_date >= period.from_date and ends_with_it:
            if row.from_date >= until_date:
                writes.remove(row)
            else:
                writes.change(row, until_date=until_date)
