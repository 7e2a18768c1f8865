"""Pupils who are not there, and removals proposed of them."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions import leaving as actions
from attendance_mat.admission.models import Leaving
from registers.models import Pupil, Session
from tests.factories import make_group, make_mark, make_pupil, make_sessions

FIRST = dt.date(2026, 10, 26)  # a Monday: twenty school days to Friday 20 November
MORNING = dt.time(8, 50)


def make_absent(by: Member, *, days: int = 20, code: str = "O", first: dt.date = FIRST, **fields: object) -> Pupil:
    """Make a pupil who attended the day before, then had the same code at every session of so many school days."""
    pupil = make_pupil(group=make_group(), **{"forename": "Mira", "surname": "Lindholm", **fields})
    before, *rest = _by_day(make_sessions(first - dt.timedelta(days=3), days + 1))
    for session in before:
        make_mark(pupil, session, "/" if session.half == "am" else "\\", by=by)
    for session in (each for day in rest for each in day):
        make_mark(pupil, session, code, by=by)
    return pupil


def _by_day(sessions: Sequence[Session]) -> list[list[Session]]:
    return [list(sessions[at : at + 2]) for at in range(0, len(sessions), 2)]


def propose(pupil: Pupil, ground: str, *, by: Member, at: dt.datetime, **fields: Any) -> Leaving:
    """Propose a removal on a ground."""
    return actions.propose_leaving(pupil, ground=ground, by=by, at=at, **fields)


def meet(leaving: Leaving, *keys: str, by: Member, at: dt.datetime, **fields: Any) -> None:
    """Record tests as met on the day, on some evidence."""
    for key in keys:
        given: dict[str, Any] = {"met": True, "on_date": at.date(), "evidence": "A letter in the file.", **fields}
        actions.record_test(leaving, test=key, by=by, at=at, **given)


def enquire(leaving: Leaving, *enquirers: str, by: Member, at: dt.datetime, outcome: str = "nothing") -> None:
    """Record an enquiry by each of these."""
    for each in enquirers:
        actions.record_enquiry(
            leaving.roll_period.pupil, enquirer=each, how="Home visit", made_on=at.date(), outcome=outcome, words="",
            by=by, at=at,
        )  # fmt: skip


SetClock = Callable[[dt.datetime], None]
