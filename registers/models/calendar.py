"""The sessions in which a school meets, and why it does not meet on the days that need a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Session(models.Model):
    """A morning or an afternoon in which the school meets. One with marks is never taken away."""

    rights = frozenset({"SELECT", "INSERT", "DELETE"})  # a session's date never changes

    class Half(models.TextChoices):
        AM = "am", "Morning"
        PM = "pm", "Afternoon"

    date = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)

    class Meta:
        ordering = ["date", "half"]
        constraints = [models.UniqueConstraint(fields=["date", "half"], name="one_session_a_half_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.half}"


class PlannedDay(models.Model):
    """Why the school does not meet on a day it might have: INSET, a bank holiday, a holiday, a planned closure (#)."""

    rights = frozenset({"SELECT", "INSERT", "DELETE"})  # a day is named anew, never altered

    class Kind(models.TextChoices):
        INSET = "inset", "INSET day"
        BANK_HOLIDAY = "bank holiday", "Bank holiday"
        HOLIDAY = "holiday", "Half term or holiday"
        CLOSURE = "closure", "Planned closure (#)"

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["date"]
        constraints = [models.CheckConstraint(name="a_planned_day_has_a_name", condition=~Q(name__regex=r"^\s*$"))]

    def __str__(self) -> str:
        return f"{self.kind} on {self.date}"
