"""Back-ups of the registers, and how records come to their end."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from registers.models import Pupil


class Archive(models.Model):
    """A month's back-up of both registers: a signed archive in the configured storage (R13)."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (verified_at, wrong, disposed_at)"})

    month_date = models.DateField()  # its first day
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=200)
    place = models.CharField(max_length=300)  # its name in the storage
    digest = models.CharField(max_length=64)  # SHA-256 of the whole file
    size = models.BigIntegerField()  # bytes
    marks = models.BigIntegerField()
    amendments = models.BigIntegerField()
    seconds = models.FloatField()
    verified_at = models.DateTimeField(null=True, blank=True)
    wrong = models.TextField(blank=True)  # what the last verification found
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-month_date", "-made_at"]

    def __str__(self) -> str:
        return f"archive {self.pk}"


class LegalHold(models.Model):
    """Nothing it covers is disposed of while it lasts: one pupil's records, or the whole school's."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (lifted_at, lifted_by_id, lifted_because)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, null=True, blank=True, related_name="legal_holds")
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_by_name = models.CharField(max_length=200)
    placed_by_role = models.CharField(max_length=40)
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_legal_hold_gives_a_reason", condition=~Q(reason__regex=r"^\s*$")),
            models.CheckConstraint(
                name="a_lifted_hold_says_who_and_when",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"legal hold {self.pk}"


class Disposal(models.Model):
    """One disposal run: what of each kind of record was removed, on whose authority. Never changed."""

    append_only = True

    authority = models.TextField()
    removed = models.JSONField()  # records by kind
    held_back = models.JSONField(default=dict)  # records by kind, kept by a legal hold
    ended_by_date = models.DateField()  # what was to be kept no longer than this day
    run_by_name = models.CharField(max_length=200)
    run_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"disposal {self.pk}"


class DailyFile(models.Model):
    """A day's marks for the school's other system, and how its answer compared (decision 26)."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (sent_at, compared_at, differing, missing, alerted_at)"})

    date = models.DateField()
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    last_amendment = models.BigIntegerField(default=0)  # amendments up to this one are in it
    marks = models.IntegerField()
    sent_at = models.DateTimeField(null=True, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)
    differing = models.JSONField(default=list)  # pupil, half, ours, theirs
    missing = ArrayField(models.BigIntegerField(), default=list)  # marks the other system has not got
    alerted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-date", "-made_at"]

    def __str__(self) -> str:
        return f"file of {self.date}"
