"""A pupil's record for tests of the national rules: on roll, of compulsory school age, at a school open on weekdays."""

import datetime as dt
from collections.abc import Iterable, Sequence

from attendance_mat.policy.adopted import national
from escalation.rules.findings import PupilRecord
from registers.rules.calendar import Half, SessionMark
from registers.rules.roll import Period
from tests.calendars import MONDAY, school_days, sessions_of

AGED_TEN = dt.date(2015, 10, 1)
ALWAYS = (Period(dt.date(2020, 9, 1)),)
POLICY = national()


def pupil(
    marks: Iterable[SessionMark],
    *,
    days: Sequence[dt.date] | None = None,
    dob: dt.date = AGED_TEN,
    on_roll: Sequence[Period] = ALWAYS,
    sessions: Sequence[tuple[dt.date, Half]] | None = None,
) -> PupilRecord:
    """Return a record; the school meets on the given days, or on every weekday for half a year."""
    held = sessions or sessions_of(days or school_days(130))
    return PupilRecord(dob=dob, marks=tuple(marks), on_roll=on_roll, sessions=tuple(held))


def weeks(n: int, *, start: dt.date = MONDAY) -> list[dt.date]:
    """Return the school days of so many weeks."""
    return school_days(5 * n, start=start)
