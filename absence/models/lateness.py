"""What a pupil's lateness has come to: each step of the policy that was reached."""

from django.db import models
from django.db.models import Q

from attendance_mat.policy.lateness import LateAction
from registers.models import Pupil, Session


class LatenessFinding(models.Model):
    """A step of the policy that a pupil's lates came to, with those lates as they then were.

    It stands until a late is corrected away and the number is no longer reached; then it is withdrawn, and a later
    one may be found anew.
    """

    class Does(models.TextChoices):
        DETENTION = LateAction.DETENTION.value, "Detention"
        LETTER = LateAction.LETTER.value, "Letter"
        CONTACT = LateAction.CONTACT.value, "Contact with the parents"
        MEETING = LateAction.MEETING.value, "Meeting"
        SUPPORT = LateAction.SUPPORT.value, "Support"
        AUTHORITY = LateAction.AUTHORITY.value, "The local authority"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (withdrawn_at, withdrawn_because)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="lateness_findings")
    does = models.CharField(max_length=10, choices=Does.choices)
    words = models.CharField(max_length=200)  # the step, as the policy says it
    number = models.PositiveSmallIntegerField()  # of lates
    from_date = models.DateField()  # over which days they were counted
    until_date = models.DateField()
    reached_on = models.DateField()
    reached_half = models.CharField(max_length=2, choices=Session.Half.choices)
    lates = models.JSONField()  # each as date, half, code, minutes
    found_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["reached_on", "reached_half", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "does", "words", "reached_on", "reached_half"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_late_reaches_a_step_once",
            ),
            models.CheckConstraint(
                name="a_lateness_finding_counts_over_days", condition=Q(until_date__gt=models.F("from_date"))
            ),
            models.CheckConstraint(
                name="a_withdrawn_lateness_finding_says_why",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because__regex=r"^\s*$"),
            ),
        ]

    def __str__(self) -> str:
        return f"lateness finding {self.pk}"

    @property
    def origin(self) -> str:
        """Return how the tasks and letters it asks for name it."""
        return f"lateness finding {self.pk}"
