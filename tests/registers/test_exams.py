"""Exams: a hall's register supplies a session's marks, and study leave stays only where there is no exam."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from attendance_mat.accounts.roles import Role
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.exams import Sitting, set_up_exam
from registers.actions.taking_lessons import finish_lesson_register, open_lesson_register, save_lesson_marks
from registers.models import (
    ExpectedMark,
    Group,
    LessonMark,
    Mark,
    OffTimetableDay,
    Pupil,
    Register,
    TimetabledLesson,
    TimetablePeriod,
)
from registers.queries.timetable import lessons_from, periods_from
from registers.rules.calendar import Half
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_session
from tests.people import People

MONDAY = dt.date(2026, 11, 23)
SCHOOL = "/s/alder-primary"
Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=LONDON)


def year_eleven(number: int = 2) -> list[Pupil]:
    group = make_group("11A")
    return [make_pupil(group=group, dob=dt.date(2011, 3, 4), year=11) for _ in range(number)]


def maths(people: People, **changed: object) -> Sitting:
    planned = {
        "exam": "GCSE Mathematics paper 1", "date": MONDAY, "half": Half.AM, "starts": dt.time(9),
        "ends": dt.time(10, 30), "room": "Hall", "invigilator": people.tess.user,
    }  # fmt: skip
    return Sitting(**{**planned, **changed})


def sent(**changed: object) -> dict[str, object]:
    return {
        "exam": "GCSE Mathematics paper 1", "date": "23/11/2026", "half": "am", "starts": "09:00", "ends": "10:30",
        "room": "Hall", "groups": [make_group("11A").pk], "numbers": "", **changed,
    }  # fmt: skip


def leave(people: People, pupil: Pupil, **fields: object) -> ExpectedMark:
    by = people.alma
    return ExpectedMark.objects.create(**{
        "pupil": pupil, "from_date": MONDAY, "until_date": MONDAY + dt.timedelta(days=2), "code": "S",
        "origin": "study leave", "granted_by": by.user, "granted_by_name": by.name, "granted_by_role": by.role,
        "granted_at": at(8), **fields,
    })  # fmt: skip


def test_the_hall_s_register_gives_the_session_s_marks(people: People, it_is: Moment) -> None:
    it_is(at(8, 55))
    make_session(MONDAY)
    here, absent = pupils = year_eleven()
    lesson = set_up_exam(maths(people), pupils, by=people.alma, at=at(8, 55))
    register = open_lesson_register(lesson, MONDAY, by=people.tess, at=at(8, 55))
    entries = [LessonEntry(here.pk, "/", 0, at(8, 56)), LessonEntry(absent.pk, "N", 0, at(8, 56))]
    it_is(at(8, 56))
    save_lesson_marks(register, entries, key=uuid4(), digest="", by=people.tess, at=at(8, 56))
    finish_lesson_register(register, by=people.tess, at=at(8, 57))
    assert set(Mark.objects.values_list("pupil", "code", "source")) == {
        (here.pk, "/", "lesson"), (absent.pk, "N", "lesson"),
    }  # fmt: skip
    assert Register.objects.get().finished_by == people.tess.user
    assert LessonMark.objects.count() == 2


def test_an_exam_is_sat_on_a_day_off_the_timetable_and_listed_with_its_reason(
    people: People, it_is: Moment, browse: Browse
) -> None:
    it_is(at(8, 55))
    make_session(MONDAY)
    OffTimetableDay.objects.create(date=MONDAY, reason="Mock exams")
    lesson = set_up_exam(maths(people), year_eleven(), by=people.alma, at=at(8, 55))
    html = browse("tess").get(f"{SCHOOL}/lessons/").content.decode()
    assert "This day is off the timetable: Mock exams." in html
    assert "GCSE Mathematics paper 1" in html
    assert open_lesson_register(lesson, MONDAY, by=people.tess, at=at(8, 55)).pk
    page = browse("tess").get(f"{SCHOOL}/lesson-registers/{lesson.registers.get().pk}/").content.decode()
    assert "This exam takes the registration of the morning" in page


def test_study_leave_stays_only_on_the_sessions_without_an_exam(people: People, it_is: Moment) -> None:
    it_is(at(8))
    for day in (MONDAY, MONDAY + dt.timedelta(days=1)):
        make_session(day)
        make_session(day, "pm")
    pupils = year_eleven(3)
    whole, morning = (
        leave(people, pupils[0]),
        leave(people, pupils[1], halves="am", until_date=MONDAY + dt.timedelta(1)),
    )
    ill = leave(people, pupils[2], code="I")
    set_up_exam(maths(people), pupils, by=people.alma, at=at(8, 1))
    now = ExpectedMark.objects.filter(ended_at__isnull=True).order_by("pupil_id", "from_date")
    assert [(row.pupil, row.from_date, row.until_date, row.halves, row.code) for row in now] == [
        (pupils[0], MONDAY, MONDAY + dt.timedelta(1), "pm", "S"),
        (pupils[0], MONDAY + dt.timedelta(1), MONDAY + dt.timedelta(2), "both", "S"),
        (pupils[2], MONDAY, MONDAY + dt.timedelta(2), "both", "I"),
    ]  # fmt: skip
    assert {whole.pk, morning.pk}.isdisjoint(now.values_list("pk", flat=True))
    assert ill.pk in now.values_list("pk", flat=True)


def test_study_leave_entered_afterwards_leaves_out_the_exams_set_up(
    people: People, it_is: Moment, browse: Browse
) -> None:
    it_is(at(8))
    for half in ("am", "pm"):
        make_session(MONDAY, half)
    (pupil,) = year_eleven(1)
    set_up_exam(maths(people), [pupil], by=people.alma, at=at(8))
    client, page = browse("alma"), f"{SCHOOL}/pupils/{pupil.pk}/expected/study-leave/"
    answer = client.post(page, {"first_date": "23/11/2026", "last_date": "23/11/2026", "exams": ""})
    assert answer.status_code == 302, answer.content.decode()
    assert list(ExpectedMark.objects.values_list("halves", "code")) == [("pm", "S")]


def test_the_page_sets_up_an_exam_and_lists_it(people: People, it_is: Moment, browse: Browse) -> None:
    it_is(at(8))
    make_session(MONDAY)
    year_eleven()
    other = make_pupil(upn="A123456789012", group=make_group("11B"))
    client = browse("alma")
    assert "No exam is set up" in client.get(f"{SCHOOL}/exams/").content.decode()
    given = sent(numbers="a123456789012", invigilator=people.tess.user.pk)
    html = client.post(f"{SCHOOL}/exams/", given, follow=True).content.decode()
    assert "GCSE Mathematics paper 1 is set up for 3 pupils." in html
    lesson = TimetabledLesson.objects.get()
    assert (lesson.teacher, lesson.supplies) == (people.tess.user, "am")
    assert lesson.group.places.filter(pupil=other).exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"exam": ""}, "Name the exam"),
        ({"starts": "nine"}, "Enter a time, such as 09:00."),
        ({"ends": "08:00"}, "The exam ends before it starts."),
        ({"date": "28/11/2026"}, "The school does not meet then"),
        ({"date": "22/11/2026"}, "That day is past."),
        ({"groups": []}, "Choose a group, or enter the candidates"),
        ({"numbers": "Z9"}, "Nobody on the roll that day has the number Z9."),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(
    people: People, it_is: Moment, browse: Browse, changed: dict[str, object], words: str
) -> None:
    it_is(at(8))
    make_session(MONDAY)
    year_eleven()
    answer = browse("alma").post(f"{SCHOOL}/exams/", sent(**changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TimetabledLesson.objects.exists()


def test_only_who_takes_registers_on_the_day_is_chosen_to_take_the_exam_s(
    people: People, it_is: Moment, browse: Browse
) -> None:
    it_is(at(8))
    make_session(MONDAY)
    year_eleven()
    for name, role, days in (("tutu", Role.TUTOR, 0), ("hana", Role.HEAD_OF_YEAR, 1)):
        people.user(name).memberships.update(from_date=MONDAY + dt.timedelta(days=days), role=role)
    people.tess.user.memberships.update(until_date=MONDAY)
    people.user("dov")
    client = browse("alma")

    offered = client.get(f"{SCHOOL}/exams/").text

    assert "Tutu Marsh" in offered
    assert "Tess Lindqvist" not in offered
    assert "Dov Pike" not in offered
    early = client.post(f"{SCHOOL}/exams/", sent(invigilator=people.user("hana").pk))
    assert early.status_code == 422
    assert "They take no registers here on that day." in early.text
    assert client.post(f"{SCHOOL}/exams/", sent(invigilator=people.user("tutu").pk)).status_code == 302


def test_nobody_sits_two_exams_in_a_session_and_one_is_sat_in_two_rooms(
    people: People, it_is: Moment, browse: Browse
) -> None:
    it_is(at(8))
    make_session(MONDAY)
    one, two = year_eleven()
    set_up_exam(maths(people), [one], by=people.alma, at=at(8))
    refused = browse("alma").post(f"{SCHOOL}/exams/", sent(room="Gym"))
    assert "1 of them have another exam in that session" in refused.content.decode()
    set_up_exam(maths(people, room="Gym"), [two], by=people.alma, at=at(8))
    assert TimetablePeriod.objects.count() == 1
    assert [group.name for group in Group.objects.filter(kind="teaching").order_by("pk")] == [
        "GCSE Mathematics paper 23 Nov 26 am", "GCSE Mathematics paper 23 Nov 26 am 2",
    ]  # fmt: skip


def test_a_timetable_s_import_leaves_exams_alone(people: People, it_is: Moment) -> None:
    it_is(at(8))
    make_session(MONDAY)
    set_up_exam(maths(people), year_eleven(), by=people.alma, at=at(8))
    assert lessons_from(MONDAY) == []
    assert periods_from(MONDAY) == []


def test_a_classroom_sets_up_no_exam(browse: Browse) -> None:
    assert browse("tess").get(f"{SCHOOL}/exams/").status_code == 403
