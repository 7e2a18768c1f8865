"""A timetable comes in from a file; from its first day on it is the whole of it, and what was before stays."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from attendance_mat import clock
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, rehearse_import
from registers.actions.importing_timetable import WITHOUT_WEEKS
from registers.models import (
    Group,
    GroupMember,
    OffTimetableDay,
    RegisterReminder,
    Room,
    TimetabledLesson,
    TimetablePeriod,
    TimetableWeek,
)
from tests.factories import make_group, make_pupil
from tests.people import People
from tests.registers.files import Importer
from tests.registers.lessons import make_lesson_register

SEPTEMBER, NOVEMBER, JANUARY = "2026-09-01", "2026-11-30", "2027-01-04"
TODAY = dt.date(2026, 11, 23)
NOBODY = "Nobody at this school has this address: import the staff first."
LESSON = {
    "record": "lesson", "from": SEPTEMBER, "to": "", "week": "", "weekday": "Mon", "period": "1", "starts": "09:00",
    "ends": "10:00", "group": "9A/Ma", "subject": "Maths", "room": "M1", "teacher": "", "upn": "", "local_id": "",
    "reason": "",
}  # fmt: skip


def lesson(**cells: str) -> dict[str, str]:
    return {**LESSON, **cells}


def row(record: str, **cells: str) -> dict[str, str]:
    return {**dict.fromkeys(LESSON, ""), "record": record, **cells}


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, with no timetable."""
    return Importer(tmp_path, alder, people.alma)


def standing() -> list[tuple[object, ...]]:
    """Return the lessons: when, whose, and the days they hold."""
    rows = TimetabledLesson.objects.order_by("from_date", "period__weekday", "period__name", "group__name")
    return [
        (each.period.name, each.period.starts.hour, each.group.name, each.room.name if each.room else "",
         each.from_date.isoformat(), each.until_date and each.until_date.isoformat())
        for each in rows.select_related("period", "group", "room")
    ]  # fmt: skip


def test_lessons_come_in_with_their_periods_rooms_groups_and_teachers(school: Importer, people: People) -> None:
    teacher = people.tess.user
    job = school.take(Kind.TIMETABLE, [
        lesson(teacher="TESS@example.org"), lesson(weekday="2", period="2", starts="10.05", ends="11:00", room="m1"),
        lesson(group="4A", weekday="Tue", week="b", room="", subject="", to="2026-12-18"),
    ])  # fmt: skip
    assert job.counts_of_effects() == [("new", 3)]
    assert standing() == [
        ("1", 9, "9A/Ma", "M1", SEPTEMBER, None),
        ("1", 9, "4A", "", SEPTEMBER, "2026-12-19"),
        ("2", 10, "9A/Ma", "M1", SEPTEMBER, None),
    ]
    assert TimetabledLesson.objects.get(period__weekday=0).teacher == teacher
    assert Group.objects.get(name="9A/Ma").kind == Group.Kind.TEACHING
    assert list(Room.objects.values_list("name", flat=True)) == ["M1"]
    assert job.notes() == [WITHOUT_WEEKS]
    event = AuditEvent.objects.get(kind=Event.TIMETABLE_IMPORTED)
    assert (event.by_name, event.detail["counts"]) == ("Alma Reyes", {"new": 3})


def test_importing_it_again_changes_nothing(school: Importer) -> None:
    make_pupil(upn="A123456789012")
    rows = [lesson(), row("pupil", group="9A/Ma", upn="A123456789012"), row("week", **{"from": NOVEMBER, "week": "A"}),
            row("off", **{"from": "2026-12-17", "to": "2026-12-18", "reason": "Mock exams"})]  # fmt: skip
    school.take(Kind.TIMETABLE, rows)
    assert school.take(Kind.TIMETABLE, rows).counts_of_effects() == [("unchanged", 4)]
    assert TimetabledLesson.objects.count() == TimetablePeriod.objects.count() == 1


def test_a_rehearsal_writes_nothing_and_says_what_would_change(school: Importer) -> None:
    file = school.file([lesson()], "timetable.csv")
    job = rehearse_import(Kind.TIMETABLE, file, school=school.school, by=school.by, at=clock.now())
    assert not Group.objects.exists()
    assert not TimetabledLesson.objects.exists()
    assert job.shown[0].cells == ["Lesson", "Monday", "1", "9A/Ma", "Maths"]


