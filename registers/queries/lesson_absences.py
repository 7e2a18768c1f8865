"""Lesson registers beside the statutory ones: who was there at registration and absent from a lesson (ALP-4.04)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, QuerySet, When

from registers.models import LessonMark, Pupil
from registers.queries.lessons import registered_code
from registers.rules.calendar import Half
from registers.rules.lessons import IN_SCHOOL, LessonCode


@dataclass(frozen=True)
class Mismatch:
    """A lesson from which a pupil who was marked in that half day was absent."""

    pupil_id: int
    list_name: str
    period: str
    subject: str
    group: str
    starts_at: dt.datetime
    registered_code: str
    register_id: int
    note: str


def mismatches(on: dt.date, pupils: QuerySet[Pupil], *, afternoon_starts_at: dt.datetime) -> list[Mismatch]:
    """Return the lessons of a day missed by pupils whose own session's mark says they came, in order. One query."""
    absent = LessonMark.objects.filter(register__date=on, code=LessonCode.ABSENT, pupil__in=pupils)
    in_the_morning = When(register__starts_at__lt=afternoon_starts_at, then=registered_code(on, Half.AM, pupil="pupil"))
    rows = (
        absent.annotate(registered_code=Case(in_the_morning, default=registered_code(on, Half.PM, pupil="pupil")))
        .filter(registered_code__in=IN_SCHOOL)
        .select_related("pupil", "register__lesson__period", "register__lesson__group")
        .order_by("register__starts_at", "pupil__surname", "pupil__forename", "pk")
    )
    return [
        Mismatch(
            pupil_id=row.pupil_id,
            list_name=row.pupil.list_name,
            period=row.register.lesson.period.name,
            subject=row.register.lesson.subject,
            group=row.register.lesson.group.name,
            starts_at=row.register.starts_at,
            registered_code=row.registered_code,
            register_id=row.register_id,
            note=row.comment,
        )
        for row in rows
    ]
