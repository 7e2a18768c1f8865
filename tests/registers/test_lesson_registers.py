"""Lesson registers: the day's lessons, taking one, and the statutory register that stays as it is."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from registers.models import (
    Assignment,
    ExpectedMark,
    FamilyTie,
    LessonMark,
    LessonRegister,
    Mark,
    OffTimetableDay,
    Pupil,
    TimetabledLesson,
    TimetableWeek,
)
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

TODAY = dt.date(2026, 11, 23)
IN_THE_LESSON = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)
AFTER_IT = dt.datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
SCHOOL = "/s/alder-primary"
LOG_IN = 4 + 2  # and two settings of the search path
Browse = Callable[[str], Client]


@dataclass
class Lesson:
    """A lesson of today with three pupils, and its teacher's browser."""

    client: Client
    lesson: TimetabledLesson
    pupils: list[Pupil]
    people: People

    @property
    def register(self) -> LessonRegister:
        return LessonRegister.objects.get()

    @property
    def address(self) -> str:
        return f"{SCHOOL}/lesson-registers/{self.register.pk}/"

    def open(self, client: Client | None = None, day: dt.date = TODAY) -> object:
        return (client or self.client).post(f"{SCHOOL}/lessons/{day}/{self.lesson.pk}/register/")

    def press(self, button: str, *rows: tuple[int, dict[str, str]], client: Client | None = None) -> object:
        """Send the form with some rows changed, each as the page last showed it unless it says otherwise."""
        posted = {"do": button, "key": str(uuid4())}
        for place, cells in rows:
            pupil = self.pupils[place]
            mark = LessonMark.objects.filter(pupil=pupil).first()
            seen = f"{1 + mark.changes}|{mark.code}|||" if mark else "0||||"
            posted |= {f"{name}-{pupil.pk}": value for name, value in {"seen": seen, **cells}.items()}
        return (client or self.client).post(self.address, posted)

    def said(self) -> list[tuple[str, int | None, str]]:
        return [(mark.code, mark.minutes_late, mark.place) for mark in LessonMark.objects.order_by("pupil__forename")]


@pytest.fixture
def lesson(browse: Browse, people: People, it_is: Callable[[dt.datetime], None]) -> Lesson:
    """Return a maths lesson of Tess's at a quarter to nine, in which it is nine o'clock; all three were registered."""
    it_is(IN_THE_LESSON)
    form = make_group("9A")
    pupils = [make_pupil(forename=name, group=form, dob=dt.date(2013, 3, 4), year=9) for name in ("Ada", "Bea", "Cal")]
    session = make_session(TODAY)
    for pupil in pupils:
        make_mark(pupil, session, "/", by=people.alma, group=form, made_at=IN_THE_LESSON - dt.timedelta(minutes=20))
    group = make_teaching_group("9A/Ma", *pupils)
    made = make_lesson(group, make_period(), teacher=people.tess.user)
    return Lesson(browse("tess"), made, pupils, people)


def test_the_start_page_lists_the_teachers_lessons_of_today_and_opens_one_in_one_press(lesson: Lesson) -> None:
    make_lesson(make_teaching_group("9B/Ma"), make_period(3), teacher=lesson.people.tess.user)
    make_lesson(make_teaching_group("9C/Ma"), make_period())  # of nobody
    html = lesson.client.get(f"{SCHOOL}/").content.decode()
    assert "Take 9A/Ma" in html
    assert "Later today" in html
    assert "9C/Ma" not in html
    answer = lesson.open()
    assert answer.url == f"{SCHOOL}/lesson-registers/{lesson.register.pk}/"
    assert AuditEvent.objects.filter(kind=Event.LESSON_REGISTER_OPENED).count() == 1
    assert lesson.open().url == answer.url
    assert "In progress" in lesson.client.get(f"{SCHOOL}/").content.decode()


