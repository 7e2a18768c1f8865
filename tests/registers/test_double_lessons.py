"""The second lesson of a double begins with what the first said, for those alone who have no mark yet."""

import datetime as dt
import re
from collections.abc import Callable

import pytest

from attendance_mat.audit.models import AuditEvent, Event
from registers.models import FamilyTie, LessonMark, TimetabledLesson
from tests.registers.a_lesson import SCHOOL, TODAY, Browse, Lesson, lesson
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)

__all__ = ["lesson"]
Moment = Callable[[dt.datetime], None]
IN_THE_SECOND = dt.datetime(2026, 11, 23, 9, 50, tzinfo=dt.UTC)


class Double:
    """The second lesson of a double of 9A/Ma, open; the first has marks of Ada, Bea and Cal."""

    def __init__(self, first: Lesson, it_is: Moment) -> None:
        self.lesson, self.pupils, self.client = first, first.pupils, first.client
        self.first = make_lesson_register(first.lesson, TODAY)
        teacher = first.people.tess.user
        self.second = make_lesson_register(make_lesson(first.lesson.group, make_period(2), teacher=teacher), TODAY)
        it_is(IN_THE_SECOND)

    def said(self, *codes: str, **fields: object) -> None:
        LessonMark.objects.bulk_create(
            make_lesson_mark(pupil, self.first, code, by=self.lesson.people.tess, **(fields if code == "ES" else {}))
            for pupil, code in zip(self.pupils, codes, strict=False)
        )

    @property
    def address(self) -> str:
        return f"{SCHOOL}/lesson-registers/{self.second.pk}/"

    def page(self) -> str:
        return str(self.client.get(self.address).content.decode())

    def carry(self, number: int) -> str:
        return str(self.client.post(self.address, {"do": f"carry-{number}"}, follow=True).content.decode())

    def now(self) -> list[str]:
        marks = dict(LessonMark.objects.filter(register=self.second).values_list("pupil", "code"))
        return [marks.get(pupil.pk, ".") for pupil in self.pupils]


@pytest.fixture
def double(lesson: Lesson, it_is: Moment) -> Double:
    return Double(lesson, it_is)


def test_blanks_alone_are_carried_over_in_one_press_and_one_act(double: Double) -> None:
    double.said("N", "L", "/")
    LessonMark.objects.bulk_create(
        [make_lesson_mark(double.pupils[0], double.second, "/", by=double.lesson.people.tess)]
    )
    # Given the page proposes what the first lesson said of the two who have no mark
    html = double.page()
    assert html.count("From the first lesson: Present") == 2
    assert "From the first lesson: Absent" not in html
    assert 'name="do" value="carry-2"' in html
    # When it is pressed, then those two are marked, the third stays, and it is one act
    assert "Carried over: 2 marks." in double.carry(2)
    assert double.now() == ["/", "/", "/"]
    assert len(AuditEvent.objects.get(kind=Event.LESSON_CARRIED_OVER).detail["marks"]) == 2
    assert "Carried over: 0 marks." in double.carry(2)


def test_an_absence_is_carried_over_too_and_a_place_with_its_time(double: Double) -> None:
    back = IN_THE_SECOND + dt.timedelta(minutes=30)
    double.said("N", "ES", place="Music", until_at=back)
    double.carry(2)
    assert double.now() == ["N", "ES", "."]
    mark = LessonMark.objects.get(register=double.second, code="ES")
    assert (mark.place, mark.until_at) == ("Music", back)


def test_who_was_due_back_by_now_is_not_proposed(double: Double) -> None:
    double.said("ES", place="Nurse", until_at=double.second.starts_at)
    assert "Carry over" not in double.page()


def test_more_than_was_shown_is_not_carried_over(double: Double) -> None:
    double.said("/", "/")
    assert "2 marks would be carried over now, not 1. Look at the register again." in double.carry(1)
    assert double.now() == [".", ".", "."]


def test_nobody_carries_over_a_mark_of_their_own_family(double: Double) -> None:
    double.said("/", "/")
    FamilyTie.objects.create(user=double.lesson.people.tess.user, pupil=double.pupils[0])
    double.carry(2)
    assert double.now() == [".", "/", "."]


def test_two_lessons_with_another_period_between_are_no_double(double: Double, browse: Browse) -> None:
    double.said("/", "/", "/")
    third = make_lesson(double.lesson.lesson.group, make_period(3), teacher=double.lesson.people.tess.user)
    double.second = make_lesson_register(third, TODAY)
    assert "Carry over from the first lesson" not in double.page()


def test_another_subject_or_group_is_no_double(double: Double) -> None:
    double.said("/", "/", "/")
    group, tess = double.lesson.lesson.group, double.lesson.people.tess.user
    other = make_lesson(make_teaching_group("9A/Ot", *double.pupils), make_period(2), teacher=tess)
    history = make_lesson(group, make_period(2, week="A"), teacher=tess, subject="History")
    for each in (other, history):
        double.second = make_lesson_register(each, TODAY)
        html = double.client.get(double.address).content.decode()
        assert "Carry over from the first lesson" not in html


def test_a_page_kept_ahead_says_which_lesson_a_double_begins_with_though_nobody_has_opened_it(lesson: Lesson) -> None:
    group, tess = lesson.lesson.group, lesson.people.tess.user
    second, third = (make_lesson(group, make_period(number), teacher=tess) for number in (2, 3))
    history = make_lesson(make_teaching_group("9A/Hi", *lesson.pupils), make_period(2), teacher=tess, subject="History")

    def first(of: TimetabledLesson) -> list[str]:
        html = lesson.client.get(f"{SCHOOL}/lessons/{TODAY}/{of.pk}/register/draft/").content.decode()
        return re.findall(r'data-first="([^"]*)"', html)

    assert first(second) == [f"{TODAY} lesson {lesson.lesson.pk}"]
    assert first(third) == [f"{TODAY} lesson {second.pk}"]
    assert first(lesson.lesson) == first(history) == []
