"""The people a school may or may not speak to about a pupil."""

from django.db import models
from django.db.models import Q

from registers.models.pupil import Pupil


class Contact(models.Model):
    """A parent or other contact of one pupil, in the order in which to try them. Never removed: one who no longer is
    a contact has a last day."""

    class Channel(models.TextChoices):
        CALL = "call", "Phone call"
        TEXT = "text", "Text message"
        EMAIL = "email", "Email"
        LETTER = "letter", "Letter"

    class Liability(models.TextChoices):
        PARENT = "parent", "Mother or father"
        RESPONSIBILITY = "responsibility", "Has parental responsibility"
        CARE = "care", "Has care of the child"

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="contacts")
    position = models.PositiveSmallIntegerField()  # 1 is tried first
    name = models.CharField(max_length=200)
    relationship = models.CharField(max_length=60, blank=True)
    parental_responsibility = models.BooleanField(default=False)
    lives_with = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)
    address_confidential = models.BooleanField(default=False)
    no_contact = models.BooleanField(default=False)  # nothing may be sent or said to them
    died_on = models.DateField(null=True, blank=True)
    emergency = models.BooleanField(default=True)  # to be rung if the child is missing or hurt
    liable_as = models.CharField(max_length=14, choices=Liability.choices, blank=True)  # a parent in education law
    channel = models.CharField("preferred channel", max_length=6, choices=Channel.choices, blank=True)
    language = models.CharField(max_length=60, blank=True)  # empty: English
    barrier = models.CharField(max_length=200, blank=True)  # what makes them hard to reach, and what helps
    may_collect = models.BooleanField(default=False)
    collect_password = models.CharField(max_length=60, blank=True)
    court_order = models.CharField(max_length=300, blank=True)  # what it forbids or allows, in words
    word_of = models.CharField(max_length=200, blank=True)  # who told the school these particulars
    ended_on = models.DateField(null=True, blank=True)  # the first day no longer a contact

    class Meta:
        ordering = ["pupil", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pupil", "position"], name="one_contact_a_position"),
            models.CheckConstraint(name="a_contact_has_a_name", condition=~Q(name__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return f"contact {self.position} of pupil {self.pupil_id}"
