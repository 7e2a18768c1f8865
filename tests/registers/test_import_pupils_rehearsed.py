"""An import of pupils rehearsed, and what it costs the database."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance_mat.trust.models import School
from registers.actions.importing import Kind, rehearse_import
from registers.models import Pupil, PupilYear
from tests.people import People
from tests.registers.files import Importer, pupil

LATER = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
CONTACT = {"contact1_name": "Ann Marsh", "contact1_relationship": "Mother", "contact1_parental_responsibility": "yes"}


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, with nobody in its admission register."""
    return Importer(tmp_path, alder, people.alma)


def test_a_rehearsal_writes_nothing(school: Importer, people: People) -> None:
    school.pupils(pupil())
    file = school.file([pupil(year="5"), pupil(upn="B123456789012")])
    job = rehearse_import(Kind.PUPILS, file, school=school.school, by=people.alma, at=LATER)
    assert job.counts_of_effects() == [("new", 1), ("changed", 1)]
    assert [row.words for row in job.shown] == ["Changes: year", "New"]
    assert (Pupil.objects.count(), PupilYear.objects.count()) == (1, 1)


def test_the_number_of_statements_does_not_grow_with_the_rows(school: Importer) -> None:
    def statements(letter: str, n: int) -> int:
        rows = [pupil(upn=f"{letter}{i:012}", reg_group=f"{letter}1", fsm="yes", **CONTACT) for i in range(n)]
        with CaptureQueriesContext(connection) as captured:
            school.pupils(*rows)
        return len(captured)

    assert statements("A", 2) == statements("B", 40)
