"""A register: one group at one session, opened, taken, finished and closed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models.calendar import Session
from registers.models.group import Group


class Register(models.Model):
    """The taking of one group's register at one session. Whoever changes its marks locks this row."""

    # Finished once and for all: the trigger of migration 0002 refuses to take it back.
    rights = frozenset({"SELECT", "INSERT", "UPDATE (taken_by_id, taken_at, finished_by_id, finished_at)"})

    session = models.ForeignKey(Session, models.PROTECT, related_name="registers")
    group = models.ForeignKey(Group, models.PROTECT, related_name="registers")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()  # by the school's policy on that day; arrivals after it are U
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "group"], name="one_register_a_session"),
            models.CheckConstraint(
                name="a_finished_register_says_who_and_when",
                condition=Q(finished_at__isnull=True, finished_by__isnull=True)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_taken_register_says_who_and_when",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"register {self.pk}"
