"""The new school year as one act that can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class NewYear(models.Model):
    """Everyone moved up, leavers ended, the intake added, from one day; with each row it made or ended, to undo it."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (undone_at, undone_by_id, undone_because)"})

    from_date = models.DateField()
    done = models.JSONField()  # by table: the rows added and the rows ended, by number
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_by_name = models.CharField(max_length=200)
    done_by_role = models.CharField(max_length=40)
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_date"], condition=Q(undone_at__isnull=True), name="one_new_year_from_a_day"
            ),
            models.CheckConstraint(
                name="an_undone_new_year_says_who_and_when",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"new year from {self.from_date}"