def test_a_register_is_taken_and_finished_and_the_statutory_marks_stay(lesson: Lesson) -> None:
    lesson.open()
    # When one is absent, one eight minutes late, and everyone else there
    lesson.press("save", (0, {"mark": "N"}), (1, {"mark": "late", "minutes": "8"}))
    lesson.press("everyone-1")
    done = lesson.client.post(lesson.address, {"do": "finish"}, follow=True)
    # Then the lesson says so, its register is finished, and the mark of the morning is what it was
    assert "The lesson&#x27;s register is finished." in done.content.decode()
    assert lesson.said() == [("N", None, ""), ("L", 8, ""), ("/", None, "")]
    assert (lesson.register.finished_by, lesson.register.taken_by) == (lesson.people.tess.user,) * 2
    assert list(Mark.objects.values_list("code", "changes")) == [("/", 0)] * 3
    event = AuditEvent.objects.get(kind=Event.LESSON_REGISTER_FINISHED)
    assert event.detail["codes"] == {"N": 1, "L": 1, "/": 1}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"mark": "late"}, "Say how many minutes late."),
        ({"mark": "late", "minutes": "eight"}, "Enter whole minutes, such as 8."),
        ({"mark": "late", "minutes": "0"}, "The minutes late are more than none and no more than the lesson has."),
        ({"mark": "late", "minutes": "61"}, "The minutes late are more than none and no more than the lesson has."),
        ({"mark": "ES"}, "Say where the child is."),
        ({"mark": "ES", "place": "  "}, "Say where the child is."),
        ({"mark": "ES", "place": "Nurse", "until": "soon"}, "Enter when the child is expected back, such as 10:30."),
        ({"mark": "ES", "place": "Nurse", "until": "08:00"},
         "The child is expected back before the lesson began: enter a later time."),
        ({"mark": "I"}, "Choose present, absent, late or elsewhere on site."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_the_child_and_nothing_is_lost(
    lesson: Lesson, cells: dict[str, str], words: str
) -> None:
    lesson.open()
    answer = lesson.press("finish", (0, cells), (1, {"mark": "N"}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count(words) == 2  # at the head, and in the row
    assert f'value="{cells.get("minutes", "")}"' in html
    assert lesson.said() == [("N", None, "")]


def test_elsewhere_on_site_says_where_and_until_when(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "ES", "place": "Music", "until": "09:30"}))
    mark = LessonMark.objects.get()
    assert (mark.code, mark.place, mark.until_at) == ("ES", "Music", IN_THE_LESSON + dt.timedelta(minutes=30))
    assert "Back at 09:30" in lesson.client.get(lesson.address).content.decode()


def test_the_page_shows_what_registration_said_and_leaves_out_who_was_absent_then(lesson: Lesson) -> None:
    late = make_pupil(forename="Dee", dob=dt.date(2013, 3, 4), year=9, group=make_group("9A"))
    make_mark(late, make_session(TODAY), "N", by=lesson.people.alma, group=make_group("9A"),
              made_at=IN_THE_LESSON - dt.timedelta(minutes=20))  # fmt: skip
    make_teaching_group("9A/Ma", late)
    lesson.open()
    html = lesson.client.get(lesson.address).content.decode()
    assert html.count('<td class="row-registered">Present') == 3
    assert "Not there at registration: mark by hand." in html
    assert 'value="everyone-3"' in html
    lesson.press("everyone-3")
    assert not LessonMark.objects.filter(pupil=late).exists()
    assert "1 child has no mark yet." in lesson.client.post(lesson.address, {"do": "finish"}).content.decode()


def test_who_is_not_expected_is_shown_without_the_reason_and_is_not_absent(lesson: Lesson) -> None:
    people = lesson.people
    ExpectedMark.objects.create(
        pupil=lesson.pupils[0], from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), code="E", origin="office",
        granted_by=people.alma.user, granted_by_name="Alma", granted_by_role="attendance_officer",
        granted_at=IN_THE_LESSON,
    )  # fmt: skip
    Mark.objects.all()  # the registration's marks stay beside it
    lesson.open()
    html = lesson.client.get(lesson.address).content.decode()
    assert "Not expected" in html
    assert "uspen" not in html
    answer = lesson.press("save", (0, {"mark": "N"}))
    assert "This child is not expected: leave the mark empty" in answer.content.decode()
    # but one who came is marked all the same, and the register is finished without the others
    lesson.press("everyone-2")
    assert lesson.client.post(lesson.address, {"do": "finish"}).status_code == 302
    assert LessonMark.objects.count() == 2


def test_once_finished_a_change_needs_a_reason_and_keeps_what_was_said(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    lesson.press("everyone-2")
    lesson.press("finish")
    answer = lesson.press("save", (0, {"mark": "/"}))
    assert "say why the mark is amended" in answer.content.decode()
    lesson.press("save", (0, {"mark": "/", "reason": "I had not seen her"}))
    change = LessonMark.objects.get(code="/", changes=1).amendments.get()
    assert (change.kind, change.original_code, change.reason) == ("amendment", "N", "I had not seen her")
    assert AuditEvent.objects.filter(kind=Event.LESSON_MARK_AMENDED).count() == 1


def test_an_arrival_during_the_lesson_is_late_without_a_reason_though_the_register_is_finished(lesson: Lesson) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}))
    lesson.press("everyone-2")
    lesson.press("finish")
    lesson.press("save", (0, {"mark": "late", "minutes": "15"}))
    assert lesson.said()[0] == ("L", 15, "")
    assert LessonMark.objects.get(code="L").amendments.get().reason == "Came to the lesson late."


