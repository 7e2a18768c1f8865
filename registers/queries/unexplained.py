"""The absences whose reason nobody has established, with how long each has stood."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import UnexplainedAbsence
from registers.models import Mark, Pupil, Session
from registers.rules import unexplained
from registers.rules.day import unexplained_code
from registers.rules.unexplained import Standing


@dataclass(frozen=True)
class Waiting:
    """An absence to resolve, and where it stands; `later` is the code of the same day's afternoon."""

    mark: Mark
    standing: Standing
    deadline: str
    later: str

    @property
    def seen(self) -> str:
        """Return the mark and the number of its changes, as a form sends back what it showed."""
        return f"{self.mark.pk}-{self.mark.changes}"


def unexplained_marks(pupils: QuerySet[Pupil], *, today: dt.date) -> QuerySet[Mark]:
    """Return the absences of earlier days still unexplained, oldest first. One query."""
    rows = Mark.objects.filter(code=unexplained_code(today), session__date__lt=today, pupil__in=pupils)
    rows = rows.exclude(code="").select_related("pupil", "session", "register")
    return rows.order_by("session__date", "session__half", "pupil__surname", "pk")


def waiting(marks: list[Mark], *, today: dt.date) -> list[Waiting]:
    """Return where each of these absences stands. Two queries."""
    if not marks:
        return []
    terms = national().terms(UnexplainedAbsence, on=today)
    first = min(mark.session.date for mark in marks)
    days = list(Session.objects.filter(date__gt=first).order_by("date").values_list("date", flat=True).distinct())
    said = Mark.objects.filter(
        pupil__in={mark.pupil_id for mark in marks}, session__date__gte=first, session__half=Session.Half.PM
    )
    later = {(pupil, date): code for pupil, date, code in said.values_list("pupil", "session__date", "code")}
    listed = []
    for mark in marks:
        found = unexplained.standing(mark.session.date, today=today, school_days=days, limit=terms.school_days)
        afternoon = later.get((mark.pupil_id, mark.session.date), "") if mark.session.half == Session.Half.AM else ""
        words = unexplained.in_words(found, today=today)
        listed.append(Waiting(mark, found, words, afternoon if afternoon != mark.code else ""))
    return listed
