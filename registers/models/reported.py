"""What parents tell the school of absences, what was decided of it, and to whom a call was passed."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models.contact import Contact
from registers.models.expected import ExpectedMark
from registers.models.pupil import Pupil, ends_after_it_begins


class AbsenceReport(models.Model):
    """A parent's word that a pupil is or will be absent, as it was taken, and what was decided of it.

    Until it is decided nothing is expected of the pupil: the register says "parent reported absent: check".
    """

    class Channel(models.TextChoices):
        TELEPHONE = "telephone", "Telephone call"
        ABSENCE_LINE = "absence line", "Message on the absence line"
        EMAIL = "email", "Email"
        TEXT = "text", "Text message"
        IN_PERSON = "in person", "At reception"

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Not accepted"
        WITHDRAWN = "withdrawn", "Withdrawn by the parent"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (outcome, code, nature, words, decided_by_id, decided_by_name, "
        "decided_by_role, decided_at)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="absence_reports")
    from_date = models.DateField()
    until_date = models.DateField()  # the first day back
    halves = models.CharField(max_length=4, choices=ExpectedMark.Halves.choices, default=ExpectedMark.Halves.BOTH)
    reason = models.CharField(max_length=500)  # in the parent's words
    reported_by = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="absence_reports")
    reported_by_name = models.CharField(max_length=200)  # as it was that day, or of somebody who is no contact
    channel = models.CharField(max_length=12, choices=Channel.choices)
    received_at = models.DateTimeField()  # when the school had it, which may be before it was entered
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_by_name = models.CharField(max_length=200)
    taken_by_role = models.CharField(max_length=40)
    taken_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    code = models.CharField(max_length=2, blank=True)
    nature = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=500, blank=True)  # why it was decided so
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_by_role = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            ends_after_it_begins("an_absence_report_ends_after_it_begins"),
            models.CheckConstraint(name="an_absence_report_has_a_reason", condition=~Q(reason__regex=r"^\s*$")),
            models.CheckConstraint(
                name="an_absence_report_says_whose_word_it_is", condition=~Q(reported_by_name__regex=r"^\s*$")
            ),
            models.CheckConstraint(
                name="a_decided_report_says_who_and_when",
                condition=Q(outcome="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_report_accepted_has_a_code",
                condition=Q(outcome="accepted") & ~Q(code="") | ~Q(outcome="accepted") & Q(code=""),
            ),
        ]
        indexes = [models.Index(fields=["pupil"], condition=Q(outcome=""), name="report_undecided")]

    def __str__(self) -> str:
        return f"absence report {self.pk}"

    @property
    def last_date(self) -> dt.date:
        """Return the last day absent, as far as the parent knew."""
        return self.until_date - dt.timedelta(days=1)


class PassedCall(models.Model):
    """An absence call passed to a named colleague with a note; the room above makes it a task in their list
    (ALP-6.12)."""

    append_only = True

    report = models.ForeignKey(AbsenceReport, models.PROTECT, related_name="passed_on")
    passed_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    passed_to_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500)
    passed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    passed_by_name = models.CharField(max_length=200)
    passed_by_role = models.CharField(max_length=40)
    passed_at = models.DateTimeField()

    class Meta:
        ordering = ["passed_at", "pk"]
        constraints = [models.CheckConstraint(name="a_passed_call_has_a_note", condition=~Q(note__regex=r"^\s*$"))]

    def __str__(self) -> str:
        return f"passed call {self.pk}"
