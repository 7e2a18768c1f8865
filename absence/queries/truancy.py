"""Truancy alerts: who is told of them, where a pupil was last seen, and who is overdue from elsewhere on site."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from absence.models import Task, TruancyAlert
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from attendance_mat.web.formats import time_of_day
from registers.models import LessonMark, Mark, Pupil, Register, TimetabledLesson
from registers.queries.on_site import Standing, everybody
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import LONDON, Half
from registers.rules.lessons import IN_SCHOOL, LessonCode

NOT_SEEN: Final = "No mark of today has them in school."
SEEN: Final = (LessonCode.PRESENT.value, LessonCode.LATE.value, LessonCode.ELSEWHERE.value)


@dataclass(frozen=True)
class LastSeen:
    """Where a pupil was last seen on a day, in words, and when."""

    words: str = NOT_SEEN
    at: dt.datetime | None = None


def alerts_in_reach(member: Member, scope: Scope, on: dt.date) -> QuerySet[TruancyAlert]:
    """Return the alerts about pupils a member may find. Hidden pupils only where they may (decision 11). One query."""
    alerts = TruancyAlert.objects.filter(pupil__in=pupils_in_scope(member, scope, on))
    return alerts.select_related("pupil", "lesson__lesson__period", "lesson__lesson__group", "lesson__lesson__teacher")


def open_alerts(pupil_ids: Collection[int], on: dt.date) -> list[TruancyAlert]:
    """Return the open alerts of some pupils on a day, locked; the earliest first. One query."""
    rows = TruancyAlert.objects.filter(pupil__in=pupil_ids, date=on, ended_at__isnull=True)
    return list(rows.select_for_update(of=("self",)).select_related("lesson", "pupil").order_by("pk"))


def tasks_of(alert: TruancyAlert) -> QuerySet[Task]:
    """Return what an alert asked for. One query."""
    origins = Q(origin=str(alert)) | Q(origin__startswith=f"{alert}, ")
    return Task.objects.filter(origins).select_related("person").order_by("pk")


def locked(alert: TruancyAlert) -> TruancyAlert:
    """Return an alert as it now stands, locked against whoever else settles it. One query."""
    rows = TruancyAlert.objects.select_for_update(of=("self",)).select_related("pupil", "lesson__lesson__teacher")
    return rows.get(pk=alert.pk)


def lesson_marks(ids: Collection[int], on: dt.date) -> list[LessonMark]:
    """Return some marks of a day's lesson registers, with their lessons. One query."""
    marks = LessonMark.objects.filter(pk__in=ids, register__date=on)
    kept = ("pupil", "register__lesson__period", "register__lesson__group", "register__lesson__room")
    return list(marks.select_related(*kept).order_by("pk"))


def standing_of(pupil_ids: Iterable[int], at: dt.datetime) -> dict[int, Standing]:
    """Return where the registers and the desk have some pupils at a moment. One query."""
    wanted = set(pupil_ids)
    return {row.pupil_id: row.standing for row in everybody(at) if row.pupil_id in wanted} if wanted else {}


def elsewhere_now(pupil_ids: Collection[int], at: dt.datetime, *, but: int) -> set[int]:
    """Return those of some pupils whom another register has elsewhere on site until later, or who sit an exam now.

    Two queries.
    """
    marks = LessonMark.objects.filter(
        pupil__in=pupil_ids, code=LessonCode.ELSEWHERE, register__date=at.astimezone(LONDON).date(), until_at__gt=at
    )
    on, now = at.astimezone(LONDON).date(), at.astimezone(LONDON).time()
    exams = TimetabledLesson.objects.exclude(supplies="").exclude(registers=but)
    sitting = exams.filter(
        from_date=on, period__starts__lte=now, period__ends__gt=now, group__places__pupil__in=pupil_ids
    )
    return {
        *marks.exclude(register=but).values_list("pupil", flat=True),
        *sitting.values_list("group__places__pupil", flat=True),
    }


def raised_already(pupil_ids: Collection[int], lesson: int | None, kind: str, on: dt.date) -> set[int]:
    """Return those of some pupils who have had this alert: one withdrawn may be raised again. One query."""
    rows = TruancyAlert.objects.filter(pupil__in=pupil_ids, lesson=lesson, kind=kind, date=on)
    return set(rows.exclude(ending=TruancyAlert.Ending.WITHDRAWN).values_list("pupil", flat=True))


