"""Who from outside may read the registers, and what they read (R15)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q


class Inspection(models.Model):
    """A named inspector or officer of the authority may read both registers and their back-ups, on named days."""

    class Body(models.TextChoices):
        INSPECTORATE = "inspectorate", "His Majesty's Chief Inspector"
        SECRETARY_OF_STATE = "secretary of state", "Secretary of State"
        AUTHORITY = "authority", "Local authority"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (until_date, ended_at, ended_by_id)"})

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.CharField(max_length=20, choices=Body.choices)
    purpose = models.CharField(max_length=300)
    from_date = models.DateField()
    until_date = models.DateField()  # the first day they may no longer
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_by_name = models.CharField(max_length=200)
    given_by_role = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-from_date", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_inspection_ends_after_it_begins", condition=Q(until_date__gt=models.F("from_date"))
            ),
            models.CheckConstraint(
                name="an_ended_inspection_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"inspection {self.pk}"

    @property
    def last_date(self) -> dt.date:
        """Return the last day on which they may read."""
        return self.until_date - dt.timedelta(days=1)


class InspectionChange(models.Model):
    """An inspection's last day was moved: what it was, what it is, why and who said so. Never changed."""

    append_only = True

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="changes")
    was_last_date = models.DateField()
    last_date = models.DateField()
    reason = models.CharField(max_length=300)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_by_name = models.CharField(max_length=200)
    changed_by_role = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["inspection", "pk"]
        constraints = [
            models.CheckConstraint(name="an_inspection_s_change_says_why", condition=~Q(reason__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of inspection {self.inspection_id}"


class InspectionLook(models.Model):
    """One thing an inspector looked at or took away. Never changed."""

    append_only = True

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="looks")
    what = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"look {self.pk} of inspection {self.inspection_id}"
