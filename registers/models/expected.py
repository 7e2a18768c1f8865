"""What is expected before it happens: leave, trips, part-time patterns. Not yet a mark (decision 4)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When

from registers.models.calendar import Session
from registers.models.mark import Mark
from registers.models.pupil import Pupil, ends_after_it_begins, period
from registers.rules.lessons import WORDS, LessonCode


class IntegerRange(Func):
    """A range of whole numbers, for constraints."""

    function = "int4range"
    output_field = IntegerRangeField()


class ExpectedMark(models.Model):
    """A pupil is not expected, or is expected elsewhere, over some sessions.

    It becomes a mark when the register finishes or closes, in the name of whoever granted it.
    """

    class Halves(models.TextChoices):
        AM = "am", "Mornings"
        PM = "pm", "Afternoons"
        BOTH = "both", "Whole days"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (ended_at, ended_by_id)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="expected_marks")
    from_date = models.DateField()
    until_date = models.DateField()  # the first day back
    halves = models.CharField(max_length=4, choices=Halves.choices, default=Halves.BOTH)
    code = models.CharField(max_length=2)
    nature = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=60)  # "leave request 12", "office"
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_by_name = models.CharField(max_length=200)
    granted_by_role = models.CharField(max_length=40)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # withdrawn; what became marks stays
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            ends_after_it_begins("an_expected_mark_ends_after_it_begins"),
            models.CheckConstraint(
                name="an_ended_expected_mark_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            ExclusionConstraint(
                name="expected_marks_stay_apart",
                expressions=[
                    (F("pupil"), RangeOperators.EQUAL),
                    (period(), RangeOperators.OVERLAPS),
                    (
                        IntegerRange(
                            Case(When(halves="pm", then=Value(1)), default=Value(0)),
                            Case(When(halves="am", then=Value(1)), default=Value(2)),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"expected mark {self.pk}"


class ExpectedConfirmation(models.Model):
    """The adult in charge elsewhere confirmed the child at one session; without it B, K, P, V and W
    count for nothing."""

    append_only = True

    expected = models.ForeignKey(ExpectedMark, models.PROTECT, related_name="confirmations")
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    confirmed_by_name = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expected", "session"], name="one_confirmation_a_session")]

    def __str__(self) -> str:
        return f"confirmation {self.pk}"


class NotThere(models.Model):
    """The adult in charge elsewhere said that the child was not there at one session: nothing is expected of it there,
    and the child is looked for. A confirmation that came later stands above it."""

    append_only = True

    expected = models.ForeignKey(ExpectedMark, models.PROTECT, related_name="not_there")
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    said_by_name = models.CharField(max_length=200)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expected", "session"], name="not_there_once_a_session")]

    def __str__(self) -> str:
        return f"not there {self.pk}"


class Contradiction(models.Model):
    """A child was marked here though not expected, or though a parent reported an absence that nobody has decided,
    or the register of a lesson that supplies the mark says otherwise. The office settles which is right
    (decision 5)."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (settled_at, settled_by_id, outcome)"})

    mark = models.ForeignKey(Mark, models.PROTECT, related_name="contradictions")
    expected = models.ForeignKey(ExpectedMark, models.PROTECT, null=True, blank=True, related_name="contradictions")
    report = models.ForeignKey(
        "registers.AbsenceReport", models.PROTECT, null=True, blank=True, related_name="contradictions"
    )
    lesson_code = models.CharField(max_length=2, blank=True)  # what the lesson's register said as it was raised
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_settled_contradiction_says_who_and_when",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_contradiction_says_of_what",
                condition=Q(expected__isnull=False) | Q(report__isnull=False) | ~Q(lesson_code=""),
            ),
            # One that was settled stays as it was settled; what contradicts the mark later is another.
            models.UniqueConstraint(
                fields=["mark"], condition=Q(settled_at__isnull=True), name="one_open_contradiction_a_mark"
            ),
        ]

    def __str__(self) -> str:
        return f"contradiction {self.pk}"

    @property
    def lesson_words(self) -> str:
        """Return what the lesson's register said, in words; "" where none contradicts the mark."""
        return WORDS[LessonCode(self.lesson_code)] if self.lesson_code else ""
