"""Reads of exams: the sittings of some days, who sits them, and what was expected of them instead."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from django.db.models import Count, OuterRef, Q, QuerySet

from attendance_mat.accounts.models import in_force_on
from registers.models import ExpectedMark, Group, GroupMember, Pupil, TimetabledLesson
from registers.queries.cancelling import is_cancelled, said_of
from registers.rules.calendar import Half

OFF: Final = is_cancelled(lesson="pk", date=OuterRef("from_date"))  # of a sitting, which has one day


def sittings(since: dt.date) -> QuerySet[TimetabledLesson]:
    """Return the sittings from a day on, in order, with how many sit each and when it was cancelled. One query."""
    lessons = TimetabledLesson.objects.exclude(supplies="").filter(from_date__gte=since)
    counted = lessons.annotate(
        candidates=Count("group__places"), cancelled_at=said_of("cancelled_at", lesson="pk", date=OuterRef("from_date"))
    )
    return counted.select_related("period", "group", "room", "teacher").order_by("from_date", "period__starts", "pk")


def sitting_then(date: dt.date, half: Half, pupil_ids: Collection[int]) -> list[Pupil]:
    """Return those of some pupils who sit an exam in a session, by name. One query."""
    groups = TimetabledLesson.objects.filter(~OFF, from_date=date, supplies=half).values("group")
    places = GroupMember.objects.filter(group__in=groups, pupil__in=pupil_ids)
    return list(Pupil.objects.filter(pk__in=places.values("pupil")).order_by("surname", "forename", "pk"))


def exams_of(pupil_id: int, first: dt.date, last: dt.date) -> set[tuple[dt.date, Half]]:
    """Return the sessions of some days in which a pupil sits an exam. One query."""
    lessons = TimetabledLesson.objects.exclude(supplies="").filter(~OFF, from_date__range=(first, last))
    rows = lessons.filter(group__places__pupil=pupil_id).values_list("from_date", "supplies")
    return {(date, Half(half)) for date, half in rows}


def expected_then(date: dt.date, half: Half, pupil_ids: Collection[int], *, code: str) -> list[ExpectedMark]:
    """Return what is expected under a code of some pupils in a session. One query."""
    rows = ExpectedMark.objects.filter(
        ended_at__isnull=True, from_date__lte=date, until_date__gt=date, halves__in=(half, ExpectedMark.Halves.BOTH),
        code=code, pupil__in=pupil_ids,
    )  # fmt: skip
    return list(rows.select_related("pupil").order_by("pk"))


def candidates_of(groups: Iterable[Group], numbers: Collection[str], on: dt.date) -> list[Pupil]:
    """Return who is in some groups on a day and on the roll, and whoever has one of some numbers. One query."""
    in_groups = Q(group_places__in=GroupMember.objects.filter(in_force_on(on), group__in=list(groups)))
    numbered = Q(upn__in=list(numbers)) | Q(local_id__in=list(numbers))
    on_roll = Q(roll_periods__from_date__lte=on) & (
        Q(roll_periods__until_date__isnull=True) | Q(roll_periods__until_date__gt=on)
    )
    return list(Pupil.objects.filter(on_roll, in_groups | numbered, died_on__isnull=True).distinct().order_by("pk"))
