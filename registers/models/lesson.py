"""Lesson registers and their marks, apart from the statutory ones. What the database refuses is in migrations 0007
and 0017."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registers.models.mark import Source
from registers.models.pupil import Pupil
from registers.models.timetable import TimetabledLesson
from registers.rules.lessons import CODES, LessonCode

LATE_SAYS_HOW_LATE = Q(code="L", minutes_late__isnull=False) | (~Q(code="L") & Q(minutes_late__isnull=True))
ELSEWHERE_SAYS_WHERE = Q(code="ES") & ~Q(place__regex=r"^\s*$") | ~Q(code="ES") & Q(place="", until_at__isnull=True)


class LessonRegister(models.Model):
    """The taking of one lesson's register on one day. Whoever changes its marks locks this row."""

    # Finished once and for all: a trigger refuses to take it back.
    rights = frozenset({"SELECT", "INSERT", "UPDATE (taken_by_id, taken_at, finished_by_id, finished_at)"})

    lesson = models.ForeignKey(TimetabledLesson, models.PROTECT, related_name="registers")
    date = models.DateField()
    starts_at = models.DateTimeField()  # the period's times on that day: a later timetable moves nothing
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "date"], name="one_lesson_register_a_day"),
            models.CheckConstraint(name="a_lesson_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="a_finished_lesson_register_says_who_and_when",
                condition=Q(finished_at__isnull=True, finished_by__isnull=True)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_taken_lesson_register_says_who_and_when",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["date"], name="lesson_register_date")]

    def __str__(self) -> str:
        return f"lesson register {self.pk}"


class LessonMark(models.Model):
    """One pupil at one lesson, as it now stands. Never a mark of the statutory register, nor in its figures."""

    append_only = True

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="lesson_marks", db_index=False)
    register = models.ForeignKey(LessonRegister, models.PROTECT, related_name="marks", db_index=False)
    code = models.CharField(max_length=2, blank=True)  # empty: cleared while the register was open
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=60, blank=True)  # of a pupil elsewhere on site
    until_at = models.DateTimeField(null=True, blank=True)  # when one elsewhere is expected back
    comment = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    made_by_name = models.CharField(max_length=200)
    made_by_role = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()  # stamped by the database
    changes = models.PositiveSmallIntegerField(default=0)  # amendments so far, kept by the database

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pupil", "register"], name="one_mark_a_lesson"),
            models.CheckConstraint(name="a_lesson_mark_has_a_lesson_code", condition=Q(code__in=["", *CODES])),
            models.CheckConstraint(name="a_late_lesson_mark_says_how_late", condition=LATE_SAYS_HOW_LATE),
            models.CheckConstraint(name="elsewhere_on_site_says_where", condition=ELSEWHERE_SAYS_WHERE),
            models.CheckConstraint(name="a_lesson_mark_says_who_made_it", condition=~Q(made_by_name__regex=r"^\s*$")),
        ]
        indexes = [
            # So that when a register was first marked is read without its marks.
            models.Index(fields=["register", "made_at"], name="lesson_mark_register_first"),
            models.Index(fields=["register", "pupil"], condition=Q(code=LessonCode.ABSENT.value), name="lesson_missed"),
        ]

    def __str__(self) -> str:
        return f"lesson mark {self.pk}"


class LessonMarkAmendment(models.Model):
    """A change to a lesson mark: what it said, what it says now, why, and who said so."""

    append_only = True

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"  # while the register was open
        AMENDMENT = "amendment", "Amendment"  # once it was finished, or the lesson over

    FILLED_BY_THE_DATABASE: ClassVar = ("original_code", "original_minutes_late", "original_place",
        "original_until_at", "original_comment", "received_at", "number")  # fmt: skip

    mark = models.ForeignKey(LessonMark, models.PROTECT, related_name="amendments", db_index=False)
    number = models.PositiveSmallIntegerField(default=0)  # 1 for a mark's first change
    kind = models.CharField(max_length=10, choices=Kind.choices)
    original_code = models.CharField(max_length=2, blank=True)
    original_minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    original_place = models.CharField(max_length=60, blank=True)
    original_until_at = models.DateTimeField(null=True, blank=True)
    original_comment = models.CharField(max_length=500, blank=True)
    amended_code = models.CharField(max_length=2, blank=True)
    amended_minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    amended_place = models.CharField(max_length=60, blank=True)
    amended_until_at = models.DateTimeField(null=True, blank=True)
    amended_comment = models.CharField(max_length=500, blank=True)
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
            models.UniqueConstraint(fields=["mark", "number"], name="lesson_amendments_are_numbered"),
            models.CheckConstraint(
                name="a_lesson_amendment_gives_a_reason",
                condition=Q(kind="correction") | ~Q(reason__regex=r"^\s*$"),
            ),
            models.CheckConstraint(
                name="only_a_correction_clears_a_lesson_mark",
                condition=Q(kind="correction") | ~Q(amended_code=""),
            ),
            models.CheckConstraint(
                name="a_lesson_amendment_says_who_made_it",
                condition=~Q(amended_by_name__regex=r"^\s*$") & ~Q(amended_by_role__regex=r"^\s*$"),
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.number} of lesson mark {self.mark_id}"
