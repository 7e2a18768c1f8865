"""Reads of inspections: who was let in, what they looked at, and what they may read now."""

import datetime as dt

from django.db.models import Count, QuerySet

from attendance_mat.accounts.models import User
from attendance_mat.keeping.models import Archive, Inspection, InspectionChange, InspectionLook
from attendance_mat.keeping.rules.inspecting import Granted, holds
from registers.models import Session


def inspections() -> QuerySet[Inspection]:
    """Return every inspection of the school, the latest to begin first, with who inspects and `seen`. One query."""
    rows = Inspection.objects.select_related("user", "given_by", "ended_by")
    return rows.annotate(seen=Count("looks")).order_by("-from_date", "-pk")


def inspection_of(user_id: int, *, on: dt.date) -> Inspection | None:
    """Return the inspection by which a person may read the registers on a day, if there is one. One query."""
    rows = Inspection.objects.select_related("user").filter(user=user_id, from_date__lte=on, until_date__gt=on)
    return next((row for row in rows if holds(granted(row), on)), None)


def granted(inspection: Inspection) -> Granted:
    """Return what an inspection rests on, as the rule reads it."""
    return Granted(inspection.from_date, inspection.until_date, ended=inspection.ended_at is not None)


def state_of(inspection: Inspection, on: dt.date) -> str:
    """Return whether an inspection is current, to come or ended, in one of those words."""
    if inspection.ended_at or inspection.until_date <= on:
        return "ended"
    return "current" if holds(granted(inspection), on) else "to come"


def overlapping(
    person: User, *, from_date: dt.date, until_date: dt.date, but: Inspection | None = None
) -> Inspection | None:
    """Return an inspection of the same person on some of the same days that nobody has ended. One query."""
    rows = Inspection.objects.filter(user=person, ended_at__isnull=True)
    rows = rows.exclude(pk=but.pk) if but else rows
    return rows.filter(from_date__lt=until_date, until_date__gt=from_date).first()


def locked(inspection: Inspection) -> Inspection:
    """Return an inspection with its person, held so that two who end it take turns. One query."""
    rows = Inspection.objects.select_for_update(of=("self",)).select_related("user")
    return rows.get(pk=inspection.pk)


def looks_of(inspection: Inspection) -> QuerySet[InspectionLook]:
    """Return what was looked at in an inspection, the latest first. One query."""
    return InspectionLook.objects.filter(inspection=inspection).order_by("-at", "-pk")


def changes_of(inspection: Inspection) -> QuerySet[InspectionChange]:
    """Return how an inspection's last day was moved, the latest first. One query."""
    return InspectionChange.objects.filter(inspection=inspection).order_by("-pk")


def school_meets(on: dt.date) -> bool:
    """Say whether the school has a session on a day. One query."""
    return Session.objects.filter(date=on).exists()


def back_ups() -> QuerySet[Archive]:
    """Return the monthly back-ups of both registers, the latest first. One query."""
    return Archive.objects.order_by("-month_date", "-made_at")
