"""People, what they are in which school and when, and what powers were handed to them."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from attendance_mat.accounts.permissions import HEADS_POWERS
from attendance_mat.accounts.roles import TRUST_ROLES, Role
from attendance_mat.trust.models import School


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who works with the registers, or a named machine. Deactivated, never deleted."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_machine = models.BooleanField(default=False)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self) -> str:
        return f"person {self.pk}"


def in_force_on(day: dt.date) -> Q:
    """Return the condition that a half-open period holds a date."""
    return Q(from_date__lte=day) & (Q(until_date__isnull=True) | Q(until_date__gt=day))


def last_day_of(until_date: dt.date | None) -> dt.date | None:
    """Return the last day of a half-open period, as people write it."""
    return until_date and until_date - dt.timedelta(days=1)


HELD_IN_THE_TRUST = sorted(role.value for role in {*TRUST_ROLES, Role.SYSTEM})


class Membership(models.Model):
    """What a person is in one school, or in the trust (no school), and from when until when."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.label) for role in Role])
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)  # the first day it no longer holds
    ends_at = models.DateTimeField(null=True, blank=True)  # the moment of its last day at which it ends by itself
    ended_at = models.DateTimeField(null=True, blank=True)  # ended at once, before that day
    senior_leader = models.BooleanField(default=False)  # on the school's senior leadership team
    attendance_duties = models.TextField(blank=True)  # what they answer for, as policy and improvement plan say

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="trust_roles_are_held_in_the_trust",
                condition=Q(role__in=HELD_IN_THE_TRUST, school__isnull=True)
                | (~Q(role__in=HELD_IN_THE_TRUST) & Q(school__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_membership_ends_after_it_begins",
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.user_id})"

    @property
    def last_date(self) -> dt.date | None:
        """Return the last day it holds, or None while no end is known."""
        return last_day_of(self.until_date)


class Delegation(models.Model):
    """Powers of the head handed to someone for a time, by a recorded decision."""

    school = models.ForeignKey(School, models.PROTECT, related_name="delegations")
    user = models.ForeignKey(User, models.PROTECT, related_name="delegations")
    power = models.CharField(max_length=60, choices=[(p.value, p.value) for p in sorted(HEADS_POWERS)])
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    decision = models.TextField()  # why, and by what minute or letter
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_delegation_says_why", condition=~Q(decision__regex=r"^\s*$")),
            models.CheckConstraint(
                name="a_delegation_ends_after_it_begins",
                condition=Q(until_date__isnull=True) | Q(until_date__gt=F("from_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.power} to {self.user_id}"

    @property
    def last_date(self) -> dt.date | None:
        """Return the last day it holds, or None while no end is known."""
        return last_day_of(self.until_date)


class Invitation(models.Model):
    """An address asked to join; the link's secret is kept only as a digest."""

    user = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation of person {self.user_id}"

    def is_open(self, at: dt.datetime) -> bool:
        """Say whether the link may still be used."""
        return self.accepted_at is None and at < self.expires_at
