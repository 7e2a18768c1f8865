"""The day's lessons: who reaches them, when they are held, which are missing, and who was absent from one."""

import datetime as dt

import pytest

from registers.models import (
    Assignment,
    LessonRegister,
    OffTimetableDay,
    TimetableWeek,
)
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE
from tests.registers.a_lesson import AFTER_IT, IN_THE_LESSON, LOG_IN, SCHOOL, TODAY, Browse, Lesson, lesson
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

__all__ = ["lesson"]


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
    pages = {lesson.address: 7, f"{SCHOOL}/lessons/": 4, f"{SCHOOL}/lessons/absences/": 1}
    for page, queries in pages.items():
        client = browse("alma")
        client.get(page)  # the school's policy is read once in a while
        with django_assert_num_queries(LOG_IN + queries):
            assert client.get(page).status_code == 200
