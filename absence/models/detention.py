"""Detentions: for lateness, for truancy, or by hand with a reason.

A detention is a sanction of the school's. It is no mark and never stands in a register.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from absence.models.lateness import LatenessFinding
from absence.models.truancy import TruancyAlert
from registers.models import Pupil
from registers.rules.calendar import LONDON


class Detention(models.Model):
    """A detention: what for, how long, on which day, and whether the pupil came.

    It is for a step of lateness, for a truancy, or for what whoever set it by hand gave as the reason. Those of one
    `series` follow each other: `number` is 1 for the first, 2 for the sanction after that one was missed, and so on.
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
    finding = models.ForeignKey(LatenessFinding, models.PROTECT, null=True, blank=True, related_name="detentions")
    alert = models.ForeignKey(TruancyAlert, models.PROTECT, null=True, blank=True, related_name="detentions")
    reason = models.CharField(max_length=300, blank=True)  # of one that was set by hand
    series = models.UUIDField(default=uuid.uuid4)
    number = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=200)  # the kind of detention, as the policy says it
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # none where nobody has said
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
            models.UniqueConstraint(fields=["series", "number"], name="detentions_of_a_series_are_numbered"),
            models.CheckConstraint(
                name="a_detention_says_what_it_is_for",
                condition=Q(finding__isnull=False, alert__isnull=True, reason="")
                | Q(finding__isnull=True, alert__isnull=False, reason="")
                | Q(finding__isnull=True, alert__isnull=True) & ~Q(reason__regex=r"^\s*$"),
            ),
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
    def since(self) -> dt.date:
        """Return the day of what it is for: it is on no earlier one."""
        if self.finding:
            return self.finding.reached_on
        return self.alert.date if self.alert else self.offered_at.astimezone(LONDON).date()

    @property
    def is_open(self) -> bool:
        """Say whether it is still to come or to be settled."""
        return self.state in {self.State.OFFERED, self.State.SET}
