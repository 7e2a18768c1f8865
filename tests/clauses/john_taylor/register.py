"""What is followed up at John Taylor."""

import datetime as dt

from registers.actions.amending import amend_mark
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking_lessons import open_lesson_register, save_lesson_marks
from registers.models import LessonMark, Mark, Pupil
from registers.queries.today import unresolved_before
from tests.clauses import proves
from tests.clauses.coding import TUESDAY, of_that_year
from tests.clauses.lessons import Moment, key_of, lesson_of
from tests.clauses.reconciling import three_that_differ_are_listed
from tests.clauses.schools import Adopt, Browse
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

MONDAY = dt.date(2025, 11, 3)


@proves("JTM-3.12")
def test_the_days_absences_without_follow_up_are_listed(people: People, monday_morning: dt.datetime) -> None:
    # Given twenty absentees, and eighteen of them followed up
    for day in (MONDAY, TUESDAY):
        make_session(day)
    marks = [make_mark(of_that_year(), make_session(MONDAY), "N", by=people.tess) for _ in range(20)]
    for mark in marks[:18]:
        amend_mark(mark, code="I", reason="Parent rang", by=people.alma, at=monday_morning)
    # When the day is over, then two are listed
    listed = unresolved_before(TUESDAY, Pupil.objects.all())
    assert {each.mark.pk for each in listed} == {mark.pk for mark in marks[18:]}


@proves("JTM-8.01")
def test_three_marks_that_differ_from_the_other_system_s_file_are_listed(people: People, browse: Browse) -> None:
    three_that_differ_are_listed(people, browse, pupils=10)


@proves("JTM-8.07")
def test_the_period_one_teacher_s_save_at_0847_sets_the_morning_s_mark_and_the_lesson_s(
    adopt: Adopt, people: People, it_is: Moment
) -> None:
    adopt("john_taylor")
    at = dt.datetime(2026, 11, 23, 8, 47, tzinfo=LONDON)
    it_is(at)
    make_session(at.date())
    pupil = make_pupil(group=make_group("9A"), dob=dt.date(2013, 3, 4), year=9)
    lesson = lesson_of(1, "9A/Ma", pupil, people=people)
    register = open_lesson_register(lesson, at.date(), by=people.tess, at=at)

    entry = LessonEntry(pupil.pk, "/", base=0, made_at=at)
    save_lesson_marks(register, [entry], key=key_of(register), digest="", by=people.tess, at=at)

    assert [(mark.session.half, mark.code) for mark in Mark.objects.select_related("session")] == [("am", "/")]
    assert [(mark.register.lesson.period.name, mark.code) for mark in LessonMark.objects.all()] == [("1", "/")]
