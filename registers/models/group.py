"""Registration and teaching groups, who is in them and who takes them, all dated (decision 14)."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from attendance_mat.accounts.models import last_day_of
from registers.models.pupil import Pupil, ends_after_it_begins, period, periods_stay_apart


class Group(models.Model):
    """A registration group (its AM and PM registers are the statutory ones) or a teaching group.

    A group of the school's own has no register, and stands in the admission room (admission.OwnGroup).
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", "Registration group"
        TEACHING = "teaching", "Teaching group"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.REGISTRATION)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_group_a_name")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A pupil's time in a group. Nobody is in two registration groups on one day."""

    removable = True  # by an import, where a row says nothing of any day that has been

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="group_places")
    group = models.ForeignKey(Group, models.PROTECT, related_name="places")
    kind = models.CharField(max_length=12, choices=Group.Kind.choices, default=Group.Kind.REGISTRATION)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_group_place_ends_after_it_begins"),
            periods_stay_apart("a_group_is_joined_once_at_a_time", "pupil", "group"),
            ExclusionConstraint(
                name="one_registration_group_at_a_time",
                expressions=[
                    (F("pupil"), RangeOperators.EQUAL),
                    (period(), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="registration"),
            ),
        ]
        indexes = [models.Index(fields=["group", "from_date", "until_date"], name="group_place_dates")]

    def __str__(self) -> str:
        return f"pupil {self.pupil_id} in group {self.group_id} from {self.from_date}"


class Assignment(models.Model):
    """A person's group, or a whole year group, and the weekdays they take it (0 is Monday)."""

    removable = True  # by an import, before it has held for a day

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="assignments")
    year = models.SmallIntegerField(null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("an_assignment_ends_after_it_begins"),
            models.CheckConstraint(
                name="an_assignment_is_of_a_group_or_a_year",
                condition=Q(group__isnull=True, year__isnull=False) | Q(group__isnull=False, year__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["user", "from_date"], name="assignment_user")]

    def __str__(self) -> str:
        return f"assignment of person {self.user_id}"

    @property
    def last_date(self) -> dt.date | None:
        """Return the last day it holds, or None while no end is known."""
        return last_day_of(self.until_date)


class FamilyTie(models.Model):
    """A member of staff is family of a pupil: they may not amend, decide on or open a case for them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="family_on_staff")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "pupil"], name="one_family_tie")]

    def __str__(self) -> str:
        return f"person {self.user_id} is family of pupil {self.pupil_id}"
