"""When the law has a penalty notice considered, at a school that follows one of the policies."""

import datetime as dt
from collections.abc import Sequence

from attendance_mat.policy.schema import PenaltyNoticeThreshold
from escalation.rules.findings import Finding, Rule
from escalation.rules.thresholds import finding
from registers.rules.calendar import SessionMark
from tests.calendars import school_days, sessions_of
from tests.clauses.law import policy_of
from tests.escalation.pupils import pupil

TERM = school_days(60, start=dt.date(2025, 9, 8))
BEFORE = school_days(60, start=dt.date(2024, 3, 4))  # ends well before 19 August 2024


def considered(
    pack: str, codes: str, *, days: Sequence[dt.date] = TERM, held: Sequence[dt.date] | None = None
) -> Finding | None:
    """Return what the national rule finds of a pupil with these codes, one a session from the first day on."""
    sessions = sessions_of(days)[: len(codes)]
    marks = [SessionMark(day, half, code) for (day, half), code in zip(sessions, codes, strict=True)]
    calendar = list(held or days)
    policy, as_of = policy_of(pack), calendar[-1]
    return finding(Rule.TEN_IN_TEN_WEEKS, pupil(marks, days=calendar), policy=policy, as_of=as_of)


def is_considered(pack: str, codes: str, **where: Sequence[dt.date]) -> bool:
    """Say whether a notice is considered."""
    found = considered(pack, codes, **where)
    return found is not None and found.met


def is_law(pack: str, on: dt.date) -> bool:
    """Say whether the national threshold was in force on a day."""
    return policy_of(pack).find(PenaltyNoticeThreshold, on=on) is not None
