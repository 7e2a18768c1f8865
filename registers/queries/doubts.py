"""The doubts that wait for a person, as their page lists them."""

import datetime as dt

from django.db.models import Count, Max, QuerySet

from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Doubt, Mark, Pupil


def open_doubts(pupils: QuerySet[Pupil]) -> QuerySet[Doubt]:
    """Return what nobody has settled about these pupils, earliest session first. One query."""
    rows = Doubt.objects.filter(settled_at__isnull=True, pupil__in=pupils)
    return rows.select_related("pupil", "session").order_by("session__date", "session__half", "pupil__surname", "pk")


def counts(pupils: QuerySet[Pupil]) -> dict[str, int]:
    """Return how many doubts are open, by kind. One query."""
    rows = Doubt.objects.filter(settled_at__isnull=True, pupil__in=pupils).order_by()
    return dict(rows.values("kind").annotate(number=Count("pk")).values_list("kind", "number"))


def is_looked_over_since(moment: dt.datetime) -> bool:
    """Say whether the registers were looked over at that moment or later. One query."""
    last = AuditEvent.objects.filter(kind=Event.DOUBTS_FOUND).aggregate(last=Max("at"))["last"]
    return last is not None and last >= moment


def mark_of(doubt: Doubt) -> Mark | None:
    """Return the mark a doubt is about, if there is one. One query."""
    rows = Mark.objects.select_related("session", "register")
    return rows.filter(pupil=doubt.pupil_id, session=doubt.session_id).first()
