"""What was done about registers that are out: reminders, and somebody sent to look; and who is to be reminded."""

import datetime as dt
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.trust.queries import current_school
from registers.models import Assignment, LessonRegister, PresenceCheck, RegisterReminder
from registers.queries.cover import covered_by, covers_on

Row = TypeVar("Row", RegisterReminder, PresenceCheck)


def lesson_with_what_is_known(registers: "QuerySet[LessonRegister]") -> "QuerySet[LessonRegister]":
    """Return lesson registers with who covers each, and when and by whom it was last asked for. No query of its own."""
    of = {"date": OuterRef("date"), "lesson": OuterRef("lesson")}
    return registers.annotate(
        covered_by=covered_by(**of), reminded_at=_last("sent_at", of), reminded_by=_last("sent_by_name", of)
    )


def _last(field: str, of: dict[str, OuterRef]) -> Subquery:
    return Subquery(RegisterReminder.objects.filter(**of).order_by("-sent_at").values(field)[:1])


def latest_of(rows: "QuerySet[Row]") -> dict[str, Row]:
    """Return the last row of each register, by its key. One query."""
    return {key_of(row.half, row.group_id, row.lesson_id): row for row in rows.order_by("sent_at", "pk")}


def key_of(half: str, group_id: int | None, lesson_id: int | None) -> str:
    """Return what names one register of a day, in an address and on a page."""
    return f"lesson-{lesson_id}" if lesson_id else f"{half}-{group_id}"


def reminders_of(date: dt.date) -> dict[str, RegisterReminder]:
    """Return the last reminder of each register of a day, by its key. One query."""
    rows = RegisterReminder.objects.filter(date=date).select_related("group", "lesson__group", "lesson__period")
    return latest_of(rows)


def checks_of(date: dt.date) -> dict[str, PresenceCheck]:
    """Return the last time somebody was sent to look, for each register of a day. One query."""
    return latest_of(PresenceCheck.objects.filter(date=date))


def people_to_remind(
    date: dt.date, *, half: str, group_id: int | None, lesson_id: int | None, teacher_id: int | None
) -> list[User]:
    """Return who is to take a register: whoever covers it, else who is assigned or teaches the lesson. Two queries.

    Of them only who holds a role in this school on that day: who has left is not written to.
    """
    of = Q(lesson=lesson_id) if lesson_id else Q(group=group_id, half=half)
    covering = covers_on(date).filter(of).values("user")
    people = User.objects.filter(_works_here(date), is_active=True, is_machine=False).order_by("name", "pk")
    found = list(people.filter(pk__in=covering))
    if found:
        return found
    if lesson_id:
        return list(people.filter(pk=teacher_id)) if teacher_id else []
    assigned = Assignment.objects.filter(in_force_on(date), group=group_id, weekdays__contains=[date.weekday()])
    return list(people.filter(pk__in=assigned.values("user")))


def _works_here(date: dt.date) -> Exists:
    rows = Membership.objects.filter(in_force_on(date), ended_at__isnull=True, user=OuterRef("pk"))
    return Exists(rows.filter(school=current_school()))
