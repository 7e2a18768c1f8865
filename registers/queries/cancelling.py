"""Reads of lessons and exams that are not held after all."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable

from registers.models import LessonCancellation, LessonRegister, TimetabledLesson


def standing_cancellations() -> QuerySet[LessonCancellation]:
    """Return the cancellations that nobody has taken back. One query."""
    return LessonCancellation.objects.filter(taken_back_at__isnull=True)


def cancellation_of(lesson: TimetabledLesson, on: dt.date) -> LessonCancellation | None:
    """Return the cancellation of a lesson on a day that stands, or None. One query."""
    return standing_cancellations().filter(lesson=lesson, date=on).first()


def is_cancelled(*, lesson: str, date: Combinable) -> Exists:
    """Return the condition that a row's lesson is cancelled on a day; `lesson` is the way to it."""
    return Exists(standing_cancellations().filter(lesson=OuterRef(lesson), date=date))


def said_of(field: str, *, lesson: str, date: Combinable) -> Subquery:
    """Return what the cancellation of a row's lesson says in one field, as an expression; None where it is held."""
    return Subquery(standing_cancellations().filter(lesson=OuterRef(lesson), date=date).values(field)[:1])


def with_cancellation(registers: QuerySet[LessonRegister]) -> QuerySet[LessonRegister]:
    """Return lesson registers with when, why and by whom their lesson was cancelled, if it was. No query of its own."""
    fields = {"cancelled_at": "cancelled_at", "cancelled_because": "reason", "cancelled_by": "cancelled_by_name"}
    return registers.annotate(
        **{name: said_of(field, lesson="lesson", date=OuterRef("date")) for name, field in fields.items()}
    )


def cancelled_at(of: LessonRegister | TimetabledLesson) -> dt.datetime | None:
    """Return when the lesson of a register, or one of a day, was cancelled, where it was read with that. No query."""
    return getattr(of, "cancelled_at", None)