def test_two_at_one_register_do_not_overwrite_each_other(lesson: Lesson, browse: Browse) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}), client=browse("alma"))
    answer = lesson.press("save", (0, {"mark": "/", "seen": "0||||"}))
    assert answer.status_code == 422
    assert "Alma Reyes entered Absent at" in answer.content.decode()
    assert lesson.said() == [("N", None, "")]


def test_the_script_s_saves_get_one_answer_each_and_no_other_register_shares_it(lesson: Lesson) -> None:
    lesson.open()
    pupil = lesson.pupils[0].pk
    body = json.dumps({"key": str(uuid4()), "rows": [
        {"pupil": pupil, "code": "L", "base": 0, "made_at": IN_THE_LESSON.isoformat(), "minutes_late": 8}
    ]})  # fmt: skip
    address = f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/"

    def send(text: str = body) -> object:
        return lesson.client.post(address, text, content_type="application/json")

    first = send().json()
    assert (first["marked"], first["left"], first["rows"][0]["outcome"]) == (1, 2, "saved")
    assert send().json() == first
    assert send(body.replace('"minutes_late": 8', '"minutes_late": 9')).status_code == 409
    assert send(body.replace('"L"', '"LLL"')).status_code == 400
    stranger = body.replace(f'"pupil": {pupil}', f'"pupil": {make_pupil().pk}').replace("-", "0", 1)
    assert send(json.dumps(json.loads(stranger) | {"key": str(uuid4())})).status_code == 422
    assert LessonMark.objects.count() == 1
    other = lesson.client.post(address.replace(str(lesson.register.pk), "999"), body, content_type="application/json")
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"made_at": "2026-11-23T11:00:00+00:00"}, "was made in the future"),
        ({"made_at": "2026-11-20T09:00:00+00:00"}, "was made before the day of its lesson"),
        ({}, "A pupil is in this save twice."),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_whole(lesson: Lesson, change: dict[str, str], words: str) -> None:
    lesson.open()
    row = {"pupil": lesson.pupils[0].pk, "code": "N", "base": 0, "made_at": IN_THE_LESSON.isoformat(), **change}
    rows = [row] if change else [row, row]
    answer = lesson.client.post(
        f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/",
        json.dumps({"key": str(uuid4()), "rows": rows}), content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 422
    assert words in " ".join(answer.json()["detail"])
    assert not LessonMark.objects.exists()


def test_marks_made_in_the_lesson_and_sent_after_it_say_so(lesson: Lesson, it_is) -> None:
    lesson.open()
    it_is(AFTER_IT)
    lesson.client.post(
        f"{SCHOOL}/api/lesson-registers/{lesson.register.pk}/marks/",
        json.dumps({"key": str(uuid4()), "rows": [
            {"pupil": lesson.pupils[0].pk, "code": "N", "base": 0, "made_at": IN_THE_LESSON.isoformat()}
        ]}),
        content_type="application/json",
    )  # fmt: skip
    mark = LessonMark.objects.get()
    assert (mark.source, mark.made_at) == ("offline", IN_THE_LESSON)


def test_nobody_marks_their_own_family(lesson: Lesson) -> None:
    FamilyTie.objects.create(user=lesson.people.tess.user, pupil=lesson.pupils[0])
    lesson.open()
    assert "Family: someone else marks this" in lesson.client.get(lesson.address).content.decode()
    assert "You are family of this child" in lesson.press("save", (0, {"mark": "N"})).content.decode()
    lesson.press("everyone-2")
    assert LessonMark.objects.count() == 2


def test_more_blanks_than_were_shown_are_not_filled(lesson: Lesson) -> None:
    lesson.open()
    assert "3 children have no mark now, not 2." in lesson.press("everyone-2").content.decode()
    assert not LessonMark.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("tess", 200), ("alma", 200), ("tutu", 404), ("hana", 404), ("dov", 403), ("cass", 404)]
)
def test_a_lesson_is_for_its_teacher_its_teaching_group_s_and_the_office(
    lesson: Lesson, browse: Browse, who: str, status: int
) -> None:
    lesson.open()
    Assignment.objects.create(user=lesson.people.user("tutu"), group=make_group("9A"), weekdays=[0], from_date=SINCE)
    assert browse(who).get(lesson.address).status_code == status


def test_a_head_of_year_and_whoever_is_assigned_the_teaching_group_reach_its_lessons(
    lesson: Lesson, browse: Browse
) -> None:
    lesson.open()
    Assignment.objects.create(user=lesson.people.user("hana"), year=9, weekdays=[0], from_date=SINCE)
    Assignment.objects.create(
        user=lesson.people.user("tutu"), group=make_teaching_group(), weekdays=[0], from_date=SINCE
    )
    assert browse("hana").get(lesson.address).status_code == 200
    assert browse("tutu").get(lesson.address).status_code == 200


