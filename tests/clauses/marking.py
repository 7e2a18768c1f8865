"""A school whose pupils attended exactly so many of their sessions, and what its pages then say."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from django.test import Client

from attendance_mat.accounts.member import Member
from attendance_mat.trust import targets
from attendance_mat.trust.models import AttendanceTarget, School
from registers.models import Characteristic, Pupil
from tests.escalation.terms import spell_out, take_registers, weekdays
from tests.factories import make_pupil

FIRST = dt.date(2026, 11, 9)  # a Monday
TEN_DAYS = weekdays(FIRST, 10)
SESSIONS = 20  # of one pupil
SCHOOL = "/s/alder-primary/targets/"
TRUST = "/targets/"


def make_attendance(attended: int, of: int, *, by: Member, group: str = "") -> list[Pupil]:
    """Make as many pupils as it takes for so many of so many sessions in all, twenty each, to have been attended."""
    said = "." * attended + "I" * (of - attended)
    pupils = [make_pupil() for _ in range(of // SESSIONS)]
    if group:
        Characteristic.objects.bulk_create(
            Characteristic(pupil=pupil, kind=group, from_date=dt.date(2026, 9, 1)) for pupil in pupils
        )
    marks = (said[n * SESSIONS : (n + 1) * SESSIONS] for n in range(len(pupils)))
    take_registers({pupil: spell_out(TEN_DAYS, each) for pupil, each in zip(pupils, marks, strict=True)}, by=by)
    return pupils


def make_target(school: School | None, percent: str, *, by: Member, group: str = "") -> AttendanceTarget:
    """Set a target for this autumn term."""
    wanted = targets.Wanted(
        school=school,
        group=group,
        percent=Decimal(percent),
        from_date=dt.date(2026, 9, 1),
        until_date=dt.date(2026, 12, 19),
        owner="The headteacher",
    )
    return targets.set_target(wanted, by=by, at=dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC))


def words(browse: Callable[[str], Client], name: str, page: str) -> str:
    """Return what a page says to one of the cast, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", browse(name).get(page).text).split())
