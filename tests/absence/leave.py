"""A pupil with a record, and requests for leave in the weeks to come."""

import datetime as dt
from typing import Any

from absence.actions import leave as actions
from absence.models import LeaveRequest
from absence.rules.days import Days
from attendance_mat.accounts.member import Member
from registers.models import Pupil
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_sessions

FIRST, LAST = dt.date(2026, 12, 7), dt.date(2026, 12, 11)
ASKED_ON = dt.date(2026, 11, 20)


def make_week_of_leave() -> None:
    """Have the school meet from 9 November to 11 December 2026, both halves of every weekday."""
    make_sessions(dt.date(2026, 11, 9), 25)


def make_asker(by: Member, **fields: object) -> Pupil:
    """Make a pupil with two parents and two weeks behind them: one session unauthorised, nineteen attended."""
    pupil = make_pupil(group=make_group(), **{"forename": "Mira", "surname": "Lindholm", **fields})
    make_contact(pupil, name="Astrid Lindholm")
    make_contact(pupil, name="Jonas Berg", lives_with=False, address="2 Other Street\nExampleton")
    for number, session in enumerate(make_sessions(dt.date(2026, 11, 9), 10)):
        present = "/" if session.half == "am" else "\\"
        make_mark(pupil, session, present if number else "O", by=by)
    return pupil


def ask(pupil: Pupil, *, by: Member, at: dt.datetime, days: Days | None = None, **fields: Any) -> LeaveRequest:
    """Enter a request for the second week of December, unless told otherwise."""
    asked: dict[str, Any] = {
        "reason": "A cousin's wedding abroad", "asked_by": pupil.contacts.first(), "asked_on": ASKED_ON, **fields,
    }  # fmt: skip
    return actions.ask_for_leave(pupil, days=days or Days(FIRST, LAST), by=by, at=at, **asked)
