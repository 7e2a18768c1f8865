"""Truancy alerts: who is told of them, what each is for, and what is still looked for."""

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Prefetch, Q, QuerySet

from absence.models import Task, TruancyAlert, TruancyFinding
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from registers.models import LessonRegister, Pupil
from registers.queries.scope import pupils_in_scope

OF_A_LESSON = ("lesson__lesson__period", "lesson__lesson__group", "lesson__lesson__teacher")


def alerts_in_reach(member: Member, scope: Scope, on: dt.date) -> QuerySet[TruancyAlert]:
    """Return the alerts about pupils a member may find, each with what it is for. Hidden pupils only where they may
    (decision 11). Two queries."""
    alerts = TruancyAlert.objects.filter(pupil__in=pupils_in_scope(member, scope, on))
    return alerts.select_related("pupil", *OF_A_LESSON).prefetch_related(findings())


def findings() -> "Prefetch[str, QuerySet[TruancyFinding], str]":
    """Return what has alerts read with what each is for, the first first."""
    return Prefetch("findings", queryset=TruancyFinding.objects.select_related(*OF_A_LESSON))


def take_turns(pupil_ids: Collection[int]) -> list[Pupil]:
    """Return some pupils locked, so that two who look for one of them take turns. One query."""
    rows = Pupil.objects.filter(pk__in=pupil_ids).select_for_update(no_key=True).order_by("pk")
    return list(rows) if pupil_ids else []


def looked_for(pupil_ids: Collection[int], on: dt.date) -> list[TruancyFinding]:
    """Return what some pupils are looked for on a day and nobody has answered, locked with its alert. One query."""
    rows = TruancyFinding.objects.filter(alert__pupil__in=pupil_ids, alert__date=on, answered_at__isnull=True)
    rows = rows.select_for_update(of=("self", "alert")).select_related("lesson", "alert__pupil")
    return list(rows.order_by("alert", "pk")) if pupil_ids else []


def looked_for_in(lesson_id: int, on: dt.date) -> list[TruancyFinding]:
    """Return what pupils are looked for because they are missing from a lesson of a day, locked with its alert. One
    query."""
    rows = TruancyFinding.objects.filter(
        kind=TruancyAlert.Kind.LESSON, lesson__lesson=lesson_id, lesson__date=on, answered_at__isnull=True
    )
    rows = rows.select_for_update(of=("self", "alert")).select_related("lesson", "alert__pupil")
    return list(rows.order_by("alert", "pk"))


def unanswered(alert: TruancyAlert) -> QuerySet[TruancyFinding]:
    """Return what an alert is still for. No query by itself."""
    return TruancyFinding.objects.filter(alert=alert, answered_at__isnull=True)


def lessons_missed(alert: TruancyAlert) -> list[LessonRegister]:
    """Return the registers of the lessons that an alert is for, each once, with its teacher; none of what was
    withdrawn. One query."""
    found = TruancyFinding.objects.filter(alert=alert, lesson__isnull=False)
    found = found.exclude(answer=TruancyAlert.Ending.WITHDRAWN)
    rows = LessonRegister.objects.filter(pk__in=found.values("lesson"))
    return list(rows.select_related("lesson__teacher", "lesson__period", "taken_by").order_by("starts_at", "pk"))


def alert_of_the_day(pupil: Pupil, on: dt.date) -> TruancyAlert | None:
    """Return a pupil's alert of a day that is open, or the last that ended, locked; none where there is none. One
    query."""
    rows = TruancyAlert.objects.select_for_update(of=("self",)).filter(pupil=pupil, date=on)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "-pk").first()


def tasks_of(alert: TruancyAlert) -> QuerySet[Task]:
    """Return what an alert asked for. One query."""
    origins = Q(origin=str(alert)) | Q(origin__startswith=f"{alert}, ")
    return Task.objects.filter(origins).select_related("person").order_by("pk")


def locked(alert: TruancyAlert) -> TruancyAlert:
    """Return an alert as it now stands, locked against whoever else settles it. One query."""
    rows = TruancyAlert.objects.select_for_update(of=("self",)).select_related("pupil", "lesson__lesson__teacher")
    return rows.get(pk=alert.pk)


def raised_already(pupil_ids: Collection[int], lesson: int | None, kind: str, on: dt.date) -> set[int]:
    """Return those of some pupils of whom this was found: what was withdrawn may be found again. One query."""
    rows = TruancyFinding.objects.filter(alert__pupil__in=pupil_ids, lesson=lesson, kind=kind, alert__date=on)
    return set(rows.exclude(answer=TruancyAlert.Ending.WITHDRAWN).values_list("alert__pupil", flat=True))
