"""What a file changes in the admission register is an amendment, with what it said before and in whose name (R12)."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection

from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, run_import
from registers.models import Contact, Pupil, RollPeriod
from tests.people import People
from tests.registers.files import Importer, pupil

LATER = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
MOTHER = {"contact1_name": "Ann Marsh", "contact1_relationship": "Mother", "contact1_phone": "01632 960001"}


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, with one pupil and her mother in its admission register."""
    importer = Importer(tmp_path, alder, people.alma)
    importer.pupils(pupil(address="1 Quay", **MOTHER))
    return importer


def kept() -> list[tuple[str, str, str, str]]:
    """Return what is kept of each change: of whom, which particular, what it said and what it says."""
    rows = AdmissionAmendment.objects.order_by("subject", "particular")
    return list(rows.values_list("subject", "particular", "original", "amended"))


def test_a_new_entry_and_a_file_that_changes_nothing_leave_no_amendment(school: Importer) -> None:
    school.pupils(pupil(address="1 Quay", **MOTHER), at=LATER)

    assert kept() == []


def test_each_particular_a_file_changes_is_kept_as_it_was(school: Importer) -> None:
    changed = {**MOTHER, "contact1_phone": "01632 960002", "contact1_no_contact": "yes"}
    school.pupils(pupil(surname="Marsh-Lee", address="2 Quay", boarder="yes", **changed), at=LATER)

    mother = Contact.objects.get()
    assert kept() == [
        (f"contact {mother.pk}", "no_contact", "No", "Yes"),
        (f"contact {mother.pk}", "phone", "01632 960001", "01632 960002"),
        ("pupil", "address", "1 Quay", "2 Quay"),
        ("pupil", "boarder", "No", "Yes"),
        ("pupil", "surname", "Marsh", "Marsh-Lee"),
    ]
    one = AdmissionAmendment.objects.filter(particular="surname").get()
    assert (one.pupil, one.reason, one.word_of) == (Pupil.objects.get(), "import pupils.csv", "pupils.csv")
    assert (one.amended_by_name, one.amended_by_role, one.amended_at) == ("Alma Reyes", "attendance_officer", LATER)


def test_a_leaving_day_from_a_file_is_kept_too(school: Importer) -> None:
    school.pupils(pupil(left="2026-07-17"), at=LATER)

    assert kept() == [(f"roll {RollPeriod.objects.get().pk}", "until_date", "", "2026-07-18")]


def test_a_very_long_name_of_a_file_stops_nothing(school: Importer) -> None:
    name = f"{'pupils ' * 30}.csv"
    file = school.file([pupil(surname="Lee")], name)

    run_import(Kind.PUPILS, file, school=school.school, by=school.by, at=LATER)

    assert AdmissionAmendment.objects.get().word_of == name[:180]


def test_after_an_import_the_database_keeps_nothing_by_itself(school: Importer) -> None:
    school.pupils(pupil(surname="Lee"), at=LATER)
    before = AdmissionAmendment.objects.count()

    Pupil.objects.update(middle_names="Rose")

    assert AdmissionAmendment.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('attendance.importing', true)")
        assert cursor.fetchone() == ("",)
