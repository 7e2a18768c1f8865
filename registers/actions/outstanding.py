"""The registers of a day that have begun and are not finished, statutory and of lessons, as the office chases them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import RegisterOpen
from attendance_mat.policy.school_day import RegistersTakenLate
from attendance_mat.web.formats import half as half_words
from registers.actions.entering import closing_times
from registers.models import Group, LessonRegister, Register, Session, TimetabledLesson
from registers.queries.chasing import key_of
from registers.queries.lessons import DueLesson, due_lessons
from registers.queries.today import DueRegister, registers_of
from registers.rules.chasing import OutState, minutes_over, out_state
from registers.rules.lessons import LessonState


@dataclass(frozen=True)
class OutRegister:
    """One register that is out: whose it is, since when it is due, and how far it is."""

    date: dt.date
    half: str  # of a group's register
    group: Group
    lesson: TimetabledLesson | None
    register: Register | LessonRegister | None
    takers: tuple[str, ...]
    covered_by: tuple[str, ...]
    due_at: dt.datetime
    minutes_overdue: int
    marked: int
    pupils: int | None  # of a group; a lesson's are counted as its register is opened
    state: OutState

    @property
    def key(self) -> str:
        return key_of(self.half, None if self.lesson else self.group.pk, self.lesson.pk if self.lesson else None)

    @property
    def what(self) -> str:
        """Return which register it is, in words."""
        if self.lesson is None:
            return f"{self.group.name}, {half_words(self.half)}"
        return ", ".join(
            part for part in (self.group.name, f"period {self.lesson.period.name}", self.lesson.subject) if part
        )


def registers_out(
    on: dt.date, groups: QuerySet[Group], lessons: QuerySet[TimetabledLesson], *, policy: Policy, at: dt.datetime
) -> list[OutRegister]:
    """Return what is out of these groups' and lessons' registers of a day, those due longest first.

    At most eleven queries: one for the sessions, four for each that has begun, and three for the lessons.
    """
    margin = dt.timedelta(minutes=policy.terms(RegistersTakenLate, on=on).minutes)
    found = [
        out
        for session in Session.objects.filter(date=on).order_by("half")
        for out in out_of_session(session, registers_of(session, groups), policy=policy, at=at)
    ]
    found += [_lesson(due, on, margin, at) for due in due_lessons(lessons, on, now=at) if _is_out(due)]
    return sorted(found, key=lambda out: (out.due_at, out.group.name))


def out_of_session(
    session: Session, registers: Iterable[DueRegister], *, policy: Policy, at: dt.datetime
) -> Iterator[OutRegister]:
    """Return what is out of one session's registers, none before it begins. A query where years start apart."""
    owed = [due for due in registers if not due.is_finished]
    margin = dt.timedelta(minutes=policy.terms(RegistersTakenLate, on=session.date).minutes)
    open_for = dt.timedelta(minutes=policy.terms(RegisterOpen, on=session.date).minutes)
    closing = closing_times(session, [due.group.pk for due in owed], policy=policy)
    for due in owed:
        starts = closing[due.group.pk] - open_for
        if starts <= at:
            yield _group(due, session, starts + margin, at)


def _is_out(due: DueLesson) -> bool:
    return due.state not in {LessonState.FINISHED, LessonState.LATER, LessonState.CANCELLED}


def _group(due: DueRegister, session: Session, due_at: dt.datetime, at: dt.datetime) -> OutRegister:
    return OutRegister(
        date=session.date,
        half=session.half,
        group=due.group,
        lesson=None,
        register=due.register,
        takers=due.takers,
        covered_by=due.covered_by,
        due_at=due_at,
        minutes_overdue=minutes_over(due_at, at),
        marked=due.marked,
        pupils=due.pupils,
        state=out_state(due_at=due_at, at=at, is_saved=due.first_saved_at is not None),
    )


def _lesson(due: DueLesson, on: dt.date, margin: dt.timedelta, at: dt.datetime) -> OutRegister:
    due_at = due.starts_at + margin
    return OutRegister(
        date=on,
        half="",
        group=due.lesson.group,
        lesson=due.lesson,
        register=due.register,
        takers=(due.lesson.teacher.name,) if due.lesson.teacher else (),
        covered_by=(due.covered_by,) if due.covered_by else (),
        due_at=due_at,
        minutes_overdue=minutes_over(due_at, at),
        marked=due.marked,
        pupils=None,
        state=out_state(due_at=due_at, at=at, is_saved=due.marked > 0),
    )
