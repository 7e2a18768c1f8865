"""The directory of organisations that help families: who can be named in a plan or a step of a case."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance_mat.accounts.models import last_day_of
from registers.models.pupil import ends_after_it_begins


class Organisation(models.Model):
    """A charity, mentoring scheme, young carers' group or service, and from when until when it is used."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (until_date, ended_at, ended_by_id)"})

    name = models.CharField(max_length=120)
    offers = models.CharField(max_length=300)  # what it does for a pupil or a family
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_by_name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            ends_after_it_begins("an_organisation_ends_after_it_begins"),
            models.CheckConstraint(name="an_organisation_has_a_name", condition=~Q(name__regex=r"^\s*$")),
            models.CheckConstraint(
                name="an_organisation_ended_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_date(self) -> dt.date | None:
        """Return the last day it is used, or None while no end is known."""
        return last_day_of(self.until_date)
