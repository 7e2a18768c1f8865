"""Pupils put at stages, holds placed, and what has been drafted, for tests of what a ladder must not do."""

import datetime as dt

from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Hold, PupilStage
from escalation.rules.ladder import Crossing
from letters.models import Letter
from registers.models import Pupil
from tests.escalation.on_the_ladder import (
    make_crossing,
    occasion,
)
from tests.escalation.terms import weekdays
from tests.people import People

TODAY = dt.date(2026, 11, 23)
A_DAY = dt.timedelta(days=1)
DAYS = weekdays(dt.date(2026, 9, 7), 55)  # to Friday 20 November
NO_REASON = {"count": "unexplained", "unit": "consecutive_days", "sign": "or_more", "than": 3}


def enter(pupil: Pupil, rule: str, school: School, people: People, at: dt.datetime) -> PupilStage:
    """Have a pupil enter a stage, agreed to by those asked."""
    finding = make_crossing(pupil, rule)
    row = actions.propose_stage(finding, crossing=Crossing(finding.reached_on), occasion=occasion(school, at))
    assert row is not None
    for name in ("alma", "hana") if row.entered_on is None else ():
        row = actions.approve_stage(row, occasion=occasion(school, at, people.member(name)), because="Rung.")
    return row


def place_hold(pupil: Pupil, people: People, at: dt.datetime, from_date: dt.date = TODAY) -> Hold:
    return actions.place_hold(
        pupil, reason=Hold.Reason.BEREAVEMENT, words="A grandparent.", from_date=from_date, until_date=None,
        by=people.member("sadie"), at=at,
    )  # fmt: skip


def drafted() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("pk").values_list("template", "state"))
