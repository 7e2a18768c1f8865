"""What a file changes in the admission register is an amendment, with what it said before and in whose name (R12)."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection

from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.admission.queries.entry import history_of
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, run_import
from registers.models import Contact, Pupil, RollPeriod
from tests.people import People
from tests.registers.files import Importer, pupil

LATER = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
MOTHER = {"contact1_name": "Ann Marsh", "contact1_relationship": "Mother", "contact1_phone": "01632 960001"}


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, live since September, with one pupil and her mother in its admission register."""
    alder.go_live_date = dt.date(2026, 9, 1)
    importer = Importer(tmp_path, alder, people.alma)
    importer.pupils(pupil(address="1 Quay", **MOTHER))
    return importer


def dated(about: str) -> list[tuple[str, str, str, str]]:
    """Return what is kept of the rows of one sort, without their numbers: those are in the order they were made."""
    rows = AdmissionAmendment.objects.filter(subject__startswith=about).order_by("pk")
    return [(about, *said) for said in rows.values_list("particular", "original", "amended")]


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

    assert (f"roll {RollPeriod.objects.get().pk}", "until_date", "", "2026-07-18") in kept()
    assert dated("year group") == [("year group", "until_date", "", "2026-07-18")]
    assert dated("registration group") == [("registration group", "until_date", "", "2026-07-18")]


def test_another_year_or_registration_group_is_kept_with_the_one_before(school: Importer) -> None:
    school.pupils(pupil(year="5", reg_group="5B"), at=LATER)

    assert sorted(dated("year group")) == [
        ("year group", "from_date", "", "2027-01-11"),
        ("year group", "until_date", "", "2027-01-11"),
        ("year group", "year", "4", "5"),
    ]
    assert sorted(dated("registration group")) == [
        ("registration group", "from_date", "", "2027-01-11"),
        ("registration group", "group", "4A", "5B"),
        ("registration group", "until_date", "", "2027-01-11"),
    ]
    one = AdmissionAmendment.objects.get(particular="group")
    assert (one.pupil, one.reason, one.word_of) == (Pupil.objects.get(), "import pupils.csv", "pupils.csv")
    assert (one.amended_by_name, one.amended_by_role, one.amended_at) == ("Alma Reyes", "attendance_officer", LATER)


def test_a_second_file_of_the_day_is_kept_as_a_change_of_what_the_first_said(school: Importer) -> None:
    school.pupils(pupil(reg_group="5B", sen="K"), at=LATER)

    school.pupils(pupil(reg_group="5C", sen="E"), at=LATER + dt.timedelta(hours=1))

    second = AdmissionAmendment.objects.filter(amended_at__gt=LATER).order_by("particular")
    assert list(second.values_list("particular", "original", "amended")) == [
        ("group", "5B", "5C"), ("value", "K", "E"),
    ]  # fmt: skip


def test_a_characteristic_that_begins_changes_or_ends_is_kept_under_its_kind(school: Importer) -> None:
    school.pupils(pupil(fsm="yes", sen="K"), at=LATER)
    assert dated("group fsm") == [("group fsm", "from_date", "", "2027-01-11")]
    assert sorted(dated("group sen")) == [
        ("group sen", "from_date", "", "2027-01-11"), ("group sen", "value", "", "K"),
    ]  # fmt: skip

    school.pupils(pupil(fsm="no", sen="E"), at=LATER + dt.timedelta(days=30))

    later = AdmissionAmendment.objects.filter(amended_at__gt=LATER).order_by("subject", "particular")
    assert list(later.values_list("subject", "particular", "original", "amended")) == [
        ("group fsm", "until_date", "", "2027-02-10"),
        ("group sen", "from_date", "", "2027-02-10"),
        ("group sen", "until_date", "", "2027-02-10"),
        ("group sen", "value", "K", "E"),
    ]


def test_a_characteristic_taken_back_the_same_day_is_kept_as_gone(school: Importer) -> None:
    school.pupils(pupil(sen="K"), at=LATER)
    school.pupils(pupil(sen="no"), at=LATER + dt.timedelta(hours=1))

    gone = AdmissionAmendment.objects.filter(amended_at__gt=LATER).order_by("particular")
    assert list(gone.values_list("subject", "particular", "original", "amended")) == [
        ("group sen", "from_date", "2027-01-11", ""), ("group sen", "value", "K", ""),
    ]  # fmt: skip


def test_a_pupil_the_file_itself_enters_has_no_amendments_beside_one_it_changes(school: Importer) -> None:
    new = pupil(upn="B123456789012", forename="Ash", sen="K", fsm="yes")

    school.pupils(pupil(year="5"), new, at=LATER)

    assert set(AdmissionAmendment.objects.values_list("pupil__forename", flat=True)) == {"Ivy"}


def test_the_entry_s_history_says_which_group_a_file_changed(school: Importer) -> None:
    school.pupils(pupil(year="5", reg_group="5B", looked_after="yes"), at=LATER)
    ivy = Pupil.objects.get()

    everything = [(each.about, each.particular) for each in history_of(ivy, [], may=lambda _: True)]
    assert {("Year group", "Year"), ("Registration group", "Group"), ("Looked after", "From")} <= set(everything)
    assert "Looked after" not in {each.about for each in history_of(ivy, [], may=lambda _: False)}


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
