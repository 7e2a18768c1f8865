"""Reads of the timetable, for its import."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Max, Q

from attendance_mat.accounts.models import Membership
from attendance_mat.trust.models import School
from registers.models import (
    Cover,
    Group,
    GroupMember,
    LessonCancellation,
    LessonRegister,
    PresenceCheck,
    RegisterReminder,
    Room,
    TimetabledLesson,
    TimetablePeriod,
)


def _reaching(on: dt.date) -> Q:
    return Q(until_date__isnull=True) | Q(until_date__gt=on)


def lessons_from(on: dt.date) -> list[TimetabledLesson]:
    """Return the lessons that hold on a day or later, with their periods, but for exams. One query."""
    return list(TimetabledLesson.objects.filter(_reaching(on), supplies="").select_related("period", "group", "room"))


def periods_from(on: dt.date) -> list[TimetablePeriod]:
    """Return the periods that hold on a day or later, but for those of exams. One query."""
    of_exams = TimetabledLesson.objects.exclude(supplies="").values("period")
    return list(TimetablePeriod.objects.filter(_reaching(on)).exclude(pk__in=of_exams))


def last_registers(lesson_ids: Collection[int], *, since: dt.date) -> dict[int, dt.date]:
    """Return the last day, since one, on which each of some lessons has something of its own on record. Five queries.

    A register, a cancellation, cover, a reminder, or somebody sent to look.
    """
    found: dict[int, dt.date] = {}
    for model in (LessonRegister, LessonCancellation, Cover, RegisterReminder, PresenceCheck):
        rows = model._default_manager.filter(lesson__in=lesson_ids, date__gte=since).values("lesson")
        for lesson, last in rows.annotate(last=Max("date")).values_list("lesson", "last"):
            found[lesson] = max(last, found.get(lesson, last))
    return found


def days_taken(first: dt.date, last: dt.date) -> set[dt.date]:
    """Return the days between two on which any lesson register was opened. One query."""
    return set(LessonRegister.objects.filter(date__range=(first, last)).values_list("date", flat=True))


def groups_taught() -> dict[str, Group]:
    """Return the groups by their names in small letters; of two alike, the teaching group. One query."""
    rows = Group.objects.order_by("kind")
    return {group.name.casefold(): group for group in rows}


def rooms() -> dict[str, Room]:
    """Return the rooms by their names in small letters. One query."""
    return {room.name.casefold(): room for room in Room.objects.all()}


def staff_by_address(school: School) -> dict[str, int]:
    """Return whoever was ever given a role at the school, by address in small letters. One query."""
    rows = Membership.objects.filter(school=school, ended_at__isnull=True, user__is_active=True)
    return {email.lower(): pk for email, pk in rows.values_list("user__email", "user")}


def places_from(group_ids: Collection[int], on: dt.date) -> list[GroupMember]:
    """Return who is in some groups on a day or later. One query."""
    return list(GroupMember.objects.filter(_reaching(on), group__in=group_ids))


def groups_ever_joined(group_ids: Collection[int]) -> set[int]:
    """Return those of some groups that anybody was ever in. One query."""
    return set(GroupMember.objects.filter(group__in=group_ids).values_list("group", flat=True))
