"""How long an absence may stand unexplained: five school days after its own (R8)."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple


class Standing(NamedTuple):
    """Where an unexplained absence stands: its age, and the last day on which it is to be resolved.

    `until` is nothing while the calendar does not reach that far.
    """

    school_days: int
    until: dt.date | None
    is_due: bool  # its last day has come, or has passed
    overdue_by: int  # school days since that last day


def standing(on: dt.date, *, today: dt.date, school_days: Sequence[dt.date], limit: int) -> Standing:
    """Return where an absence of one day stands on another.

    `school_days` are the days on which the school meets, in order, those to come too. The day of the session is not
    counted; the end of the last day is the limit. Source: PR24 reg 10(7)-(9); statute.md R8.
    """
    after = [day for day in school_days if day > on]
    age = sum(day <= today for day in after)
    until = after[limit - 1] if len(after) >= limit else None
    return Standing(age, until, is_due=age >= limit, overdue_by=max(0, age - limit))


def in_words(found: Standing, *, today: dt.date) -> str:
    """Return a deadline as people say it."""
    if found.until is None:
        return "no date yet: the calendar ends before it"
    if found.overdue_by:
        days = "school day" if found.overdue_by == 1 else "school days"
        return f"{found.overdue_by} {days} over"
    if found.until <= today:
        return "today"
    return f"by the end of {found.until:%A} {found.until.day} {found.until:%B}"
