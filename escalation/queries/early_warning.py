"""Reads of the early warning page: the day it looks ahead to unless told, and the pupils on course to cross a line."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from django.db.models import QuerySet

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.triggers import Span, Window
from escalation.rules.windows import ONE_DAY, Calendar, Reading
from registers.models import Pupil
from registers.queries.finding import placed
from registers.queries.sessions import sessions_held
from registers.rules.calendar import SchoolYear

SOME_WEEKS: Final = dt.timedelta(weeks=4)


def term_ends(policy: Policy, *, on: dt.date) -> dt.date:
    """Return the last school day of a day's term; some weeks on where the calendar has no day to come. One query."""
    year = SchoolYear.of(on)
    calendar = Calendar(sessions_held(from_date=year.starts, to_date=year.last))
    later = [first for first in calendar.read_by(policy).partings(year.last).terms if first > on]
    last = calendar.last_day(later[0] - ONE_DAY if later else year.last)
    return last if last and last > on else min(on + SOME_WEEKS, year.last)


def term_begins(policy: Policy, *, on: dt.date) -> dt.date:
    """Return the first school day of a day's term, or of its school year where no session is known. One query."""
    calendar = Calendar(sessions_held(from_date=SchoolYear.of(on).starts, to_date=on))
    first = Reading(policy, calendar).first_day(Window(Span.TERM), on) if calendar.days else None
    return first or SchoolYear.of(on).starts


def pupils_ahead(pupils: QuerySet[Pupil], pupil_ids: Collection[int], *, on: dt.date) -> list[Any]:
    """Return those of some pupils whom a member may find, with `group_name` and `year`. One query."""
    return list(placed(pupils.filter(pk__in=pupil_ids), on))
