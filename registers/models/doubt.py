"""What the night finds in the registers that cannot be right, until a person settles it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models.calendar import Session
from registers.models.pupil import Pupil


class Doubt(models.Model):
    """A mark, or a missing one, that contradicts what else is known. Found at night, with a fix offered; settled by
    a person, or by the night that finds it gone."""

    class Kind(models.TextChoices):
        OFF_ROLL = "off roll", "Marked on a day off roll"
        NO_SESSION = "no session", "Marked on a day the school did not meet"
        BLANK = "blank", "No mark at a session that was held"
        ONE_SESSION = "one session", "Marked at one session of the day only"
        NOT_IN_FORCE = "not in force", "Code not in force that day"
        WRONG_AGE = "wrong age", "Code not for a pupil of that age"
        LEAVE_BUT_PRESENT = "leave but present", "Present during leave that was granted"
        SIGNED_OUT = "signed out", "Marked present while signed out"
        TWO_SCHOOLS = "two schools", "Present at two schools at once"
        NOT_CONFIRMED = "not confirmed", "At the other school by D, which did not see them"
        SIXTH_DAY = "sixth day", "Suspended for a sixth day without provision"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (evidence, offered, settled_at, settled_by_id, settled_by_name, "
        "outcome)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="doubts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    evidence = models.JSONField(default=dict)  # the code as it stood, and what it contradicts
    offered = models.CharField(max_length=2, blank=True)  # the code offered in its place; empty: a person must say
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_by_name = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["session__date", "pupil"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "kind", "session"], condition=Q(settled_at__isnull=True), name="one_open_doubt"
            ),
            models.CheckConstraint(
                name="a_settled_doubt_says_when",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True) | Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"doubt {self.pk}"
