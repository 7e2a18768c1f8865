"""A school's people come in from a file, with their roles, dates and groups; doing it again changes nothing."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from attendance_mat import clock
from attendance_mat.accounts.models import Membership, User
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, rehearse_import, run_import
from registers.models import Assignment, Group
from tests.factories import make_group
from tests.people import People
from tests.registers.files import Importer

HEADING = "email,name,role,from,to,groups,weekdays\n"
STAFF = (
    f"{HEADING}"
    "Nia@example.org,Nia New,tutor,2026-09-01,,4A;Maths 1,Mon-Wed\n"
    "yan@example.org,Yan Old,Head of year,01/09/2026,31/08/2027,Year 9,\n"
)
WEEK = [0, 1, 2, 3, 4]


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, where the head imports."""
    return Importer(tmp_path, alder, people.ben)


def roles() -> list[tuple[str, str, str, str | None]]:
    rows = Membership.objects.exclude(user__name="Ben Okafor").order_by("user__email", "from_date")
    return [(row.user.email, row.role, str(row.from_date), row.until_date and str(row.until_date)) for row in rows]


def groups() -> list[tuple[str, list[int], str, str | None]]:
    rows = Assignment.objects.order_by("pk")
    return [
        (row.group.name if row.group else f"year {row.year}", row.weekdays, str(row.from_date),
         row.until_date and str(row.until_date)) for row in rows
    ]  # fmt: skip


def test_people_roles_and_groups_are_made(school: Importer) -> None:
    make_group("4A")
    Group.objects.create(kind="teaching", name="Maths 1")
    job = school.take(Kind.STAFF, STAFF)
    assert job.counts_of_effects() == [("new", 2)]
    assert roles() == [
        ("nia@example.org", "tutor", "2026-09-01", None),
        ("yan@example.org", "head_of_year", "2026-09-01", "2027-09-01"),
    ]
    assert groups() == [
        ("4A", [0, 1, 2], "2026-09-01", None),
        ("Maths 1", [0, 1, 2], "2026-09-01", None),
        ("year 9", WEEK, "2026-09-01", "2027-09-01"),
    ]
    assert AuditEvent.objects.get(kind=Event.STAFF_IMPORTED).detail["counts"] == {"new": 2}


def test_importing_it_again_changes_nothing(school: Importer) -> None:
    school.take(Kind.STAFF, STAFF)
    before = (roles(), groups(), AuditEvent.objects.count())
    job = school.take(Kind.STAFF, STAFF)
    assert job.counts_of_effects() == [("unchanged", 2)]
    assert (roles(), groups(), AuditEvent.objects.count()) == (*before[:2], before[2] + 1)


def test_a_registration_group_not_met_before_is_made(school: Importer) -> None:
    school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,,,7Q,Fri\n")
    assert Group.objects.get(name="7Q").kind == Group.Kind.REGISTRATION
    assert groups() == [("7Q", [4], "2026-11-23", None)]


def test_the_preview_says_what_would_happen_and_writes_nothing(school: Importer) -> None:
    job = rehearse_import(Kind.STAFF, school.file(STAFF), school=school.school, by=school.by, at=clock.now())
    assert [row.words for row in job.shown] == [
        "Tutor from 2026-09-01, 4A begins, Maths 1 begins", "Head of year from 2026-09-01, Year 9 begins",
    ]  # fmt: skip
    assert not roles()
    assert not Group.objects.exists()
    assert not AuditEvent.objects.exists()


def test_two_sharing_a_class_have_their_own_days(school: Importer) -> None:
    school.take(
        Kind.STAFF,
        f"{HEADING}a@example.org,A One,teacher,2026-09-01,,4A,1;2\n"
        "b@example.org,B Two,teacher,2026-09-01,,4A,Wed Thu Fri\n",
    )
    assert [(name, days) for name, days, *_ in groups()] == [("4A", [0, 1]), ("4A", [2, 3, 4])]


def test_an_empty_cell_and_a_missing_person_stay_as_they_are(school: Importer) -> None:
    school.take(Kind.STAFF, STAFF)
    before = (roles(), groups())
    school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,,,,\n")
    assert (roles(), groups()) == before


def test_another_last_day_changes_the_role_and_its_groups(school: Importer) -> None:
    school.take(Kind.STAFF, STAFF)
    job = school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,2026-09-01,2026-12-18,4A;Maths 1,\n")
    assert job.counts_of_effects() == [("changed", 1)]
    assert roles()[0] == ("nia@example.org", "tutor", "2026-09-01", "2026-12-19")
    assert groups()[0] == ("4A", [0, 1, 2], "2026-09-01", "2026-12-19")


def test_a_group_the_persons_row_no_longer_names_ends_that_day(school: Importer) -> None:
    school.take(Kind.STAFF, STAFF)
    school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,2026-09-01,,4B,\n")
    assert groups()[:2] == [
        ("4A", [0, 1, 2], "2026-09-01", "2026-11-23"), ("Maths 1", [0, 1, 2], "2026-09-01", "2026-11-23"),
    ]  # fmt: skip
    assert groups()[-1] == ("4B", WEEK, "2026-09-01", None)


def test_a_group_still_to_come_that_is_no_longer_named_is_dropped(school: Importer) -> None:
    school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,2027-01-04,,4A,\n")
    school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,2027-01-04,,4B,\n")
    assert [name for name, *_ in groups()] == ["4B"]


