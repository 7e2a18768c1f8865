"""Leaves on the roll whoever left in the other system since the school went live: no name goes without a ground."""

import datetime as dt
from typing import Final

from attendance_mat.web.formats import long_day
from registers.actions.importing_job import LEFT_ELSEWHERE, ROLL_STANDS, ImportJob
from registers.models import RollPeriod

ONE_DAY: Final = dt.timedelta(days=1)
RECORD_GROUND: Final = "Left in the other system on {}: record the ground."
STANDS: Final = "Last day in the other system {}; the roll here has {}, and stands."


def needs_a_ground(period: RollPeriod, left: dt.date, job: ImportJob) -> bool:
    """Say whether a file would end, or end on another day, a time on roll that the school keeps here.

    What was over before the school went live is history, as the other system kept it. From then on a name is deleted
    only on a ground, with its tests (PR24 reg 9; statute.md R21 to R27).
    """
    last_here = period.until_date - ONE_DAY if period.until_date else left
    return max(left, last_here) >= job.school.go_live_date


def leave_on_roll(period: RollPeriod, left: dt.date, job: ImportJob) -> str:
    """Note for whoever imports, and for the log of events, what a file says of a leaving; return it in words."""
    if period.until_date is not None:
        job.counts[ROLL_STANDS] += 1
        return STANDS.format(long_day(left), long_day(period.until_date - ONE_DAY))
    job.counts[LEFT_ELSEWHERE] += 1
    job.left_elsewhere.append({"pupil": period.pupil_id, "roll_period": period.pk, "left": left.isoformat()})
    return RECORD_GROUND.format(long_day(left))
