"""The trust, its schools, what policy each has adopted, and who is enrolled where."""

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django_tenants.models import DomainMixin, TenantMixin

SLUG = RegexValidator(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$", "Use 3 to 40 small letters, digits and hyphens.")


class Trust(models.Model):
    """The multi-academy trust that this deployment serves; there is one."""

    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Phase(models.TextChoices):
    """The kinds of school whose figures are compared apart."""

    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    SPECIAL = "special", "Special"
    ALL_THROUGH = "all-through", "All-through"


class School(TenantMixin):
    """One school of the trust. Its registers stand in a schema of their own."""

    auto_create_schema = False  # actions.open_school makes it, so that the grants come with it

    slug = models.CharField(max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(max_length=200)
    phase = models.CharField(max_length=12, choices=Phase.choices)
    local_authority = models.CharField(max_length=100, blank=True)
    urn = models.CharField(max_length=6, blank=True)
    address = models.TextField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    head_name = models.CharField(max_length=200, blank=True)  # signs letters
    opened_at = models.DateTimeField()
    # A line crossed before this day proposes nothing (decision 18).
    go_live_date = models.DateField()
    register_of_record_date = models.DateField(null=True, blank=True)  # until it, documents say "copy"
    policy_version = models.UUIDField(default=uuid.uuid4)  # another one whenever its policy changes
    migration_failed = models.BooleanField(default=False)  # this school alone answers 503

    objects: ClassVar[models.Manager["School"]] = models.Manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def keeps_a_copy_on(self, day: dt.date) -> bool:
        """Say whether what stands here of a day is a copy, the register being in another system (decision 26)."""
        return self.register_of_record_date is None or day < self.register_of_record_date


class Domain(DomainMixin):
    """Asked for by django-tenants; unused, because the school is in the path."""


class PolicyAdoption(models.Model):
    """From this date the school follows this policy pack, until a later adoption."""

    school = models.ForeignKey(School, models.PROTECT, related_name="adoptions")
    pack = models.CharField(max_length=40)
    from_date = models.DateField()
    adopted_at = models.DateTimeField()

    class Meta:
        ordering = ["from_date"]
        constraints = [models.UniqueConstraint(fields=["school", "from_date"], name="one_pack_from_a_date")]

    def __str__(self) -> str:
        return f"{self.pack} from {self.from_date}"


class PolicyOverride(models.Model):
    """A value that a school, or the trust for all its schools, sets apart from the pack."""

    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="overrides")
    parameter = models.CharField(max_length=60)
    values = models.JSONField()
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)  # the first day it no longer holds
    reason = models.TextField()
    locked = models.BooleanField(default=False)  # the trust's lock: a school may not set it again
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["from_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="only_the_trust_locks_a_value", condition=Q(locked=False) | Q(school__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.parameter} from {self.from_date}"


class SchoolOpening(models.Model):
    """A school that the trust has asked to open. A worker that may make tables opens it, and says how that went."""

    append_only = True  # the application asks; only the owner says how it went

    slug = models.CharField(max_length=40, validators=[SLUG])
    name = models.CharField(max_length=200)
    phase = models.CharField(max_length=12, choices=Phase.choices)
    pack = models.CharField(max_length=40)
    local_authority = models.CharField(max_length=100, blank=True)
    urn = models.CharField(max_length=6, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(opened_at__isnull=True, error=""), name="a_school_is_asked_for_once"
            )
        ]

    def __str__(self) -> str:
        return self.slug


class AttendanceTarget(models.Model):
    """The attendance that the trust, a school or a group of its pupils is to reach over some days."""

    class Sign(models.TextChoices):
        OR_MORE = "or_more", "At least"
        MORE_THAN = "more_than", "Above"

    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="targets")  # null: the trust
    group = models.CharField(max_length=20, blank=True)  # a characteristic's kind; empty for everyone
    percent = models.DecimalField(max_digits=4, decimal_places=1)  # of possible sessions
    sign = models.CharField(max_length=10, choices=Sign.choices, default=Sign.OR_MORE)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    owner = models.CharField(max_length=200)  # who answers for it
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-from_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_target_ends_after_it_begins",
                condition=Q(until_date__isnull=True) | Q(until_date__gt=F("from_date")),
            ),
            models.CheckConstraint(name="a_target_is_a_percentage", condition=Q(percent__gt=0, percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.percent}% from {self.from_date}"


class TargetNote(models.Model):
    """What was said when progress to a target was looked at: the challenge, and the support. Never changed."""

    append_only = True

    target = models.ForeignKey(AttendanceTarget, models.PROTECT, related_name="notes")
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"note {self.pk} on target {self.target_id}"


class Enrolment(models.Model):
    """A child on a school's roll, for the checks that look across schools (decision 22)."""

    removable = True  # it is a copy of the school's own roll

    school = models.ForeignKey(School, models.PROTECT, related_name="enrolments")
    pupil_id = models.BigIntegerField()  # in that school's schema
    upn = models.CharField(max_length=13, blank=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["upn"], name="enrolment_upn")]
        constraints = [
            models.UniqueConstraint(fields=["school", "pupil_id", "from_date"], name="one_enrolment_from_a_day"),
            models.CheckConstraint(
                name="an_enrolment_ends_after_it_begins",
                condition=Q(until_date__isnull=True) | Q(until_date__gt=F("from_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"pupil {self.pupil_id} at school {self.school_id}"


class ClockShift(models.Model):
    """How many seconds a demonstration's clock stands from the real one, for the triggers.

    Only the owner's role may write it; outside a demonstration there is no row.
    """

    read_only = True

    seconds = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.seconds} seconds"
