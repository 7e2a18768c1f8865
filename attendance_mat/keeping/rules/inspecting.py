"""When somebody from outside may read the registers (R15)."""

import datetime as dt
from typing import NamedTuple

from attendance_mat.policy.school_day import InspectionHours


class Granted(NamedTuple):
    """The days an inspection was given for, the second the first on which it no longer holds."""

    from_date: dt.date
    until_date: dt.date
    ended: bool = False


def holds(granted: Granted, on: dt.date) -> bool:
    """Say whether an inspection holds on a day: it has begun, is not over and nobody has ended it."""
    return not granted.ended and granted.from_date <= on < granted.until_date


def in_school_hours(at: dt.datetime, *, hours: InspectionHours, school_meets: bool) -> bool:
    """Say whether a moment, in local time, falls within the hours of a day on which the school meets.

    Source: PR24 reg 12 (during school hours); statute.md R15.
    """
    return school_meets and hours.opens <= at.time() < hours.closes
