"""What was said to a pupil's parents about attendance, and by whom: the log of contact outside letters and cases."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models import Contact, Pupil


class ParentContact(models.Model):
    """One call, message, visit or talk with a parent, or one that reached nobody. Never changed."""

    class Channel(models.TextChoices):
        CALL = "call", "Phone call"
        TEXT = "text", "Text message"
        EMAIL = "email", "Email"
        IN_PERSON = "in person", "In person"
        VISIT = "visit", "Home visit"
        OTHER = "other", "Another way"

    class Outcome(models.TextChoices):
        SPOKE = "spoke", "Spoke with them"
        THEY_RANG = "they rang", "They got in touch"
        SENT = "sent", "Message or email sent"
        LEFT_MESSAGE = "left message", "Left a message, no reply yet"
        NO_ANSWER = "no answer", "No answer"

    append_only = True

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="parent_contacts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()  # when it took place
    channel = models.CharField(max_length=10, choices=Channel.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    words = models.TextField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_by_name = models.CharField(max_length=200)
    entered_by_role = models.CharField(max_length=40)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_parent_contact_says_what_was_said", condition=~Q(words__regex=r"^\s*$"))
        ]
        indexes = [models.Index(fields=["pupil", "made_at"], name="parent_contact_when")]

    def __str__(self) -> str:
        return f"contact {self.pk} about pupil {self.pupil_id}"


# The parents know: a call that nobody answered, or a message left, is a try and no contact.
MADE: Final = (ParentContact.Outcome.SPOKE, ParentContact.Outcome.THEY_RANG, ParentContact.Outcome.SENT)
