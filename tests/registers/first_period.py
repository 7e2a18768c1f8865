"""Period 1 of a school whose policy takes the morning's registration in it."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from registers.actions.deciding_lessons import LessonEntry
from registers.actions.entering import Entry
from registers.actions.saving import save_marks
from registers.actions.taking_lessons import (
    open_lesson_register,
    save_lesson_marks,
)
from registers.models import (
    Mark,
)
from tests.clauses.schools import Adopt
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

TODAY = dt.date(2026, 11, 23)
Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]


def at(hour: int, minute: int) -> dt.datetime:
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=LONDON)


class First:
    """Period 1 of a school whose policy takes the morning's registration in it: three pupils of two classes."""

    def __init__(self, people: People, it_is: Moment) -> None:
        self.people, self.it_is = people, it_is
        self.groups = [make_group("9A"), make_group("9B")]
        self.pupils = [
            make_pupil(forename=name, group=group, dob=dt.date(2013, 3, 4), year=9)
            for name, group in zip(("Ada", "Bea", "Cal"), [*self.groups, self.groups[0]], strict=True)
        ]
        self.session = make_session(TODAY)
        lesson = make_lesson(make_teaching_group("9/Ma", *self.pupils), make_period(1), teacher=people.tess.user)
        self.it_is(at(8, 44))
        self.register = open_lesson_register(lesson, TODAY, by=people.tess, at=at(8, 44))

    def save(self, when: dt.datetime, *said: str, base: int = 0, **detail: object) -> dict:
        self.it_is(when)
        entries = [
            LessonEntry(pupil.pk, code, base, when, **(detail if code in {"L", "ES"} else {}))
            for pupil, code in zip(self.pupils, said, strict=False)
            if code
        ]
        return save_lesson_marks(self.register, entries, key=uuid4(), digest="", by=self.people.tess, at=when)

    def office(self, when: dt.datetime, code: str, base: int, **detail: object) -> None:
        """Have the office enter the first pupil's statutory mark."""
        self.it_is(when)
        register = make_register(self.session, self.groups[0])
        entry = Entry(self.pupils[0].pk, code, base=base, made_at=when, **detail)
        reply = save_marks(register, [entry], key=uuid4(), digest="", by=self.people.alma, at=when)
        assert reply["rows"][0]["outcome"] == "saved", reply

    def standing(self) -> list[str]:
        """Return the statutory codes of the three; a dot for none."""
        marks = dict(Mark.objects.filter(session=self.session).values_list("pupil", "code"))
        return [marks.get(pupil.pk) or "." for pupil in self.pupils]


@pytest.fixture
def first(adopt: Adopt, people: People, it_is: Moment) -> First:
    adopt("john_taylor")
    return First(people, it_is)
