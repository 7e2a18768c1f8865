"""Which sessions an arrangement takes: a weekly pattern, study leave around exams, a suspension from midday."""

import datetime as dt
import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from registers.rules.calendar import Half

BOTH: Final = "both"
ONE_DAY: Final = dt.timedelta(days=1)
REVIEWED: Final = "review"
Slot = tuple[dt.date, Half]


class Run(NamedTuple):
    """The same halves of days on end, until the first day that is not among them."""

    from_date: dt.date
    until_date: dt.date
    halves: str


def weekly(sessions: Iterable[Slot], *, away: Collection[tuple[int, Half]]) -> list[Run]:
    """Return the runs of sessions that a weekly pattern takes. `away` holds weekdays (0 is Monday) with a half."""
    return runs((date, half) for date, half in sessions if (date.weekday(), half) in away)


def but_for(sessions: Iterable[Slot], *, attended: Collection[Slot]) -> list[Run]:
    """Return the runs of sessions that are left when those the pupil attends are taken out: study leave, but for the
    exams. Source: PR24 reg 11(5); statute.md R33."""
    return runs(slot for slot in sessions if slot not in attended)


def runs(sessions: Iterable[Slot]) -> list[Run]:
    """Return sessions as few runs as they make."""
    halves: dict[dt.date, set[Half]] = {}
    for date, half in sorted(sessions):
        halves.setdefault(date, set()).add(half)
    found: list[Run] = []
    for date, taken in halves.items():
        which = BOTH if len(taken) == len(Half) else str(*taken)
        last = found[-1] if found else None
        if last and (last.until_date, last.halves) == (date, which):
            found[-1] = Run(last.from_date, date + ONE_DAY, which)
        else:
            found.append(Run(date, date + ONE_DAY, which))
    return found


def with_review(origin: str, on: dt.date) -> str:
    """Return the origin of an arrangement that is looked at again on a day."""
    return f"{origin}, {REVIEWED} {on.isoformat()}"


def review_of(origin: str) -> dt.date | None:
    """Return the day on which an arrangement is looked at again, if its origin names one."""
    found = re.search(rf", {REVIEWED} (\d{{4}}-\d\d-\d\d)$", origin)
    return dt.date.fromisoformat(found[1]) if found else None
