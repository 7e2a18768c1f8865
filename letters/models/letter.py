"""Letters: proposed, approved by a person, sent; and each copy exactly as it was sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models import Contact, Pupil


class Letter(models.Model):
    """A letter about a pupil, with the figures it will quote as they stood when it was proposed."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waiting for review"
        SENT = "sent", "Sent"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # What it quotes stays as it stood; only what became of it changes.
    rights = frozenset({"SELECT", "INSERT", "UPDATE (state, sent_at, sent_by_id, withdrawn_at, withdrawn_because, "
        "flagged_at, flagged_because)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="letters")
    template = models.CharField(max_length=60)
    origin = models.CharField(max_length=60)  # "case 12", "leave request 4"
    figures = models.JSONField()  # sessions, percentages and dates, as they stood
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)
    flagged_at = models.DateTimeField(null=True, blank=True)  # sent, and its ground has since gone
    flagged_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_sent_letter_says_who_and_when",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.UniqueConstraint(fields=["template", "origin"], name="one_letter_of_a_kind_an_origin"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class SentLetter(models.Model):
    """One copy as it was sent: its words, its PDF, to whom and where. Never changed."""

    append_only = True

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="copies")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    addressee = models.CharField(max_length=200)
    address = models.TextField(blank=True)
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the PDF
    sent_at = models.DateTimeField()
    sent_by_name = models.CharField(max_length=200)
    sent_by_role = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "contact"], name="one_copy_a_contact")]

    def __str__(self) -> str:
        return f"copy {self.pk} of letter {self.letter_id}"


class CertifiedCopy(models.Model):
    """A copy of a register or a certificate that the head, or who acts for them, signed in and certified. Never
    changed; a copy that is not here says that it is not certified."""

    append_only = True

    what = models.CharField(max_length=40)  # "attendance certificate", "registration certificate", "register"
    pupil = models.ForeignKey(Pupil, models.PROTECT, null=True, blank=True, related_name="+")
    from_date = models.DateField()
    until_date = models.DateField()  # the first day it does not cover
    as_at = models.DateTimeField()  # the record as it stood then
    reference = models.CharField(max_length=20, unique=True)  # printed on it
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the PDF
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    certified_by_name = models.CharField(max_length=200)
    certified_by_role = models.CharField(max_length=40)
    certified_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"certified copy {self.reference}"