def test_next_terms_timetable_leaves_last_terms_as_it_was(school: Importer) -> None:
    # Given a lesson of September whose register was taken, and one that goes on
    school.take(Kind.TIMETABLE, [lesson(), lesson(period="2", starts="10:00", ends="11:00")])
    old = TimetabledLesson.objects.get(period__name="1")
    make_lesson_register(old, TODAY)
    # When the next term has the first at another time and in another room
    job = school.take(Kind.TIMETABLE, [
        lesson(**{"from": JANUARY}, starts="09:10", room="M2"),
        lesson(**{"from": JANUARY}, period="2", starts="10:00", ends="11:00"),
    ])  # fmt: skip
    # Then the old one ends where the new one begins, and says what it said
    assert job.counts_of_effects() == [("new", 1), ("removed", 1), ("unchanged", 1)]
    assert standing() == [
        ("1", 9, "9A/Ma", "M1", SEPTEMBER, JANUARY),
        ("2", 10, "9A/Ma", "M1", SEPTEMBER, None),
        ("1", 9, "9A/Ma", "M2", JANUARY, None),
    ]
    times = TimetablePeriod.objects.filter(name="1").order_by("from_date").values_list("starts", "until_date")
    assert list(times) == [(dt.time(9), dt.date(2027, 1, 4)), (dt.time(9, 10), None)]


def test_a_lesson_still_to_come_is_taken_back_and_a_period_goes_on_as_long_as_it_is_asked_for(school: Importer) -> None:
    school.take(Kind.TIMETABLE, [lesson(to="2026-12-18"), lesson(period="2", starts="10:00", ends="11:00")])
    job = school.take(Kind.TIMETABLE, [lesson(group="9B/Ma")])
    assert job.counts_of_effects() == [("new", 1), ("removed", 2)]
    assert standing() == [("1", 9, "9B/Ma", "M1", SEPTEMBER, None)]
    assert list(TimetablePeriod.objects.values_list("name", "until_date")) == [("1", None)]


def test_a_file_that_would_change_lessons_whose_registers_were_taken_is_refused(school: Importer) -> None:
    school.take(Kind.TIMETABLE, [lesson()])
    make_lesson_register(TimetabledLesson.objects.get(), TODAY)
    (fault,) = school.faults(Kind.TIMETABLE, [lesson(room="M2")])
    assert (fault.line, fault.column, fault.value) == (2, "from", SEPTEMBER)
    assert fault.reason == (
        "1 of the lessons that this file changes have a register, a cancellation, cover or a reminder on or after that "
        "day, the last on 2026-11-23: begin the file on a later day."
    )
    assert standing() == [("1", 9, "9A/Ma", "M1", SEPTEMBER, None)]
    # A day later it may
    school.take(Kind.TIMETABLE, [lesson(**{"from": "2026-11-24"}, room="M2")])
    assert [each[3:] for each in standing()] == [("M1", SEPTEMBER, "2026-11-24"), ("M2", "2026-11-24", None)]


def test_a_lesson_that_was_asked_for_or_is_covered_is_not_taken_back(school: Importer, people: People) -> None:
    school.take(Kind.TIMETABLE, [lesson()])
    by = {"sent_at": clock.now(), "sent_by": people.alma.user, "sent_by_name": "Alma", "sent_by_role": "office"}
    RegisterReminder.objects.create(date=TODAY, lesson=TimetabledLesson.objects.get(), **by)
    (fault,) = school.faults(Kind.TIMETABLE, [lesson(room="M2")])
    assert "cover or a reminder on or after that day, the last on 2026-11-23" in fault.reason
    assert standing() == [("1", 9, "9A/Ma", "M1", SEPTEMBER, None)]


