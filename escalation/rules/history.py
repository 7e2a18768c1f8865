"""How far back a school's own history reaches, and how long the stages in it lasted."""

import datetime as dt
from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from attendance_mat.policy.adopted import national
from attendance_mat.policy.legal_route import PenaltyLimit
from registers.rules.calendar import SchoolYear

END_OF_YEAR: Final = "end-of-year"  # names, as a stage, that last year's end put the pupil on this year's list


def oldest_kept(on: dt.date) -> dt.date:
    """Return the first day that a history imported on a day may speak of.

    That is as far back as penalties count against one parent for one child: the same day, the law's years before.
    Source: PN07 regs 4(3)-(5), 12A; statute.md R44.
    """
    year = on.year - national().terms(PenaltyLimit, on=on).years
    a_leap_day_has_none = (on.month, on.day) == (2, 29)
    return dt.date(year, 2, 28) if a_leap_day_has_none else on.replace(year=year)


def times_at_stage(reached: Iterable[dt.date], *, on: dt.date) -> dict[dt.date, dt.date | None]:
    """Return, for each day on which a pupil came to one stage, the day it was over; nothing while it still runs.

    A time at a stage is over when the stage is reached again, and with its school year.
    """
    days = sorted(set(reached))
    ends = {}
    for day, again in zip_longest(days, days[1:]):
        over = min(again or dt.date.max, SchoolYear.of(day).until)
        ends[day] = over if over <= on else None
    return ends
