"""The people a school may or may not speak to about a pupil."""

from django.db import models
from django.db.models import Q

from registers.models.pupil import Pupil


class Contact(models.Model):
    """A parent or other contact of one pupil, in the order in which to try them."""

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

    class Meta:
        ordering = ["pupil", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pupil", "position"], name="one_contact_a_position"),
            models.CheckConstraint(name="a_contact_has_a_name", condition=~Q(name__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return f"contact {self.position} of pupil {self.pupil_id}"
