"""Cancelling a lesson or an exam, and taking that back: what was marked by then stays in the record.

A cancelled exam, or lesson, supplies no statutory mark any more: whoever has none is marked in the session's own
register, in which they have stood all along.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.models import GroupMember, LessonCancellation, LessonRegister, TimetabledLesson
from registers.queries.cancelling import cancellation_of
from registers.queries.exams import sitting_then
from registers.rules.calendar import Half

CANCELLED_ALREADY = "It is cancelled already, or was just now by somebody else. Look at the page again."
FINISHED = "Its register is finished, so it was held. A mark in it that is wrong is amended there."
NOT_CANCELLED = "It is not cancelled any more. Look at the page again."
NO_REASON = "Say why it is not held: it is kept with the cancellation."


@transaction.atomic
def cancel_lesson(
    lesson: TimetabledLesson, on: dt.date, *, reason: str, by: Member, at: dt.datetime
) -> LessonCancellation:
    """Cancel a lesson, or an exam, on a day. Raises ValidationError where it is already, or was held to its end."""
    if not reason.strip():
        raise ValidationError({"reason": NO_REASON})
    _take_turns(lesson)
    register = LessonRegister.objects.select_for_update().filter(lesson=lesson, date=on).first()
    if register and register.finished_at:
        raise ValidationError(FINISHED)
    if cancellation_of(lesson, on):
        raise ValidationError(CANCELLED_ALREADY)
    made = LessonCancellation.objects.create(
        lesson=lesson, date=on, reason=reason.strip(), cancelled_by=by.user, cancelled_by_name=by.name,
        cancelled_by_role=by.role, cancelled_at=at,
    )  # fmt: skip
    marked = register.marks.exclude(code="").count() if register else 0
    record(Event.LESSON_CANCELLED, made, by=by, at=at, lesson=lesson.pk, date=on.isoformat(), marked=marked)
    return made


@transaction.atomic
def take_back_cancellation(lesson: TimetabledLesson, on: dt.date, *, by: Member, at: dt.datetime) -> LessonCancellation:
    """Have a cancelled lesson, or exam, be held after all; its register goes on where it was.

    Raises ValidationError where it is not cancelled any more, or somebody sits another exam then.
    """
    _take_turns(lesson)
    standing = cancellation_of(lesson, on)
    if standing is None:
        raise ValidationError(NOT_CANCELLED)
    _require_no_other_exam(lesson, on)
    standing.taken_back_by, standing.taken_back_at = by.user, at
    standing.save(update_fields=["taken_back_by", "taken_back_at"])
    record(Event.LESSON_HELD_AFTER_ALL, standing, by=by, at=at, lesson=lesson.pk, date=on.isoformat())
    return standing


def _require_no_other_exam(lesson: TimetabledLesson, on: dt.date) -> None:
    """Refuse an exam whose candidates were given another in its session meanwhile. Two queries, for an exam."""
    if not lesson.supplies:
        return
    candidates = list(GroupMember.objects.filter(group=lesson.group_id).values_list("pupil", flat=True))
    busy = sitting_then(on, Half(lesson.supplies), candidates)
    if busy:
        message = f"{len(busy)} of its candidates have another exam in that session, {busy[0].list_name} the first."
        raise ValidationError(message)


def _take_turns(lesson: TimetabledLesson) -> None:
    """Hold the lesson until the transaction ends: two who press at once take turns. One query."""
    list(TimetabledLesson.objects.select_for_update(of=("self",)).filter(pk=lesson.pk).values_list("pk"))
