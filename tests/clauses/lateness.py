"""Arrivals at a school that follows a policy, keyed in its register, and what they count as."""

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError

from attendance_mat.policy.adopted import Override
from attendance_mat.trust.adopting import set_value
from registers.actions.amending import amend_mark
from registers.actions.entering import Entry, school_policy
from registers.actions.saving import save_marks
from registers.actions.taking import open_register
from registers.models import Mark, Pupil
from registers.queries.measures import pupil_measures
from registers.rules.measures import Measures
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_session
from tests.people import People

TUESDAY = dt.date(2025, 11, 4)
PRESENT, LATE = Measures(present=1), Measures(present=1, late_before_close=1)
ABSENT = Measures(unauthorised=1, late_after_close=1)


def set_for_alder(people: People, name: str, **values: Any) -> None:
    """Have the trust set a value for Alder Primary School, from long before."""
    asked = Override(dt.date(2024, 9, 1), name, values, "The school's own.")
    by = people.member("tara")
    set_value(asked, school=people.alder, by=by, at=dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
    people.alder.refresh_from_db()


def arrives_at(clock: str, *, people: People, half: str = "am", on: dt.date = TUESDAY) -> tuple[str, Measures]:
    """Have a child found missing, who then arrives at a time; return the code that the register takes, and its sum.

    The office tries L and U: the register refuses the one that the arrival is not.
    """
    group = make_group("7A")
    pupil = make_pupil(group=group, from_date=dt.date(2025, 9, 1))
    session = make_session(on, half)
    arrived = dt.datetime.combine(on, dt.time.fromisoformat(clock), tzinfo=LONDON)
    opened = dt.datetime.combine(on, dt.time(13 if half == "pm" else 8, 50), tzinfo=LONDON)
    register = open_register(group, session, policy=school_policy(), by=people.alma, at=max(opened, arrived))
    key = uuid.uuid4()
    missing = Entry(pupil.pk, "N", 0, made_at=register.opened_at)
    save_marks(register, [missing], key=key, digest=str(key), by=people.alma, at=register.opened_at)
    taken = [code for code in ("L", "U") if _is_taken(code, pupil, arrived=arrived, people=people)]
    (code,) = taken or ["refused"]
    return code, pupil_measures(from_date=on, to_date=on, pupil_ids=[pupil.pk])[pupil.pk]


def _is_taken(code: str, pupil: Pupil, *, arrived: dt.datetime, people: People) -> bool:
    mark = Mark.objects.get(pupil=pupil)
    afterwards = arrived.replace(hour=16)
    try:
        amend_mark(mark, code=code, reason="Came in", by=people.alma, at=afterwards, arrived_at=arrived)
    except ValidationError:
        return False
    return True
