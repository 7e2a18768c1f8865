"""A timetable and lesson registers, as the tests need them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.clock import LONDON
from registers.models import (
    Group,
    GroupMember,
    LessonMark,
    LessonRegister,
    Pupil,
    Room,
    TimetabledLesson,
    TimetablePeriod,
    Week,
)

TERM = dt.date(2026, 9, 1)
TIMES = [(dt.time(8, 45), dt.time(9, 45)), (dt.time(9, 45), dt.time(10, 45)), (dt.time(11, 0), dt.time(12, 0))]
DETAIL: dict[str, dict[str, Any]] = {"L": {"minutes_late": 5}, "ES": {"place": "The nurse"}}


def make_teaching_group(name: str = "9A/Ma", *pupils: Pupil, from_date: dt.date = TERM) -> Group:
    """Make a teaching group with some pupils, or return the one of that name with them added."""
    group, _ = Group.objects.get_or_create(kind=Group.Kind.TEACHING, name=name)
    for pupil in pupils:
        GroupMember.objects.create(pupil=pupil, group=group, kind=group.kind, from_date=from_date)
    return group


def make_period(
    number: int = 1, *, weekday: int = 0, week: str = Week.EVERY, from_date: dt.date = TERM
) -> TimetablePeriod:
    """Make a period of a weekday: the first from 8:45, the second from 9:45, the third from 11:00."""
    starts, ends = TIMES[number - 1]
    return TimetablePeriod.objects.get_or_create(
        name=str(number), weekday=weekday, week=week, from_date=from_date, defaults={"starts": starts, "ends": ends}
    )[0]


def make_lesson(
    group: Group, period: TimetablePeriod, *, teacher: User | None = None, subject: str = "Maths",
    from_date: dt.date = TERM, until_date: dt.date | None = None,
) -> TimetabledLesson:  # fmt: skip
    """Make a lesson of a group in a period, in room M1."""
    room, _ = Room.objects.get_or_create(name="M1")
    return TimetabledLesson.objects.create(
        period=period, group=group, subject=subject, room=room, teacher=teacher,
        from_date=from_date, until_date=until_date,
    )  # fmt: skip


def make_lesson_register(lesson: TimetabledLesson, on: dt.date) -> LessonRegister:
    """Make a lesson's register of a day, opened as the lesson began."""
    starts, ends = (dt.datetime.combine(on, time, LONDON) for time in (lesson.period.starts, lesson.period.ends))
    return LessonRegister.objects.get_or_create(
        lesson=lesson, date=on, defaults={"starts_at": starts, "ends_at": ends, "opened_at": starts}
    )[0]


def make_lesson_mark(pupil: Pupil, register: LessonRegister, code: str, *, by: Member, **fields: object) -> LessonMark:
    """Make a mark of a lesson register, past any rule of the rooms."""
    detail = DETAIL.get(code, {})
    return LessonMark(pupil=pupil, register=register, code=code, **{**_made(by, register), **detail, **fields})


def take_lessons(said: Mapping[Pupil, Mapping[tuple[dt.date, int], str]], *, by: Member) -> None:
    """Make each pupil's lesson marks, by day and by which of the day's two lessons."""
    group = make_teaching_group("Taken at once")
    since = min((day for marks in said.values() for day, _ in marks), default=TERM)
    lessons = [make_lesson(group, make_period(n, from_date=since), from_date=since) for n in (1, 2)]
    wanted = sorted({at for marks in said.values() for at in marks})
    LessonRegister.objects.bulk_create(
        LessonRegister(
            lesson=lessons[n],
            date=day,
            starts_at=dt.datetime.combine(day, TIMES[n][0], LONDON),
            ends_at=dt.datetime.combine(day, TIMES[n][1], LONDON),
            opened_at=dt.datetime.combine(day, TIMES[n][0], LONDON),
        )
        for day, n in wanted
    )
    registers = {(each.date, each.lesson_id): each for each in LessonRegister.objects.filter(lesson__in=lessons)}
    LessonMark.objects.bulk_create(
        make_lesson_mark(pupil, registers[day, lessons[n].pk], code, by=by)
        for pupil, marks in said.items()
        for (day, n), code in marks.items()
    )


def _made(by: Member, register: LessonRegister) -> dict[str, Any]:
    return {
        "source": "teacher", "made_by": by.user, "made_by_name": by.name, "made_by_role": by.role,
        "made_at": register.starts_at, "received_at": register.starts_at,
    }  # fmt: skip
