"""The admission register comes in from another system's file, and no day that has been says anything else for it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import Enrolment, School
from registers.actions.importing import Kind
from registers.models import Characteristic, Contact, GroupMember, Pupil, PupilYear, RollPeriod
from tests.factories import make_group, make_mark, make_session
from tests.people import People
from tests.registers.files import PUPIL, Importer, pupil

ADMITTED = dt.date(2024, 9, 2)
TODAY = dt.date(2026, 11, 23)
LATER = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
CONTACT = {"contact1_name": "Ann Marsh", "contact1_relationship": "Mother", "contact1_parental_responsibility": "yes"}


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder before it goes live, with nobody in its admission register: what its files say is history."""
    alder.go_live_date = dt.date(2027, 1, 25)
    return Importer(tmp_path, alder, people.alma)


def dated(model: type, *fields: str) -> list[tuple[object, ...]]:
    return list(model.objects.order_by("pupil", "from_date").values_list(*fields, "from_date", "until_date"))


def test_a_new_pupil_is_entered_from_the_day_of_admission(school: Importer) -> None:
    job = school.pupils(
        pupil(fsm="yes", sen="K", eal="no", boarder="yes", ethnicity="WBRI", address="1 Quay\nPort", **CONTACT)
    )
    ivy = Pupil.objects.get()
    assert (ivy.upn, ivy.surname, ivy.dob, ivy.boarder, ivy.address) == (
        PUPIL["upn"], "Marsh", dt.date(2017, 3, 4), True, "1 Quay\nPort",
    )  # fmt: skip
    assert dated(RollPeriod) == [(ADMITTED, None)]
    assert dated(PupilYear, "year") == [(4, ADMITTED, None)]
    assert dated(GroupMember, "group__name", "kind") == [("4A", "registration", ADMITTED, None)]
    assert sorted(dated(Characteristic, "kind", "value")) == [("fsm", "", ADMITTED, None), ("sen", "K", ADMITTED, None)]
    assert Contact.objects.values_list("name", "position", "parental_responsibility").get() == ("Ann Marsh", 1, True)
    assert Enrolment.objects.values_list("upn", "from_date", "until_date").get() == (PUPIL["upn"], ADMITTED, None)
    assert job.counts_of_effects() == [("new", 1)]
    assert AuditEvent.objects.get(kind=Event.PUPILS_IMPORTED).detail["counts"] == {"new": 1}


def test_importing_the_file_again_changes_nothing(school: Importer) -> None:
    rows = [pupil(fsm="yes", sen="E", left="18/07/2025", **CONTACT), pupil(upn="", local_id="9", forename="Ash")]
    school.pupils(*rows)
    assert school.pupils(*rows, at=LATER).counts_of_effects() == [("unchanged", 2)]


