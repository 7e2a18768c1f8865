"""A school whose lesson registers raise truancy alerts, for the tests of them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.test import Client

from absence.models import Task, TruancyAlert
from attendance_mat.accounts.member import Member
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import HandledEvent
from registers.actions.amending import amend_mark
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking_lessons import save_lesson_marks
from registers.models import LessonRegister, Mark, Pupil
from tests.clauses.schools import Adopt, adopt
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

__all__ = ["adopt"]
TODAY = dt.date(2026, 11, 23)
SCHOOL = "/s/alder-primary"
Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]


def at(hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of the Monday."""
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=LONDON)


@dataclass
class Watched:
    """A pupil of 9A present at registration, who has lessons today; what is said of them reaches the consumers."""

    people: People
    it_is: Moment
    pupil: Pupil
    registers: dict[int, LessonRegister] = field(default_factory=dict)

    def lesson(self, number: int) -> LessonRegister:
        """Return the register of the pupil's lesson in a period, taught by Tess."""
        if number not in self.registers:
            group = make_teaching_group(f"9A/{number}", self.pupil)
            lesson = make_lesson(group, make_period(number), teacher=self.people.tess.user)
            self.registers[number] = make_lesson_register(lesson, TODAY)
        return self.registers[number]

    def say(self, number: int, code: str, when: dt.datetime, *, by: Member | None = None, **detail: object) -> None:
        """Save the pupil's mark in a lesson as its teacher, on sight of what stands, and let the consumers act."""
        self.it_is(when)
        register = self.lesson(number)
        mark = register.marks.filter(pupil=self.pupil).first()
        entry = LessonEntry(self.pupil.pk, code, 1 + mark.changes if mark else 0, when, **detail)
        reply = save_lesson_marks(register, [entry], key=uuid4(), digest="", by=by or self.people.tess, at=when)
        assert reply["rows"][0]["outcome"] == "saved", reply["rows"][0]["why"]
        self.told(when)

    def amend(self, code: str, when: dt.datetime) -> None:
        """Amend the pupil's mark of the morning as the officer, and let the consumers act."""
        self.it_is(when)
        amend_mark(Mark.objects.get(), code=code, reason="Found out since", by=self.people.alma, at=when)
        self.told(when)

    def told(self, when: dt.datetime) -> None:
        """Let the consumers act on whatever waits."""
        handle_waiting_events(at=when)

    def alerts(self) -> list[tuple[str, str]]:
        """Return each alert's kind and how it ended, the first first."""
        return list(TruancyAlert.objects.order_by("pk").values_list("kind", "ending"))

    def tasks(self) -> set[tuple[str, str, str]]:
        """Return each task still to do: its kind, whose role it is for, or the person's name."""
        rows = Task.objects.filter(done_at__isnull=True, dropped_at__isnull=True).select_related("person")
        return {(task.kind, task.role, task.person.name if task.person else "") for task in rows}


@pytest.fixture
def watched(people: People, it_is: Moment) -> Watched:
    """Return a pupil marked present this morning at 8:35."""
    it_is(at(8, 35))
    group = make_group("9A")
    pupil = make_pupil(surname="Fenn", forename="Isla", group=group, dob=dt.date(2013, 3, 4), year=9)
    make_mark(pupil, make_session(TODAY), "/", by=people.tess, group=group, made_at=at(8, 35))
    assert not HandledEvent.objects.exists()
    return Watched(people, it_is, pupil)


__all__ += ["Adopt", "Browse", "Watched", "watched"]
