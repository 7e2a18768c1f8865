"""Reads of the early warning page: the day it looks ahead to unless told, and the pupils on course to cross a line."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from attendance_mat.policy.adopted import Policy
from escalation.rules.windows import ONE_DAY, Calendar
from registers.models import Pupil
from registers.queries.finding import placed
from registers.queries.sessions import sessions_held
from registers.rules.calendar import SchoolYear


def term_ends(policy: Policy, *, on: dt.date) -> dt.date:
    """Return the last school day of a day's term that the calendar has; the day itself where it has none. One query."""
    year = SchoolYear.of(on)
    calendar = Calendar(sessions_held(from_date=year.starts, to_date=year.last))
    later = [first for first in calendar.read_by(policy).partings(year.last).terms if first > on]
    return calendar.last_day(later[0] - ONE_DAY if later else year.last) or on


def pupils_ahead(pupils: QuerySet[Pupil], pupil_ids: Collection[int], *, on: dt.date) -> list[Any]:
    """Return those of some pupils whom a member may find, with `group_name` and `year`. One query."""
    return list(placed(pupils.filter(pk__in=pupil_ids), on))