def test_a_change_takes_effect_on_the_day_of_the_import_and_history_stays(
    school: Importer, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a pupil imported in November
    school.pupils(pupil(fsm="yes", sen="K"))
    # When a file of January has another year, group and needs
    school.pupils(pupil(year="5", reg_group="5B", fsm="no", sen="E", looked_after="yes"), at=LATER)
    # Then the old holds until that day and the new from it
    january = LATER.date()
    assert dated(PupilYear, "year") == [(4, ADMITTED, january), (5, january, None)]
    assert dated(GroupMember, "group__name") == [("4A", ADMITTED, january), ("5B", january, None)]
    assert sorted(dated(Characteristic, "kind", "value")) == [
        ("fsm", "", ADMITTED, january), ("looked_after", "", january, None),
        ("sen", "E", january, None), ("sen", "K", ADMITTED, january),
    ]  # fmt: skip
    # And another change on the same day replaces it
    school.pupils(pupil(year="6", reg_group="6A", looked_after="no"), at=LATER)
    assert dated(PupilYear, "year")[-1] == (6, january, None)
    assert dated(GroupMember, "group__name")[-1] == ("6A", january, None)
    assert not Characteristic.objects.filter(kind="looked_after").exists()


def test_an_empty_cell_leaves_what_is_there(school: Importer) -> None:
    school.pupils(pupil(fsm="yes", ethnicity="WBRI", **CONTACT))
    empty = {**dict.fromkeys([*PUPIL, "fsm", "ethnicity", *CONTACT], ""), "upn": PUPIL["upn"]}
    assert school.pupils(empty, at=LATER).counts_of_effects() == [("unchanged", 1)]


def test_left_is_the_last_day_on_roll(school: Importer) -> None:
    school.pupils(pupil())
    school.pupils(pupil(left="2026-11-20"))
    day_after = dt.date(2026, 11, 21)
    assert dated(RollPeriod) == [(ADMITTED, day_after)]
    assert dated(PupilYear, "year") == [(4, ADMITTED, day_after)]
    assert dated(GroupMember, "group__name") == [("4A", ADMITTED, day_after)]
    assert Enrolment.objects.get().until_date == day_after


def test_a_last_day_that_is_put_right_moves_what_ended_with_it(school: Importer) -> None:
    school.pupils(pupil(left="2026-11-20"))
    school.pupils(pupil(left="2026-11-27"))
    assert dated(RollPeriod) == [(ADMITTED, dt.date(2026, 11, 28))]
    assert dated(PupilYear, "year") == [(4, ADMITTED, dt.date(2026, 11, 28))]


def test_a_pupil_does_not_leave_before_their_marks(school: Importer, people: People) -> None:
    school.pupils(pupil())
    make_mark(Pupil.objects.get(), make_session(dt.date(2026, 11, 20)), "N", by=people.tess, group=make_group("4A"))
    faults = school.faults(Kind.PUPILS, [pupil(left="2026-11-19")])
    assert (faults[0].column, "the last on 2026-11-20" in faults[0].reason) == ("left", True)
    school.pupils(pupil(left="2026-11-20"))


def test_a_child_who_comes_back_has_a_second_time_on_roll(school: Importer) -> None:
    school.pupils(pupil(left="2025-07-18"))
    school.pupils(pupil(admitted="2026-09-07", year="6", reg_group="6A"))
    back = dt.date(2026, 9, 7)
    assert dated(RollPeriod) == [(ADMITTED, dt.date(2025, 7, 19)), (back, None)]
    assert dated(PupilYear, "year") == [(4, ADMITTED, dt.date(2025, 7, 19)), (6, back, None)]
    assert Enrolment.objects.count() == 2


def test_a_child_who_comes_back_and_goes_again_keeps_the_first_time(school: Importer) -> None:
    school.pupils(pupil(left="2025-07-18"))
    school.pupils(pupil(admitted="2026-09-07"))
    school.pupils(pupil(admitted="2026-09-07", left="2026-11-20"))
    assert dated(PupilYear, "year") == [
        (4, ADMITTED, dt.date(2025, 7, 19)), (4, dt.date(2026, 9, 7), dt.date(2026, 11, 21)),
    ]  # fmt: skip
    # And the end of the first time is no longer for a file to move
    faults = school.faults(Kind.PUPILS, [pupil(left="2025-07-11")])
    assert "Left outside the time on roll" in faults[0].reason


def test_an_earlier_time_on_roll_may_come_in_late(school: Importer) -> None:
    # Given a child here now, whose early years at the school come in a later file
    school.pupils(pupil(admitted="2026-09-07", fsm="no"))
    school.pupils(pupil(left="2025-07-18", year="3", reg_group="3A", fsm="yes"))
    # Then they have a year and a group of their own, and today's flags say nothing of them
    assert dated(PupilYear, "year") == [(3, ADMITTED, dt.date(2025, 7, 19)), (4, dt.date(2026, 9, 7), None)]
    assert dated(GroupMember, "group__name")[0] == ("3A", ADMITTED, dt.date(2025, 7, 19))
    assert not Characteristic.objects.exists()


def test_a_year_that_began_after_the_pupil_left_never_was(school: Importer) -> None:
    school.pupils(pupil())
    school.pupils(pupil(year="5"), at=LATER)
    school.pupils(pupil(left="2026-12-18"), at=LATER)
    assert dated(PupilYear, "year") == [(4, ADMITTED, dt.date(2026, 12, 19))]


def test_a_second_admission_while_on_roll_is_refused(school: Importer) -> None:
    school.pupils(pupil())
    faults = school.faults(Kind.PUPILS, [pupil(admitted="2026-09-07")])
    assert (faults[0].line, faults[0].column) == (2, "admitted")
    assert "already on roll from 2024-09-02" in faults[0].reason


def test_twins_are_two_pupils(school: Importer) -> None:
    school.pupils(pupil(), pupil(upn="B123456789012"))
    assert Pupil.objects.filter(surname="Marsh", forename="Ivy").count() == 2
    job = school.pupils(pupil(upn="", local_id="77"))
    assert job.counts_of_effects() == [("new", 1)]


def test_a_temporary_number_becomes_a_permanent_one(school: Importer) -> None:
    school.pupils(pupil(upn="A12345678901B"))
    school.pupils(pupil(former_upn="A12345678901B"))
    ivy = Pupil.objects.get()
    assert (ivy.upn, ivy.former_upn) == (PUPIL["upn"], "A12345678901B")
    assert Enrolment.objects.get().upn == PUPIL["upn"]
    # And a file of before does not make a second child of it
    assert school.pupils(pupil(upn="A12345678901B")).counts_of_effects() == [("unchanged", 1)]


def test_a_pupil_without_a_upn_is_found_by_the_local_id_and_given_one(school: Importer) -> None:
    school.pupils(pupil(upn="", local_id="9"))
    school.pupils(pupil(local_id="9"))
    assert Pupil.objects.values_list("upn", "local_id").get() == (PUPIL["upn"], "9")


@pytest.mark.parametrize(
    ("second", "column", "why"),
    [
        ({"upn": "B123456789012", "local_id": "9"}, "local_id", "another UPN"),
        ({"upn": "C123456789012", "local_id": "8"}, "local_id", "another pupil's"),
        ({"upn": "C123456789012", "former_upn": "A123456789012"}, "former_upn", "another pupil"),
    ],
)
def test_numbers_that_point_at_two_children_are_refused(
    school: Importer, second: dict[str, str], column: str, why: str
) -> None:
    school.pupils(
        pupil(local_id="9"), pupil(upn="C123456789012", local_id="10"), pupil(upn="D123456789012", local_id="8")
    )
    faults = school.faults(Kind.PUPILS, [pupil(**second)])
    assert (faults[0].line, why in faults[0].reason) == (2, True)
    assert faults[0].column in {column, "upn"}


@pytest.mark.parametrize(
    "second", [{}, {"upn": "B123456789012", "local_id": "9"}, {"upn": "B123456789012", "former_upn": PUPIL["upn"]}]
)
def test_two_rows_of_one_pupil_are_refused(school: Importer, second: dict[str, str]) -> None:
    faults = school.faults(Kind.PUPILS, [pupil(local_id="9"), pupil(**second)])
    assert (faults[0].line, faults[0].reason) == (3, "Duplicate row: line 2 is this pupil.")
    assert not Pupil.objects.exists()


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"upn": "A12345"}, "upn", "Bad UPN"),
        ({"upn": ""}, "upn", "neither a UPN nor a local_id"),
        ({"surname": ""}, "surname", "empty"),
        ({"admitted": ""}, "admitted", "empty"),
        ({"dob": "2027-01-01"}, "dob", "birthday is in the future"),
        ({"dob": "04.03.2017"}, "dob", "Bad date"),
        ({"admitted": "2016-09-01"}, "admitted", "before the day of birth"),
        ({"left": "2024-09-01"}, "left", "Left before admitted"),
        ({"year": "14"}, "year", "Bad year group"),
        ({"sex": "X"}, "sex", "Not one of F, M"),
        ({"fsm": "1"}, "fsm", "Bad flag"),
        ({"sen": "yes"}, "sen", "Bad SEN"),
        ({"enrolment_status": "part"}, "enrolment_status", "Not one of"),
        ({"forename": "x" * 101}, "forename", "Too long"),
        ({"contact1_email": "ann at home", "contact1_name": "Ann"}, "contact1_email", "Bad e-mail"),
        ({"contact2_phone": "01632 960001"}, "contact2_name", "empty"),
    ],
)
def test_a_bad_row_refuses_the_whole_file(school: Importer, cells: dict[str, str], column: str, why: str) -> None:
    faults = school.faults(Kind.PUPILS, [pupil(upn="B123456789012"), pupil(**cells)])
    assert [(fault.line, fault.column) for fault in faults] == [(3, column)]
    assert why in faults[0].reason
    assert not Pupil.objects.exists()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("column", ["surname", "dob", "admitted", "reg_group"])
