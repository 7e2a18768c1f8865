"""Figures that the schools publish to the trust, and the record of each night's check.

All counts are of pupils or sessions; rates are worked out where they are shown, as sum over sum.
"""

from django.db import models
from django.db.models import Q

from attendance_mat.trust.models import School


class CheckRun(models.Model):
    """One school's check of one night: what it read, what it found, and how it ended (decision 17)."""

    school = models.ForeignKey(School, models.CASCADE, related_name="check_runs")
    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)  # empty: under way, or it failed
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    pupils = models.PositiveIntegerField(default=0)
    marks = models.PositiveIntegerField(default=0)
    findings = models.PositiveIntegerField(default=0)
    episodes_opened = models.PositiveIntegerField(default=0)
    episodes_cleared = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "as_of"], name="a_night_is_checked_once")]

    def __str__(self) -> str:
        return f"check of school {self.school_id} as of {self.as_of}"


class SchoolFigures(models.Model):
    """A school's year to date as its last check left it; replaced whole, never in part."""

    school = models.OneToOneField(School, models.CASCADE, related_name="figures")
    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="+")
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    pupils = models.PositiveIntegerField()  # on roll at any time this school year
    possible = models.PositiveIntegerField()
    present = models.PositiveIntegerField()
    authorised = models.PositiveIntegerField()
    unauthorised = models.PositiveIntegerField()
    headline_pupils = models.PositiveIntegerField()  # aged 5 to 15 at 31 August, with a possible session
    headline_persistent = models.PositiveIntegerField()
    headline_severe = models.PositiveIntegerField()
    ten_in_ten_weeks = models.PositiveIntegerField()  # pupils
    twenty_consecutive_days = models.PositiveIntegerField()  # pupils
    crossed_unacted = models.PositiveIntegerField(default=0)  # pupils who crossed a line, and nobody has acted
    targets = models.JSONField(default=dict)  # by target, its sessions so far: present, authorised, unauthorised

    def __str__(self) -> str:
        return f"figures of school {self.school_id} as of {self.as_of}"


class RegistersDue(models.Model):
    """How many registers a school owes for one session, published before it begins."""

    school = models.ForeignKey(School, models.CASCADE, related_name="registers_due")
    date = models.DateField()
    half = models.CharField(max_length=2)
    registers = models.PositiveIntegerField()
    pupils = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "date", "half"], name="registers_due_once")]

    def __str__(self) -> str:
        return f"registers due at school {self.school_id}, {self.date} {self.half}"


class FinishedRegister(models.Model):
    """One row for each finished register: this morning's counts as a sum, with nothing to lock."""

    school = models.ForeignKey(School, models.CASCADE, related_name="finished_registers")
    date = models.DateField()
    half = models.CharField(max_length=2)
    register_id = models.BigIntegerField()
    pupils = models.PositiveIntegerField()
    present = models.PositiveIntegerField()  # late before close included
    late = models.PositiveIntegerField()
    absent_explained = models.PositiveIntegerField()
    unexplained = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()  # approved activities, and sessions not counted
    finished_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["date", "half", "school"], name="finished_register_day")]
        constraints = [models.UniqueConstraint(fields=["school", "register_id"], name="a_register_is_published_once")]

    def __str__(self) -> str:
        return f"register {self.register_id} of school {self.school_id}"


class SealCopy(models.Model):
    """The digest of one of a school's seals, kept out of its schema: a seal that was replaced there is found."""

    append_only = True

    school = models.ForeignKey(School, models.CASCADE, related_name="seal_copies")
    number = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "number"], name="a_seal_is_copied_once")]

    def __str__(self) -> str:
        return f"copy of seal {self.number} of school {self.school_id}"


class Alert(models.Model):
    """Something a school must put right, until it is: shown on its page of today and on the trust's page."""

    class Kind(models.TextChoices):
        BACK_UP_MISSED = "back-up missed", "A back-up is missing"
        DAILY_FILE = "daily file", "The other system has not got a day's marks"
        UNTRACED = "untraced", "A child missing education could not be traced"
        RETURNS_OVERDUE = "returns overdue", "Returns to the authority are overdue"

    school = models.ForeignKey(School, models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    about_date = models.DateField()  # the month by its first day, or the day
    words = models.CharField(max_length=300)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["about_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "kind", "about_date"], condition=Q(ended_at__isnull=True), name="one_alert_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.about_date} at school {self.school_id}"