def test_a_register_is_not_opened_before_its_lesson_nor_off_the_timetable_nor_in_the_other_week(
    lesson: Lesson, it_is
) -> None:
    it_is(IN_THE_LESSON - dt.timedelta(minutes=40))
    assert lesson.open(day=TODAY).url == f"{SCHOOL}/lessons/"
    it_is(IN_THE_LESSON)
    assert lesson.open(day=dt.date(2026, 11, 24)).status_code == 404  # a Tuesday
    assert lesson.client.post(f"{SCHOOL}/lessons/nonsense/{lesson.lesson.pk}/register/").status_code == 404
    OffTimetableDay.objects.create(date=TODAY, reason="Sport")
    assert "no timetabled lessons" in lesson.client.get(lesson.open().url).content.decode()
    assert not LessonRegister.objects.exists()


def test_lessons_of_week_b_are_held_in_week_b_alone(lesson: Lesson) -> None:
    make_lesson(make_teaching_group("9A/Hi"), make_period(2, week="B"), teacher=lesson.people.tess.user)
    page = f"{SCHOOL}/lessons/"
    assert "9A/Hi" not in lesson.client.get(page).content.decode()
    week = TimetableWeek.objects.create(begins_on=TODAY, week="A")
    assert "9A/Hi" not in lesson.client.get(page).content.decode()
    TimetableWeek.objects.filter(pk=week.pk).update(week="B")
    assert "9A/Hi" in lesson.client.get(page).content.decode()


def test_the_day_s_page_names_lessons_that_are_over_without_a_register(lesson: Lesson, browse: Browse, it_is) -> None:
    it_is(AFTER_IT)
    client = browse("alma")
    html = client.get(f"{SCHOOL}/lessons/?missing").content.decode()
    assert "1 lesson: 0 with a finished register, 1 over and without one." in html
    assert "Tess Lindqvist" in html
    lesson.open(client)
    lesson.press("everyone-3", client=client)
    lesson.press("finish", client=client)
    assert "No lesson register is missing" in client.get(f"{SCHOOL}/lessons/?missing").content.decode()
    for day, words in [("2026-11-21", "There are no lessons on this day"), ("9999-01-01", "9A/Ma"), ("x", "9A/Ma")]:
        assert words in client.get(f"{SCHOOL}/lessons/", {"date": day}).content.decode()


def test_who_was_registered_and_absent_from_a_lesson_is_listed(lesson: Lesson, browse: Browse) -> None:
    lesson.open()
    lesson.press("save", (0, {"mark": "N"}), (1, {"mark": "ES", "place": "Nurse"}))
    html = browse("alma").get(f"{SCHOOL}/lessons/absences/").content.decode()
    assert "Example, Ada" in html
    assert "Example, Bea" not in html
    assert lesson.client.get(f"{SCHOOL}/lessons/absences/").status_code == 403
    assert "Nobody" in browse("hana").get(f"{SCHOOL}/lessons/absences/").content.decode()


def test_an_afternoon_lesson_stands_beside_the_afternoon_s_mark(lesson: Lesson, browse: Browse, it_is) -> None:
    it_is(dt.datetime(2026, 11, 23, 14, 0, tzinfo=LONDON))
    LessonRegister.objects.create(
        lesson=lesson.lesson, date=TODAY, starts_at=dt.datetime(2026, 11, 23, 13, 30, tzinfo=LONDON),
        ends_at=dt.datetime(2026, 11, 23, 14, 30, tzinfo=LONDON), opened_at=IN_THE_LESSON,
    )  # fmt: skip
    make_mark(lesson.pupils[0], make_session(TODAY, "pm"), "\\", by=lesson.people.alma, group=make_group("9A"))
    html = lesson.client.get(lesson.address).content.decode()
    assert html.count('<td class="row-registered">Present') == 1
    lesson.press("save", (0, {"mark": "N"}), (1, {"mark": "N"}))
    html = browse("alma").get(f"{SCHOOL}/lessons/absences/").content.decode()
    assert ("Example, Ada" in html, "Example, Bea" in html) == (True, False)


@pytest.mark.parametrize("pupils", [2, 20])
def test_pages_cost_the_same_for_few_and_many(
    lesson: Lesson, browse: Browse, pupils: int, django_assert_num_queries
) -> None:
    for n in range(pupils):
        make_teaching_group("9A/Ma", make_pupil())
        make_lesson(make_teaching_group(f"G{n}"), make_period(2), teacher=lesson.people.tess.user)
    lesson.open()
    lesson.press("save", *((n, {"mark": "N"}) for n in range(3)))
    pages = {lesson.address: 3, f"{SCHOOL}/lessons/": 3, f"{SCHOOL}/lessons/absences/": 1}
    for page, queries in pages.items():
        client = browse("alma")
        client.get(page)  # the school's policy is read once in a while
        with django_assert_num_queries(LOG_IN + queries):
            assert client.get(page).status_code == 200
