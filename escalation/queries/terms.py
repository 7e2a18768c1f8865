"""A pupil's term so far, as letters quote it."""

import datetime as dt
from typing import Any

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.triggers import Span, Window
from escalation.rules.windows import Calendar, Reading
from registers.queries.measures import pupil_measures
from registers.queries.sessions import sessions_held
from registers.rules.calendar import SchoolYear

TERM = Window(Span.TERM)


def term_so_far(pupil_id: int, *, policy: Policy, on: dt.date) -> dict[str, Any] | None:
    """Return the sessions a pupil missed this term up to a day, as a letter keeps them; None before the year's first.

    Two queries.
    """
    calendar = Calendar(sessions_held(from_date=SchoolYear.of(on).starts, to_date=on))
    first = Reading(policy, calendar).first_day(TERM, on) if calendar.days else None
    if first is None:
        return None
    counts = pupil_measures(from_date=first, to_date=on, pupil_ids=[pupil_id]).get(pupil_id)
    return {"from": first.isoformat(), "to": on.isoformat(), "missed": counts.missed if counts else 0}