def test_a_group_holds_just_the_pupils_of_the_file_and_no_day_that_has_been_changes(school: Importer) -> None:
    ivy, jon, kit = (make_pupil(upn=f"A12345678901{n}", local_id=str(n)) for n in range(3))
    school.take(Kind.TIMETABLE, [
        lesson(), row("pupil", group="9A/Ma", upn=ivy.upn), row("pupil", group="9A/Ma", local_id="1"),
    ])  # fmt: skip
    assert set(GroupMember.objects.values_list("pupil", "from_date")) == {
        (ivy.pk, dt.date(2026, 9, 1)), (jon.pk, dt.date(2026, 9, 1))
    }  # fmt: skip
    job = school.take(Kind.TIMETABLE, [
        row("pupil", group="9a/ma", upn=ivy.upn), row("pupil", group="9A/Ma", upn=kit.upn)
    ])  # fmt: skip
    assert job.counts_of_effects() == [("new", 1), ("removed", 1), ("unchanged", 1)]
    assert set(GroupMember.objects.values_list("pupil", "from_date", "until_date")) == {
        (ivy.pk, dt.date(2026, 9, 1), None), (jon.pk, dt.date(2026, 9, 1), TODAY), (kit.pk, TODAY, None)
    }  # fmt: skip
    # and one who joined this very day is taken out again
    school.take(Kind.TIMETABLE, [row("pupil", group="9A/Ma", upn=ivy.upn)])
    assert not GroupMember.objects.filter(pupil=kit).exists()


def test_weeks_and_days_off_timetable_come_in_and_days_go_back_on(school: Importer) -> None:
    school.take(Kind.TIMETABLE, [
        row("week", **{"from": NOVEMBER, "week": "a"}), row("week", **{"from": "2026-12-07", "week": "B"}),
        row("off", **{"from": "2026-12-17", "to": "2026-12-18", "reason": "Mock exams"}),
    ])  # fmt: skip
    job = school.take(Kind.TIMETABLE, [
        row("week", **{"from": NOVEMBER, "week": "B"}), row("on", **{"from": "2026-12-18"}),
    ])  # fmt: skip
    assert job.counts_of_effects() == [("changed", 1), ("removed", 1)]
    assert list(TimetableWeek.objects.order_by("begins_on").values_list("week", flat=True)) == ["B", "B"]
    assert [str(day.date) for day in OffTimetableDay.objects.all()] == ["2026-12-17"]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"record": ""}, "record", "Say what the row is: lesson, pupil, week, off, on."),
        ({"record": "room"}, "record", "Not one of lesson, pupil, week, off, on."),
        ({"from": ""}, "from", "A row “lesson” needs “from”."),
        ({"group": ""}, "group", "A row “lesson” needs “group”."),
        ({"from": "01/09/26"}, "from", "Bad date: write it as 2026-09-01 or 01/09/2026."),
        ({"to": "2026-08-31"}, "to", "The last day is before the first."),
        ({"week": "C"}, "week", "Not one of A, B."),
        ({"weekday": "Mon-Fri"}, "weekday", "Write one weekday: a lesson on two days has two rows."),
        ({"starts": "9"}, "starts", "Bad time: write hours and minutes, such as 09:05."),
        ({"starts": "24:00"}, "starts", "Bad time: write hours and minutes, such as 09:05."),
        ({"ends": "09:00"}, "ends", "The lesson ends before it starts."),
        ({"teacher": "nobody@example.org"}, "teacher", NOBODY),
        ({"teacher": "cass@example.org"}, "teacher", NOBODY),
        ({"period": "p" * 21}, "period", "Too long: there is room for 20 characters."),
    ],
)  # fmt: skip
def test_a_lesson_that_cannot_be_is_refused_with_its_cell(
    school: Importer, people: People, cells: dict[str, str], column: str, reason: str
) -> None:
    people.user("cass")
    (fault,) = school.faults(Kind.TIMETABLE, [lesson(**cells)])
    assert (fault.line, fault.column, fault.reason) == (2, column, reason)
    assert not Group.objects.filter(name="9A/Ma").exists()


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (row("pupil", group="4A"), "upn", "Say which pupil: by UPN or local_id."),
        (row("pupil", group="9A/Ma", upn="A999999999999"), "upn", "There is no such pupil: import the pupils first."),
        (row("pupil", group="9A/Ma", local_id="77"), "local_id", "There is no such pupil: import the pupils first."),
        (row("pupil", group="4A", upn="A123456789012"), "group",
         "This is a registration group: its pupils come with the pupils' own file."),
        (row("week", **{"from": "2026-12-01", "week": "A"}), "from", "A week is named by its Monday."),
        (row("week", **{"from": "2026-11-23", "week": "A"}), "from",
         "Lesson registers were taken then: that cannot change any more."),
        (row("off", **{"from": "2026-12-01"}), "reason", "A row “off” needs “reason”."),
        (row("off", **{"from": "2026-11-20", "to": "2026-11-27", "reason": "Sport"}), "from",
         "Lesson registers were taken then: that cannot change any more."),
        (row("off", **{"from": "2026-12-01", "to": "2027-02-01", "reason": "Sport"}), "to",
         "A row takes no more than 60 days off the timetable."),
    ],
)  # fmt: skip
def test_other_rows_that_cannot_be_are_refused(
    school: Importer, cells: dict[str, str], column: str, reason: str
) -> None:
    make_pupil(upn="A123456789012", group=make_group())
    school.take(Kind.TIMETABLE, [lesson()])
    make_lesson_register(TimetabledLesson.objects.get(), TODAY)
    (fault,) = school.faults(Kind.TIMETABLE, [cells])
    assert (fault.line, fault.column, fault.reason) == (2, column, reason)


