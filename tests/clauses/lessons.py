"""What several policies ask of lesson registers, shown once and named from each policy's file."""

import datetime as dt
from collections.abc import Callable
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from django.test import Client

from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking_lessons import (
    finish_lesson_register,
    mark_everyone_else_there,
    open_lesson_register,
    save_lesson_marks,
)
from registers.models import LessonRegister, Pupil, TimetabledLesson
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

MONDAY = dt.date(2026, 11, 23)
IN_PERIOD_TWO = dt.datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
AFTER_THE_LESSONS = dt.datetime(2026, 11, 23, 12, 30, tzinfo=LONDON)
SCHOOL = "/s/alder-primary"
Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]


def registered(people: People) -> Pupil:
    """Return a pupil of 9A who was marked present this morning."""
    group = make_group("9A")
    pupil = make_pupil(surname="Fenn", forename="Isla", group=group, dob=dt.date(2013, 3, 4), year=9)
    make_mark(pupil, make_session(MONDAY), "/", by=people.alma, group=group)
    return pupil


def lesson_of(number: int, group: str, *pupils: Pupil, people: People) -> TimetabledLesson:
    """Return a lesson that Tess teaches in a period of Mondays."""
    return make_lesson(make_teaching_group(group, *pupils), make_period(number), teacher=people.tess.user)


def take(lesson: TimetabledLesson, *entries: LessonEntry, people: People, at: dt.datetime) -> LessonRegister:
    """Take a lesson's register: some entries, everyone else present, finished."""
    register = open_lesson_register(lesson, MONDAY, by=people.tess, at=at)
    if entries:
        save_lesson_marks(register, entries, key=key_of(register), digest="", by=people.tess, at=at)
    mark_everyone_else_there(register, number=99, by=people.tess, at=at)
    return finish_lesson_register(register, by=people.tess, at=at)


def key_of(register: LessonRegister) -> UUID:
    """Return the key of a register's save."""
    return uuid5(NAMESPACE_URL, str(register.pk))


@pytest.fixture
def missing_of(browse: Browse, people: People, it_is: Moment) -> Callable[[int], tuple[str, int]]:
    """Return a function that holds so many lessons at once, takes all but one, and reads those without a register."""

    def held(number: int) -> tuple[str, int]:
        it_is(AFTER_THE_LESSONS)
        make_session(MONDAY)
        pupils = [make_pupil() for _ in range(number)]
        lessons = [lesson_of(3, f"G{n:02}", pupil, people=people) for n, pupil in enumerate(pupils)]
        for lesson in lessons[1:]:
            take(lesson, people=people, at=AFTER_THE_LESSONS)
        html = browse("alma").get(f"{SCHOOL}/lessons/?missing").content.decode()
        return html, sum(f"Take G{n:02}" in html for n in range(number))

    return held
