"""The sessions in which a school meets."""

from django.db import models


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
