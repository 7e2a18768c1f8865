"""A lesson of today with three pupils, for the tests of its register."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.test import Client

from registers.models import (
    LessonMark,
    LessonRegister,
    Pupil,
    TimetabledLesson,
)
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
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
            seen = f"{1 + mark.changes}|{mark.code}||{mark.comment}" if mark else "0|||"
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
