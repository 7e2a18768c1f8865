"""Absence calls as the tests take them."""

import datetime as dt
from typing import Any

from attendance_mat.accounts.member import Member
from registers.actions.reporting_absence import Call, take_report
from registers.models import AbsenceReport, Pupil
from tests.conftest import MONDAY_MORNING

TODAY = dt.date(2026, 11, 23)
TEN_MINUTES = dt.timedelta(minutes=10)


def a_call(**said: Any) -> Call:
    """Return a mother's call at twenty to nine: her child is ill today."""
    told: dict[str, Any] = {
        "first": TODAY, "last": TODAY, "halves": "both", "reason": "A high temperature", "contact": None,
        "name": "Ines Example", "channel": "telephone", "received_at": MONDAY_MORNING - TEN_MINUTES,
    }  # fmt: skip
    return Call(**{**told, **said})


def reported(pupil: Pupil, *, by: Member, **said: Any) -> AbsenceReport:
    """Take that call."""
    return take_report(pupil, a_call(**said), by=by, at=MONDAY_MORNING)
