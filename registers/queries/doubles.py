"""Which lesson a double began with: a group's lesson of the same subject in the period before."""

import datetime as dt

from django.db.models import Exists, OuterRef

from attendance_mat.accounts.models import in_force_on
from registers.models import LessonRegister, TimetabledLesson, TimetablePeriod


def first_of_double(register: LessonRegister) -> LessonRegister | None:
    """Return the register of the lesson that a double began with, or None. One query.

    It is the group's lesson of the same subject in the period before: none is taught between the two, a break may be.
    """
    on, second = register.date, register.lesson
    between = TimetablePeriod.objects.filter(
        in_force_on(on), week=OuterRef("lesson__period__week"), weekday=on.weekday(),
        starts__gte=OuterRef("lesson__period__ends"), ends__lte=second.period.starts,
    )  # fmt: skip
    earlier = LessonRegister.objects.filter(
        ~Exists(between), date=on, starts_at__lt=register.starts_at, lesson__group=second.group_id,
        lesson__subject=second.subject,
    )  # fmt: skip
    return earlier.select_related("lesson__period").order_by("-starts_at").first()


def lesson_before(lesson: TimetabledLesson, on: dt.date) -> TimetabledLesson | None:
    """Return the lesson that a double begins with by the timetable of a day, opened or not; None for no double.

    As `first_of_double` has it. One query.
    """
    second = lesson.period
    between = TimetablePeriod.objects.filter(
        in_force_on(on), week=second.week, weekday=second.weekday, starts__gte=OuterRef("period__ends"),
        ends__lte=second.starts,
    )  # fmt: skip
    return TimetabledLesson.objects.filter(
        ~Exists(between), in_force_on(on), group=lesson.group_id, subject=lesson.subject, period__week=second.week,
        period__weekday=second.weekday, period__ends__lte=second.starts,
    ).first()  # fmt: skip