def test_a_role_ended_by_hand_stays_ended(school: Importer) -> None:
    # Given a teacher whose role the head ended today
    school.take(Kind.STAFF, STAFF)
    Membership.objects.filter(user__email="nia@example.org").update(ended_at=clock.now())
    # When last week's file is imported again, then the role does not come back
    school.take(Kind.STAFF, STAFF)
    assert not Membership.objects.filter(user__email="nia@example.org", ended_at__isnull=True).exists()
    # But it does from a later day
    school.take(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,tutor,2027-01-04,,,\n")
    assert Membership.objects.filter(user__email="nia@example.org", ended_at__isnull=True).count() == 1


def test_two_rows_of_one_role_that_touch_are_one_membership(school: Importer) -> None:
    rows = (
        f"{HEADING}nia@example.org,Nia New,teacher,2026-09-01,2026-12-18,4A,\n"
        "nia@example.org,Nia New,teacher,2026-12-19,,4B,\n"
    )
    for _ in range(2):
        school.take(Kind.STAFF, rows)
        assert roles() == [("nia@example.org", "teacher", "2026-09-01", None)]
        assert [(name, start, end) for name, _, start, end in groups()] == [
            ("4A", "2026-09-01", "2026-12-19"), ("4B", "2026-12-19", None),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("nia,Nia,tutor,,,,", "email", "Bad e-mail address."),
        (",Nia,tutor,,,,", "email", "The email is empty."),
        ("nia@example.org,,tutor,,,,", "name", "The name is empty."),
        ("nia@example.org,Nia,king,,,,", "role", "Not a role of a school"),
        ("nia@example.org,Nia,trustee,,,,", "role", "held in the trust"),
        ("nia@example.org,Nia,tutor,31/02/2026,,,", "from", "no such day"),
        ("nia@example.org,Nia,tutor,2026-09-02,2026-09-01,,", "to", "before the first"),
        ("nia@example.org,Nia,tutor,,,4A,T", "weekdays", "Bad weekday"),
        ("nia@example.org,Nia,tutor,,,4A,Fri-Mon", "weekdays", "Bad weekday"),
        ("nia@example.org,Nia,tutor,,,4A,8", "weekdays", "Bad weekday"),
        (f"nia@example.org,Nia,tutor,,,{'x' * 41},", "groups", "Too long"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason_and_nothing_is_kept(
    school: Importer, row: str, column: str, reason: str
) -> None:
    faults = school.faults(Kind.STAFF, f"{HEADING}ok@example.org,Ok,tutor,,,,\n{row}\n")
    assert [(fault.line, fault.column) for fault in faults] == [(3, column)]
    assert reason in faults[0].reason
    assert not User.objects.filter(email="ok@example.org").exists()


def test_the_same_row_twice_and_two_names_of_one_address_are_faults(school: Importer) -> None:
    row = "nia@example.org,Nia New,tutor,,,,\n"
    faults = school.faults(Kind.STAFF, f"{HEADING}{row}{row}nia@example.org,Another,teacher,,,,\n")
    assert [fault.reason for fault in faults] == [
        "Duplicate row: the same is already on line 2.", "This address has another name on line 2.",
    ]  # fmt: skip


def test_nobody_imports_a_role_that_may_do_more_than_they_may(school: Importer, people: People) -> None:
    school.by = people.member("olly")
    faults = school.faults(Kind.STAFF, f"{HEADING}nia@example.org,Nia New,headteacher,,,,\n")
    assert "Only someone who holds that role's powers" in faults[0].reason


def test_the_command_takes_a_file_in_the_name_of_a_machine_or_of_the_head(school: Importer, people: People) -> None:
    path = str(school.file(STAFF).path)
    call_command("import_staff", "alder-primary", path)
    assert AuditEvent.objects.get(kind=Event.STAFF_IMPORTED).by_name == "Import"
    people.user("alma")
    with pytest.raises(CommandError, match="may not import"):
        call_command("import_staff", "alder-primary", path, "--by", "alma@example.org")


def test_a_whole_staff_room_is_taken_in_few_statements_a_person(
    school: Importer, django_assert_max_num_queries
) -> None:
    rows = "".join(f"t{n}@example.org,Teacher {n},teacher,2026-09-01,,4A,\n" for n in range(20))
    file = school.file(f"{HEADING}{rows}")
    with django_assert_max_num_queries(20 * 20):
        run_import(Kind.STAFF, file, school=school.school, by=school.by, at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))


def test_the_head_imports_staff_on_the_page_and_the_office_does_not(browse, settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    page = "/s/alder-primary/imports/"

    def send(client: Client):
        return client.post(f"{page}preview/", {"kind": "staff", "file": SimpleUploadedFile("s.csv", STAFF.encode())})

    assert send(browse("olly")).status_code == 422
    assert 'value="staff"' not in browse("olly").get(page).text
    # When the head sends the file, the preview says what would happen, and Yes does it
    head = browse("ben")
    preview = send(head).text
    assert "Tutor from 2026-09-01, 4A begins, Maths 1 begins" in preview
    assert not User.objects.filter(email="nia@example.org").exists()
    said = head.post(
        f"{page}confirm/", {"ticket": re.search(r'name="ticket" value="([^"]+)"', preview)[1]}, follow=True
    )
    assert "2 new" in said.text
    assert User.objects.filter(email="nia@example.org").exists()
