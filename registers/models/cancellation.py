"""Lessons and exams that are not held after all."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models.timetable import TimetabledLesson


class LessonCancellation(models.Model):
    """A lesson or an exam that is not held on a day: who said so, when and why. What was marked in it by then stays."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (taken_back_at, taken_back_by_id)"})

    lesson = models.ForeignKey(TimetabledLesson, models.PROTECT, related_name="cancellations")
    date = models.DateField()
    reason = models.CharField(max_length=300)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cancelled_by_name = models.CharField(max_length=200)
    cancelled_by_role = models.CharField(max_length=40)
    cancelled_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "date"], condition=Q(taken_back_at__isnull=True), name="a_lesson_is_cancelled_once"
            ),
            models.CheckConstraint(name="a_cancellation_gives_its_reason", condition=~Q(reason__regex=r"^\s*$")),
            models.CheckConstraint(
                name="a_cancellation_taken_back_says_who_and_when",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"cancellation {self.pk} of lesson {self.lesson_id}"