def last_seen(pupil_ids: Collection[int], at: dt.datetime) -> dict[int, LastSeen]:
    """Return where each pupil was last seen on the day of a moment, before it. Two queries."""
    on, found = at.astimezone(LONDON).date(), dict.fromkeys(pupil_ids, LastSeen())
    marks = Mark.objects.filter(pupil__in=pupil_ids, session__date=on, code__in=IN_SCHOOL, made_at__lte=at)
    lessons = LessonMark.objects.filter(pupil__in=pupil_ids, register__date=on, code__in=SEEN, made_at__lte=at)
    kept = ("register__lesson__period", "register__lesson__room")
    seen = [(mark.pupil_id, _at_registration(mark)) for mark in marks.select_related("session", "register__group")]
    seen += [(mark.pupil_id, _in_lesson(mark)) for mark in lessons.select_related(*kept)]
    for pupil_id, each in sorted(seen, key=lambda one: (one[1].at, one[0])):
        found[pupil_id] = each
    return found


def _at_registration(mark: Mark) -> LastSeen:
    at = mark.arrived_at or mark.made_at
    half = "Morning" if mark.session.half == Half.AM else "Afternoon"
    group = f" of {mark.register.group.name}" if mark.register else ""
    return LastSeen(f"{half} registration{group}, {time_of_day(at)}, by {mark.made_by_name}"[:200], at)


def _in_lesson(mark: LessonMark) -> LastSeen:
    lesson = mark.register.lesson
    what = ", ".join(part for part in (f"Period {lesson.period.name}", lesson.subject) if part)
    where = mark.place or (lesson.room.name if lesson.room else "")
    place = f", {where}" if where else ""
    return LastSeen(f"{what}{place}, {time_of_day(mark.made_at)}, by {mark.made_by_name}"[:200], mark.made_at)


def afternoon_mark(alert: TruancyAlert) -> Mark | None:
    """Return the pupil's mark of the afternoon of an alert's day, if there is one. One query."""
    return Mark.objects.filter(pupil=alert.pupil_id, session__date=alert.date, session__half=Half.PM).first()


def gone_at_midday(register: Register) -> dict[int, tuple[str, str]]:
    """Return the morning's and afternoon's code of each pupil of an afternoon's register who came in the morning.

    Those of whom something is expected in the afternoon are left out: the school was told. One query.
    """
    on = register.session.date
    expected = Q(
        expected_marks__ended_at__isnull=True, expected_marks__from_date__lte=on, expected_marks__until_date__gt=on,
        expected_marks__halves__in=(Half.PM, "both"),
    )  # fmt: skip
    afternoon = Mark.objects.filter(pupil=OuterRef("pk"), session=register.session_id)
    pupils = (
        Pupil.objects.filter(group_places__group=register.group_id, group_places__from_date__lte=on)
        .filter(Q(group_places__until_date__isnull=True) | Q(group_places__until_date__gt=on))
        .filter(marks__session__date=on, marks__session__half=Half.AM, marks__code__in=IN_SCHOOL)
        .exclude(Exists(Pupil.objects.filter(expected, pk=OuterRef("pk"))))
        .annotate(morning=F("marks__code"), afternoon=afternoon.values("code")[:1])
    )
    return {pk: (morning, later or "") for pk, morning, later in pupils.values_list("pk", "morning", "afternoon")}


def overdue_marks(at: dt.datetime) -> list[LessonMark]:
    """Return the marks of pupils elsewhere on site who should be back and have not been seen since. One query."""
    on = at.astimezone(LONDON).date()
    later = LessonMark.objects.filter(
        pupil=OuterRef("pupil"), register__date=on, register__starts_at__gt=OuterRef("register__starts_at")
    ).exclude(code="")
    told = TruancyAlert.objects.filter(
        pupil=OuterRef("pupil"), lesson=OuterRef("register"), kind=TruancyAlert.Kind.OVERDUE
    )
    marks = LessonMark.objects.filter(
        ~Exists(later), ~Exists(told), register__date=on, code=LessonCode.ELSEWHERE, until_at__lt=at
    )
    return list(marks.select_related("pupil", "register__lesson__period").order_by("pk"))
