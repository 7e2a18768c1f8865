"""Leave of absence: what was asked, and what the headteacher decided."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from absence.rules.days import Days
from registers.models import Contact, ExpectedMark, Pupil
from registers.models.pupil import ends_after_it_begins


class LeaveRequest(models.Model):
    """A parent's request for leave, as staff entered it. Never changed; another request asks for other days."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (id)"})  # to lock a row takes the right to change something

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="leave_requests")
    from_date = models.DateField()
    until_date = models.DateField()  # the first day back
    halves = models.CharField(max_length=4, choices=ExpectedMark.Halves.choices, default=ExpectedMark.Halves.BOTH)
    reason = models.TextField()
    asked_by = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    asked_on = models.DateField()  # the day the school received it
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["from_date", "pk"]
        constraints = [
            ends_after_it_begins("a_leave_request_ends_after_it_begins"),
            models.CheckConstraint(name="a_leave_request_gives_a_reason", condition=~Q(reason__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return f"leave request {self.pk}"

    @property
    def days(self) -> Days:
        """Return the days of leave asked for."""
        return Days(self.from_date, self.until_date - dt.timedelta(days=1), self.halves)

    @property
    def standing(self) -> str:
        """Return what has become of it, in words. No query where the decision came with it."""
        decision: LeaveDecision | None = getattr(self, "decision", None)
        return decision.get_outcome_display() if decision else "Awaiting a decision"


class LeaveDecision(models.Model):
    """What was decided, on what checks, by whom. Never changed; another request asks again."""

    append_only = True

    class Outcome(models.TextChoices):
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"

    request = models.OneToOneField(LeaveRequest, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    granted_from_date = models.DateField(null=True, blank=True)
    granted_until_date = models.DateField(null=True, blank=True)
    code = models.CharField(max_length=2, blank=True)
    reason = models.TextField()
    checks = models.JSONField()  # each policy check as it stood: name, met, words
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=200)
    decided_by_role = models.CharField(max_length=40)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_leave_decision_gives_a_reason", condition=~Q(reason__regex=r"^\s*$")),
            models.CheckConstraint(
                name="granted_leave_has_dates_and_a_code",
                condition=Q(outcome="granted", granted_from_date__isnull=False, granted_until_date__isnull=False)
                & ~Q(code="")
                | Q(
                    outcome="refused",
                    granted_from_date__isnull=True,
                    granted_until_date__isnull=True,
                    code="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"decision on leave request {self.request_id}"

    @property
    def granted_days(self) -> Days | None:
        """Return the days of leave granted; nothing where it was refused."""
        if self.granted_from_date is None or self.granted_until_date is None:
            return None
        return Days(self.granted_from_date, self.granted_until_date - dt.timedelta(days=1), self.request.halves)


class LeaveFalsified(models.Model):
    """Leave that was granted on an application found to be false: what showed it, and what became of the marks.

    Never changed. The decision stays as it was made.
    """

    append_only = True

    decision = models.OneToOneField(LeaveDecision, models.PROTECT, related_name="falsified")
    code = models.CharField(max_length=2)  # what the sessions now say
    sessions = models.PositiveSmallIntegerField()  # marks amended
    evidence = models.TextField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    found_by_name = models.CharField(max_length=200)
    found_by_role = models.CharField(max_length=40)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="falsified_leave_names_its_evidence", condition=~Q(evidence__regex=r"^\s*$"))
        ]

    def __str__(self) -> str:
        return f"falsified leave {self.pk}"
