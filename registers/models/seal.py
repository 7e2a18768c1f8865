"""Seals over the registers: their digests, and what was lawfully disposed of since (decision 8)."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from registers.models.calendar import Session
from registers.rules.seal import Kind

KINDS = [(kind.value, kind.value) for kind in Kind]


class Seal(models.Model):
    """One sealing: everything received since the one before. The trust keeps a copy of its digest."""

    append_only = True

    number = models.PositiveIntegerField(primary_key=True)  # 1 for the first, without gaps
    sealed_at = models.DateTimeField()  # the database's time; everything received by then is covered
    previous = models.CharField(max_length=64, blank=True)  # the digest of the seal before
    digest = models.CharField(max_length=64)
    key_mark = models.CharField(max_length=16)  # tells a seal under another key from one that was forged
    form = models.PositiveSmallIntegerField()  # how the texts were made that the digests are of
    last_mark = models.BigIntegerField()
    last_amendment = models.BigIntegerField()
    last_lesson_mark = models.BigIntegerField(default=0)  # 0 in a seal that does not cover lessons
    last_lesson_amendment = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"seal {self.number}"


class SealedRows(models.Model):
    """The digests of one session's rows of one kind in one seal. They outlive the rows' lawful disposal."""

    append_only = True

    # Without constraints: these rows are written as they are read, before their seal; and with its date and half a
    # session that has been removed can still be named. Lessons are sealed by day: the day's number, and no half.
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="rows", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=20, choices=KINDS)
    session = models.ForeignKey(Session, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    date = models.DateField()
    half = models.CharField(max_length=2)
    ids = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()  # 16 bytes a row, in the same order

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "session", "seal"], name="sealed_once_a_session")]

    def __str__(self) -> str:
        return f"{self.kind} rows of session {self.session_id} in seal {self.seal_id}"


class DisposedRows(models.Model):
    """Sealed rows that were lawfully disposed of, and on whose authority: under the seal's key, so not to be forged."""

    append_only = True

    kind = models.CharField(max_length=20, choices=KINDS)
    session = models.ForeignKey(Session, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    ids = ArrayField(models.BigIntegerField())
    authority = models.TextField()
    disposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    disposed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["kind", "session"], name="disposed_rows_session")]

    def __str__(self) -> str:
        return f"{self.kind} rows of session {self.session_id} disposed of"

    def words(self) -> str:
        """Return what the digest covers besides the rows: on whose authority, by whom and when."""
        return f"{self.authority}|{self.disposed_by_id}|{self.disposed_at.astimezone(dt.UTC).isoformat()}"
