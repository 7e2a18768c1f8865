"""Who the night's check is about."""

import datetime as dt

import pytest

from attendance_mat.trust.models import School
from registers.models import Pupil
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers
from tests.factories import make_pupil
from tests.people import People


@pytest.fixture
def absentee(people: People, alder: School) -> Pupil:
    """Return a pupil who missed the first twenty-five days, two of them illness, and came in from then on."""
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    hold(AUTUMN)
    take_registers({pupil: spell_out(AUTUMN, "O" * 40 + "I" * 4 + "U" * 6 + "." * 60)}, by=people.tess)
    return pupil
