"""Marks and their amendments: the statutory record. What the database refuses is in migration 0002."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models.calendar import Session
from registers.models.pupil import Pupil
from registers.models.register import Register

CODE = r"^([A-Z][0-9]?|/|\\|#)?$"


class Source(models.TextChoices):
    """How a mark came to us."""

    TEACHER = "teacher", "Teacher"
    OFFICE = "office", "Office"
    LATE_DESK = "late desk", "Late desk"
    EXPECTED = "expected", "Expected absence"
    IMPORT = "import", "Import"
    PAPER = "paper", "Paper"
    OFFLINE = "offline", "Offline"
    LESSON = "lesson", "Lesson register"  # of a period whose lessons supply the session's marks (policy)


class Mark(models.Model):
    """One pupil's attendance at one session, as it now stands."""

    append_only = True

    # No index of its own where one below, or the unique constraint, begins with the same column.
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="marks", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="marks", db_index=False)
    register = models.ForeignKey(Register, models.PROTECT, related_name="marks", db_index=False)
    code = models.CharField(max_length=2, blank=True)  # empty: cleared while the register was open
    nature = models.CharField(max_length=200, blank=True)  # which B, K and Y7 must state
    comment = models.CharField(max_length=500, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    made_by_name = models.CharField(max_length=200)
    made_by_role = models.CharField(max_length=40)
    made_at = models.DateTimeField()  # when the person says it happened
    received_at = models.DateTimeField()  # stamped by the database; as-at questions use this one
    changes = models.PositiveSmallIntegerField(default=0)  # amendments so far, kept by the database

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pupil", "session"], name="one_mark_a_session"),
            models.CheckConstraint(name="a_mark_has_the_shape_of_a_code", condition=Q(code__regex=CODE)),
            models.CheckConstraint(name="a_mark_says_who_made_it", condition=~Q(made_by_name__regex=r"^\s*$")),
        ]
        indexes = [
            models.Index(fields=["session", "pupil"], include=["code"], name="mark_session"),
            # So that when a register was first marked is read without its marks.
            models.Index(fields=["register", "made_at"], include=["source"], name="mark_register_first"),
            # So that a night's look at who was absent reads the few marks that say so.
            models.Index(
                fields=["code", "session", "pupil"], condition=~Q(code__in=["/", "\\", "L"]), name="mark_absence"
            ),
        ]

    def __str__(self) -> str:
        return f"mark {self.pk}"


class MarkAmendment(models.Model):
    """A change to a mark: what it said, what it says now, why, and who said so (R12)."""

    append_only = True

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"  # while the register was open
        AMENDMENT = "amendment", "Amendment"  # after it was finished or closed

    # Filled from the mark itself by the database, never by the caller.
    FILLED_BY_THE_DATABASE: ClassVar = ("original_code", "original_nature", "original_comment",
        "original_arrived_at", "original_minutes_late", "received_at", "number")  # fmt: skip

    mark = models.ForeignKey(Mark, models.PROTECT, related_name="amendments", db_index=False)
    number = models.PositiveSmallIntegerField(default=0)  # 1 for a mark's first change
    kind = models.CharField(max_length=10, choices=Kind.choices)
    original_code = models.CharField(max_length=2, blank=True)
    original_nature = models.CharField(max_length=200, blank=True)
    original_comment = models.CharField(max_length=500, blank=True)
    original_arrived_at = models.DateTimeField(null=True, blank=True)
    original_minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    amended_code = models.CharField(max_length=2, blank=True)
    amended_nature = models.CharField(max_length=200, blank=True)
    amended_comment = models.CharField(max_length=500, blank=True)
    amended_arrived_at = models.DateTimeField(null=True, blank=True)
    amended_minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    amended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    amended_by_name = models.CharField(max_length=200)  # as they were that day
    amended_by_role = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField(blank=True)

    class Meta:
        ordering = ["mark", "number"]
        constraints = [
            models.UniqueConstraint(fields=["mark", "number"], name="amendments_are_numbered"),
            models.CheckConstraint(
                name="an_amendment_gives_a_reason",
                condition=Q(kind="correction") | ~Q(reason__regex=r"^\s*$"),
            ),
            models.CheckConstraint(
                name="only_a_correction_clears_a_mark",
                condition=Q(kind="correction") | ~Q(amended_code=""),
            ),
            models.CheckConstraint(name="an_amendment_has_the_shape_of_a_code", condition=Q(amended_code__regex=CODE)),
            models.CheckConstraint(
                name="an_amendment_says_who_made_it",
                condition=~Q(amended_by_name__regex=r"^\s*$") & ~Q(amended_by_role__regex=r"^\s*$"),
            ),
        ]
        indexes = [models.Index(fields=["received_at"], name="amendment_received")]

    def __str__(self) -> str:
        return f"amendment {self.number} of mark {self.mark_id}"


class SaveReceipt(models.Model):
    """The reply given to one save, kept so that a repeat gets the same reply (decision 7)."""

    append_only = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField()
    digest = models.CharField(max_length=64)  # of the body
    reply = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_receipt_a_save")]

    def __str__(self) -> str:
        return f"receipt {self.pk}"
