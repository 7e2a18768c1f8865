"""A secondary school's timetable, and the lesson registers of the period that has begun, some of them taken."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from registers.actions.cancelling import cancel_lesson
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.exams import Sitting, set_up_exam
from registers.actions.taking_lessons import (
    finish_lesson_register,
    may_be_filled,
    open_lesson_register,
    rows_of,
    save_lesson_marks,
    still_to_mark,
)
from registers.models import Group, GroupMember, Room, Session, TimetabledLesson, TimetablePeriod
from registers.queries.lessons import lessons_of
from registers.rules.calendar import Half
from registers.rules.lessons import LessonCode
from reporting.demo.product_time import ProductTime
from reporting.demo.so_far import SchoolSoFar

MINUTE: Final = dt.timedelta(minutes=1)
PERIODS: Final = (
    ("1", dt.time(8, 45), dt.time(9, 45)), ("2", dt.time(9, 45), dt.time(10, 45)),
    ("3", dt.time(11, 5), dt.time(12, 5)),
    ("4", dt.time(12, 55), dt.time(13, 55)), ("5", dt.time(13, 55), dt.time(14, 55)),
)  # fmt: skip
SUBJECTS: Final = ("Maths", "English", "Science", "History", "French")
MATHS: Final = SUBJECTS[0]  # taught in groups of its own, the rest by class
MISSES: Final = 12  # of so many lessons one is missed by a pupil who was registered
IN_MATHS: Final = "/Ma"  # after the class's name
TAKEN: Final = 3  # of so many lessons one is finished, one under way, one not opened


def make_timetable(school: SchoolSoFar, *, since: dt.date) -> None:
    """Write a timetable of five periods a day in which whoever takes a class teaches five others. Six statements."""
    names = list(school.groups)
    rooms = Room.objects.bulk_create(Room(name=f"R{n}") for n in range(1, len(names) + 1))
    maths = Group.objects.bulk_create(Group(kind=Group.Kind.TEACHING, name=f"{name}{IN_MATHS}") for name in names)
    GroupMember.objects.bulk_create(
        GroupMember(pupil=pupil, group=group, kind=group.kind, from_date=since, until_date=None)
        for name, group in zip(names, maths, strict=True)
        for pupil, _ in school.classes[name]
    )
    periods = TimetablePeriod.objects.bulk_create(
        TimetablePeriod(name=name, weekday=weekday, starts=starts, ends=ends, from_date=since)
        for weekday in range(5)
        for name, starts, ends in PERIODS
    )
    TimetabledLesson.objects.bulk_create(
        TimetabledLesson(
            period=period,
            group=maths[place] if subject == MATHS else school.groups[name],
            subject=subject,
            room=rooms[place],
            teacher=_teacher(school, names, place + slot, period.weekday).user,
            from_date=since,
        )
        for slot, period in enumerate(periods)
        for place, name in enumerate(names)
        for subject in [SUBJECTS[(slot + place) % len(SUBJECTS)]]
    )


def _teacher(school: SchoolSoFar, names: list[str], place: int, weekday: int) -> Member:
    monday = dt.date(2026, 9, 7)
    return school.staff.of_class(names[place % len(names)], monday + dt.timedelta(days=weekday))


def take_lessons(school: SchoolSoFar, time: ProductTime, *, at: dt.datetime) -> None:
    """Take some of the registers of the period that has begun by a moment: one absent, one late, one elsewhere.

    Those of the classes whose registration is under way or finished: where the period takes registration, they are one.
    """
    names = list(school.groups)
    for lesson in _under_way(at):
        place = names.index(lesson.group.name.removesuffix(IN_MATHS))
        if place % TAKEN == 0:
            continue
        time.set_to(at - 2 * MINUTE)
        moment = at - 2 * MINUTE
        by = school.staff.of_person(lesson.teacher_id)
        register = open_lesson_register(lesson, at.date(), by=by, at=moment)
        listed = still_to_mark(rows_of(register, by=by))
        rows = [row for row in listed if may_be_filled(row)]
        if place % TAKEN == 1:
            rows = rows[: len(rows) // 2]
        entries = [LessonEntry(row.pupil_id, LessonCode.PRESENT, base=0, made_at=moment) for row in rows]
        entries[:3] = [
            LessonEntry(row.pupil_id, base=0, made_at=moment, **what)
            for row, what in zip(rows, _oddities(place), strict=False)
        ]
        if place % TAKEN == TAKEN - 1:
            away = [row for row in listed if not may_be_filled(row) and not row.is_own_family]
            entries += [LessonEntry(row.pupil_id, LessonCode.ABSENT, base=0, made_at=moment) for row in away]
        if entries:
            key = uuid5(NAMESPACE_URL, f"{school.school.slug} lesson {register.pk}")
            save_lesson_marks(register, entries, key=key, digest="", by=by, at=moment)
        if not still_to_mark(rows_of(register, by=by)):
            finish_lesson_register(register, by=by, at=moment)


def plan_exam(school: SchoolSoFar, *, at: dt.datetime) -> None:
    """Set up a mock exam of the last class of Year 11 on the next school day, in the hall."""
    next_day = Session.objects.filter(date__gt=at.date(), half=Half.AM).order_by("date").first()
    name = max((name for name in school.groups if name.startswith("11")), default=None)
    if next_day is None or name is None:
        return
    begins, ends = dt.time(9, 0), dt.time(10, 30)
    sitting = Sitting("Mock GCSE Mathematics", next_day.date, Half.AM, begins, ends, "Hall")
    candidates = [pupil for pupil, _ in school.in_class(name, next_day.date)]
    set_up_exam(sitting, candidates, by=school.staff.one(Role.ATTENDANCE_OFFICER), at=at)


def cancel_some(school: SchoolSoFar, *, at: dt.datetime) -> None:
    """Cancel one of the next day's exams, and one of today's lessons that are still to come."""
    officer = school.staff.one(Role.ATTENDANCE_OFFICER)
    exam = TimetabledLesson.objects.exclude(supplies="").order_by("pk").first()
    if exam:
        planned = Sitting(
            "Mock GCSE French", exam.from_date, Half.PM, starts=dt.time(13, 0), ends=dt.time(14, 30), room="R3"
        )
        name = min(name for name in school.groups if name.startswith("11"))
        candidates = [pupil for pupil, _ in school.in_class(name, exam.from_date)]
        french = set_up_exam(planned, candidates, by=officer, at=at)
        cancel_lesson(french, exam.from_date, reason="The examiner is ill; a new day follows.", by=officer, at=at)
    to_come = lessons_of(at.date()).filter(supplies="", period__starts__gt=at.time()).order_by("-period__starts", "pk")
    lesson = to_come.first()
    if lesson:
        cancel_lesson(lesson, at.date(), reason="The class is at the theatre.", by=officer, at=at)


def _under_way(at: dt.datetime) -> list[TimetabledLesson]:
    """Return the lessons of the latest period that has begun on a day."""
    begun = [name for name, starts, _ in PERIODS if starts <= (at - 3 * MINUTE).time()]
    lessons = TimetabledLesson.objects.filter(period__name__in=begun[-1:], period__weekday=at.weekday())
    return list(lessons.select_related("period", "group", "teacher").order_by("group__name"))


def _oddities(place: int) -> Iterator[dict[str, Any]]:
    yield {"code": LessonCode.ABSENT if place % MISSES == 1 else LessonCode.PRESENT}
    yield {"code": LessonCode.LATE, "minutes_late": 3, "comment": "Held back by Science"}
    yield {"code": LessonCode.ELSEWHERE, "place": "Music lesson"} if place % 4 == 1 else {"code": LessonCode.PRESENT}
