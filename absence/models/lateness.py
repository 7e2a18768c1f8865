"""What a pupil's lateness has come to: each step of the policy that was reached, and each detention.

A detention is a sanction of the school's. It is no mark and never stands in a register.
"""

from django.conf import settings
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


class Detention(models.Model):
    """A detention for lateness: how long, on which day, and whether the pupil came.

    `number` is 1 for the one a finding brings, 2 for the sanction after that one was missed, and so on.
    """

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"  # the policy proposes it; a person has not set it yet
        SET = "set", "Set"
        ATTENDED = "attended", "Attended"
        MISSED = "missed", "Did not attend"
        CANCELLED = "cancelled", "Cancelled"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (state, minutes, on_date, starts_at, place, set_at, set_by_id, "
        "set_by_name, settled_at, settled_by_id, settled_by_name, cancelled_because)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="detentions")
    finding = models.ForeignKey(LatenessFinding, models.PROTECT, related_name="detentions")
    number = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=200)  # the kind of detention, as the policy says it
    minutes = models.PositiveSmallIntegerField()
    on_date = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)  # local; none while nobody has said
    place = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField()
    set_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    set_by_name = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_by_name = models.CharField(max_length=200, blank=True)
    cancelled_because = models.TextField(blank=True)

    class Meta:
        ordering = ["on_date", "starts_at", "pupil__surname", "pupil__forename", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "number"], name="a_missed_detention_is_followed_once"),
            models.CheckConstraint(name="a_detention_lasts_some_minutes", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="a_detention_that_is_set_says_by_whom",
                condition=Q(set_at__isnull=True, set_by__isnull=True) | Q(set_at__isnull=False, set_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_detention_that_is_over_says_by_whom",
                condition=Q(state__in=["offered", "set"], settled_at__isnull=True, settled_by__isnull=True)
                | Q(state__in=["attended", "missed", "cancelled"], settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_cancelled_detention_says_why",
                condition=~Q(state="cancelled") | ~Q(cancelled_because__regex=r"^\s*$"),
            ),
        ]
        indexes = [models.Index(fields=["on_date", "state"], name="detention_day")]

    def __str__(self) -> str:
        return f"detention {self.pk}"

    @property
    def is_open(self) -> bool:
        """Say whether it is still to come or to be settled."""
        return self.state in {self.State.OFFERED, self.State.SET}
