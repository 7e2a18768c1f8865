"""A whole register in one line: what a pupil's days were, and the facts that the triggers read of them."""

import datetime as dt
from collections.abc import Sequence

from escalation.rules.counts import PupilFacts
from escalation.rules.windows import Calendar
from registers.rules.calendar import Half, SessionMark
from registers.rules.roll import Period
from tests.calendars import PRESENT

SINCE = dt.date(2020, 9, 1)
A_DAY = dt.timedelta(days=1)


def days_of(said: str, *, first: dt.date) -> list[tuple[dt.date, str]]:
    """Return each school day with its sign. A line has one sign a weekday from `first`; "-" is no school that day.

    "." is present, a capital letter the code of both its sessions, a small one that of the morning alone; a number
    before a sign repeats it, and spaces are for the eye.
    """
    signs, times = "", ""
    for sign in said.replace(" ", ""):
        if sign.isdigit():
            times += sign
        else:
            signs, times = signs + sign * int(times or 1), ""
    weekdays = (day for n in range(2 * len(signs) + 3) if (day := first + n * A_DAY).weekday() < 5)
    return [(day, sign) for day, sign in zip(weekdays, signs, strict=False) if sign != "-"]


def pupil_of(said: Sequence[tuple[dt.date, str]], *, dob: dt.date = dt.date(2013, 10, 1), year: int = 8) -> PupilFacts:
    """Return the facts of a pupil with these days, of compulsory school age unless born otherwise."""
    marks = [SessionMark(day, half, code_of(sign, half)) for day, sign in said for half in Half]
    return PupilFacts(
        dob=dob,
        marks=tuple(marks),
        on_roll=(Period(SINCE),),
        sessions=Calendar((mark.date, mark.half) for mark in marks),
        years=((year, Period(SINCE)),),
    )


def code_of(sign: str, half: Half) -> str:
    """Return the code of one session of a day with this sign."""
    is_present = sign == "." or (sign.islower() and half is Half.PM)
    return PRESENT[half] if is_present else sign.upper()
