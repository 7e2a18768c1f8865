"""Who the night's check is about, and a school that brings its history."""

import datetime as dt
from pathlib import Path

import pytest

from attendance_mat.trust.models import School
from registers.models import Pupil
from tests.escalation.histories import SINCE, TWO_WEEKS, History
from tests.escalation.ladders import set_stages, stage
from tests.escalation.on_the_ladder import follow_ladder
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers
from tests.factories import make_contact, make_pupil, make_sessions
from tests.people import People
from tests.registers.files import Importer


@pytest.fixture
def absentee(people: People, alder: School) -> Pupil:
    """Return a pupil who missed the first twenty-five days, two of them illness, and came in from then on."""
    pupil = make_pupil(dob=dt.date(2015, 3, 4))
    hold(AUTUMN)
    take_registers({pupil: spell_out(AUTUMN, "O" * 40 + "I" * 4 + "U" * 6 + "." * 60)}, by=people.tess)
    return pupil


@pytest.fixture
def history(tmp_path: Path, alder: School, people: People, monday_morning: dt.datetime) -> History:
    """Return the importer, at a school with two stages, the second reviewed after two weeks."""
    set_stages(alder, stage("stage_one"), stage("stage_two", review=TWO_WEEKS), by=people.alma, from_date=SINCE)
    return History(Importer(tmp_path, alder, people.alma), monday_morning)


@pytest.fixture
def ivy(history: History) -> Pupil:
    """Return a pupil on roll for four years, whose mother is known to the school."""
    pupil = make_pupil(upn="A123456789012", local_id="77", from_date=SINCE)
    make_contact(pupil, name="Rosa Marsh")
    return pupil


@pytest.fixture
def pupil(alder: School, people: People) -> Pupil:
    """Return a pupil of a school that follows the tests' ladder."""
    follow_ladder(alder, by=people.ben)
    make_sessions(dt.date(2026, 11, 16), 15)
    pupil = make_pupil(surname="Wren")
    make_contact(pupil)
    return pupil
