"""Notices that go to every family of the school: one set of words, and to whom each copy went."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models import Contact, Pupil


class Notice(models.Model):
    """Words for every family, such as what the school expects of attendance, with the day they are due."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (sent_at, sent_by_id, sent_by_name, dropped_at, dropped_by_id)"})

    subject = models.CharField(max_length=120)
    words = models.TextField()
    due_date = models.DateField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_by_name = models.CharField(max_length=200)
    planned_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_by_name = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-due_date", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_notice_says_something", condition=~Q(words__regex=r"^\s*$")),
            models.CheckConstraint(
                name="a_sent_notice_says_who_and_when",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_dropped_notice_says_who_and_when",
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_notice_is_sent_or_dropped_not_both",
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    def is_due(self, on: dt.date) -> bool:
        """Say whether it waits to be sent on a day."""
        return self.sent_at is None and self.dropped_at is None and self.due_date <= on


class NoticeCopy(models.Model):
    """What became of a notice for one pupil's family: to whom and where it went, or why it did not. Never changed.

    Pupils whose copies bear the same family number share one envelope.
    """

    append_only = True

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="copies")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="+")
    family = models.PositiveIntegerField()  # counted within the notice
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    addressee = models.CharField(max_length=450, blank=True)
    address = models.TextField(blank=True)
    failed_because = models.TextField(blank=True)  # empty: sent
    tried_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tried_by_name = models.CharField(max_length=200)
    tried_at = models.DateTimeField()

    class Meta:
        ordering = ["family", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "pupil"], condition=Q(failed_because=""), name="a_notice_reaches_a_pupil_once"
            ),
            models.CheckConstraint(
                name="a_notice_goes_to_somebody_or_says_why_not",
                condition=Q(contact__isnull=False, failed_because="")
                | (Q(contact__isnull=True) & ~Q(failed_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"copy {self.pk} of notice {self.notice_id}"
