"""Who looked at which pupil's record, and what left the school about whom."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from registers.models.pupil import Pupil


class RecordAccess(models.Model):
    """Someone looked at a pupil's record. Kept for the head and the data protection lead."""

    append_only = True

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=40)  # the page, by its address's name
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["pupil", "at"], name="access_pupil")]

    def __str__(self) -> str:
        return f"look {self.pk} at pupil {self.pupil_id}"


class Disclosure(models.Model):
    """Records of pupils that left the product: an export, an extract, a return, a certificate. Never changed."""

    append_only = True

    what = models.CharField(max_length=80)  # "register extract", "certificate", "daily file"
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    pupils = ArrayField(models.BigIntegerField())
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"
