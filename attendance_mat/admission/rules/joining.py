"""Whether a starting day can be one."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from attendance_mat.admission.rules.leaving_runs import in_words
from registers.rules.roll import Period

ATTENDED: Final = "attended"
AHEAD: Final = dt.timedelta(days=550)  # a place is agreed at most a school year and a bit ahead


def wrong_starting_day(
    day: dt.date, *, basis: str, today: dt.date, dob: dt.date, periods: Iterable[Period], open_days: Collection[dt.date]
) -> str:
    """Say why a pupil cannot start on a day; empty where they can. `open_days` are the calendar's days that bear on it.

    The name goes on the roll on the starting day, before or at the beginning of its first session, so that it is a day
    on which the school meets. Source: PR24 regs 3(2)-(5), 8(1); statute.md R19.
    """
    if day <= dob:
        return "The starting day is not after the date of birth. Check both."
    if basis == ATTENDED and day > today:
        return "The pupil cannot have attended on a day that is still to come. Give the day, or say that it was agreed."
    if day > today + AHEAD:
        return f"A place is entered at most a year and a half ahead. Give a day before {in_words(today + AHEAD)}."
    if day not in open_days:
        return "The school does not meet on that day. Give a day of the school's calendar, or enter the calendar first."
    for period in periods:
        if period.overlaps(Period(day)):
            return _clash(period)
    return ""


def _clash(period: Period) -> str:
    since = f"The pupil is on the roll from {in_words(period.from_date)}"
    if period.until_date is None:
        return f"{since} already. The name must come off before it goes on again."
    return f"{since} until {in_words(period.until_date)}. Give that day or a later one."