@pytest.mark.parametrize(
    ("second", "column", "reason"),
    [
        (lesson(), "record", "Duplicate row: the same is already on line 2."),
        (lesson(room="M2"), "period", "This group has another lesson in this period on line 2."),
        (lesson(week="A"), "period", "This group has another lesson in this period on line 2."),
        (lesson(group="9B", starts="09:05"), "starts",
         "This period has other times on line 2: a file has one time for each."),
    ],
)  # fmt: skip
def test_two_lessons_that_cannot_both_be_are_refused(
    school: Importer, second: dict[str, str], column: str, reason: str
) -> None:
    (fault,) = school.faults(Kind.TIMETABLE, [lesson(), second])
    assert (fault.line, fault.column, fault.reason) == (3, column, reason)


def test_weeks_a_and_b_and_one_after_the_other_are_not_two_at_once(school: Importer) -> None:
    job = school.take(Kind.TIMETABLE, [
        lesson(week="A", to="2026-12-18"), lesson(week="B"), lesson(week="A", **{"from": JANUARY}, room="M2"),
        row("week", **{"from": NOVEMBER, "week": "A"}),
    ])  # fmt: skip
    assert job.counts_of_effects() == [("new", 4)]
    assert not job.notes()


@pytest.mark.parametrize("record", ["week", "off"])
def test_a_day_named_twice_is_refused(school: Importer, record: str) -> None:
    cells = {"from": NOVEMBER, "week": "A", "reason": "Sport"}
    (fault,) = school.faults(Kind.TIMETABLE, [row(record, **cells), row(record, **cells, subject="Other")])
    assert (fault.line, fault.reason) == (3, "This day is on another line already.")


def test_the_same_pupil_twice_in_a_group_is_refused(school: Importer) -> None:
    make_pupil(upn="A123456789012", local_id="7")
    twice = [row("pupil", group="9A/Ma", upn="A123456789012"), row("pupil", group="9A/Ma", local_id="7")]
    (fault,) = school.faults(Kind.TIMETABLE, twice)
    assert (fault.line, fault.reason) == (3, "This pupil is in this group on line 2 already.")


@pytest.mark.parametrize("lessons", [2, 20])
def test_an_import_costs_the_same_for_few_lessons_and_many(
    school: Importer, lessons: int, django_assert_max_num_queries
) -> None:
    rows = [lesson(group=f"G{n}", room=f"R{n}") for n in range(lessons)]
    rows += [row("pupil", group=f"G{n}", upn=make_pupil().upn) for n in range(lessons)]
    with django_assert_max_num_queries(40):
        school.take(Kind.TIMETABLE, rows)


def test_the_command_takes_a_file_and_the_page_offers_it(school: Importer, browse) -> None:
    file, out = school.file([lesson()], "timetable.csv"), StringIO()
    call_command("import_timetable", "alder-primary", str(file.path), stderr=out)
    assert out.getvalue() == "Timetable of Alder Primary School: 1 new.\n"
    page = browse("olly").get("/s/alder-primary/imports/").content.decode()
    assert "Timetable: lessons, teaching groups, weeks A and B, days off timetable" in page
    assert "Timetable imported" in page