def test_a_missing_column_is_named(school: Importer, column: str) -> None:
    row = {name: cell for name, cell in pupil().items() if name != column}
    faults = school.faults(Kind.PUPILS, [row])
    assert [(fault.line, fault.reason) for fault in faults] == [(1, f"The column {column} is missing.")]


@pytest.mark.parametrize("year", [("R", 0), ("N1", -2), ("n2", -1), ("13", 13), ("0", 0)])
def test_year_groups_as_schools_write_them(school: Importer, year: tuple[str, int]) -> None:
    school.pupils(pupil(year=year[0]))
    assert PupilYear.objects.get().year == year[1]


def test_an_import_never_lifts_a_restriction(school: Importer) -> None:
    school.pupils(pupil(address_confidential="yes", contact1_name="Rob Marsh", contact1_no_contact="yes"))
    job = school.pupils(
        pupil(
            address_confidential="no",
            contact1_name="rob  marsh",
            contact1_no_contact="no",
            contact1_phone="01632 960002",
        )
    )
    rob = Contact.objects.get()
    assert (rob.no_contact, rob.phone, Pupil.objects.get().address_confidential) == (True, "01632 960002", True)
    assert job.notes() == ["Restrictions the file would have lifted and that stay: 2."]


def test_a_restriction_stays_on_the_person_when_another_takes_the_place(school: Importer) -> None:
    # Given a father who may not be contacted, listed first
    school.pupils(pupil(contact1_name="Rob Marsh", contact1_no_contact="yes", contact2_name="Ann Marsh"))
    # When a file lists the mother and then an aunt
    school.pupils(pupil(contact1_name="Ann Marsh", contact2_name="Fay Dunn"))
    # Then the father is still there and still not to be contacted, and nobody has taken his place
    rows = Contact.objects.values_list("position", "name", "no_contact")
    assert list(rows) == [(1, "Rob Marsh", True), (2, "Ann Marsh", False), (3, "Fay Dunn", False)]


def test_a_contact_who_changes_name_is_the_same_contact(school: Importer) -> None:
    school.pupils(pupil(**CONTACT, contact1_phone="01632 960003"))
    school.pupils(pupil(contact1_name="Ann Dunn"))
    assert Contact.objects.values_list("name", "phone").get() == ("Ann Dunn", "01632 960003")


def test_there_may_be_any_number_of_contacts(school: Importer) -> None:
    school.pupils(pupil(**{f"contact{n}_name": f"Contact {n}" for n in range(1, 15)}))
    assert Contact.objects.count() == 14


def test_names_in_windows_1252_come_in_whole(school: Importer) -> None:
    rows = f"{','.join(PUPIL)}\n{','.join(pupil(surname='Nuñez', forename='Zoë').values())}\n"
    school.take(Kind.PUPILS, rows.encode("cp1252"))
    assert Pupil.objects.values_list("surname", "forename").get() == ("Nuñez", "Zoë")
