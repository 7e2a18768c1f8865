"""A pupil who was in school and is not where they should be: the alert of the day, each thing found that it is for, the
calls about it, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models import Contact, LessonRegister, Pupil

A_PERSON = settings.AUTH_USER_MODEL


class TruancyAlert(models.Model):
    """The search for one pupil on one day, ended once, and confirmed as truancy or not.

    One at a time: what is found while it lasts is written to it as a finding. `kind`, `lesson`, `last_seen` and `words`
    are those of the first.
    """

    class Kind(models.TextChoices):
        LESSON = "lesson", "Missing from a lesson"  # WAT-3.05, JTM-8.10
        AFTERNOON = "afternoon", "Here in the morning, not in the afternoon"  # AET-10.01
        OVERDUE = "overdue", "Not back from elsewhere on site"
        NOT_ON_SITE = "not on site", "Not on site"  # WAT-7.16

    class Ending(models.TextChoices):
        FOUND = "found", "Found"
        HOME_CONTACTED = "home contacted", "Home contacted"
        LATE = "late", "Arrived late"
        EXPLAINED = "explained", "Explained"
        WITHDRAWN = "withdrawn", "Withdrawn: not missing after all"
        JOINED = "joined", "Joined to the alert raised before it"  # of an earlier release, which raised several

    rights = frozenset({"SELECT", "INSERT", "UPDATE (linked_at, linked_by_name, unreached_at, unreached_by_name, "
        "ended_at, ended_by_id, ended_by_name, ended_by_role, ending, minutes_late, outcome, confirmed_at, "
        "confirmed_by_id, confirmed_by_name, confirmed_by_role, sanction)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="truancy_alerts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    date = models.DateField()
    lesson = models.ForeignKey(LessonRegister, models.PROTECT, null=True, blank=True, related_name="truancy_alerts")
    last_seen = models.CharField(max_length=200)  # where, by whom; said as it was known when the alert was raised
    last_seen_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # of whoever set "not on site"
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(A_PERSON, models.PROTECT, related_name="+")
    raised_by_name = models.CharField(max_length=200)
    raised_by_role = models.CharField(max_length=40)
    linked_at = models.DateTimeField(null=True, blank=True)  # to safeguarding (AET-10.04)
    linked_by_name = models.CharField(max_length=200, blank=True)
    unreached_at = models.DateTimeField(null=True, blank=True)  # the parents could not be reached (ALP-10.04)
    unreached_by_name = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(A_PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    ended_by_name = models.CharField(max_length=200, blank=True)
    ended_by_role = models.CharField(max_length=40, blank=True)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(A_PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by_name = models.CharField(max_length=200, blank=True)
    confirmed_by_role = models.CharField(max_length=40, blank=True)
    sanction = models.TextField(blank=True)
    detention_at = models.DateTimeField(null=True, blank=True)  # until 0008, which made each a detention

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "date"], condition=Q(ended_at__isnull=True), name="one_open_alert_of_a_pupil_a_day"
            ),
            models.CheckConstraint(
                name="an_ended_alert_says_how_by_whom_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ending="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ending=""),
            ),
            models.CheckConstraint(
                name="a_confirmed_truancy_says_who_and_when",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["raised_at"], condition=Q(ended_at__isnull=True), name="open_truancy_alert"),
            models.Index(fields=["pupil", "date"], name="truancy_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"truancy alert {self.pk}"

    @property
    def is_open(self) -> bool:
        """Say whether the pupil is still looked for."""
        return self.ended_at is None


class TruancyFinding(models.Model):
    """One thing that a pupil is looked for: a lesson missed, an afternoon, not back, not on site. It stays for good."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (answered_at, answer, minutes_late)"})

    alert = models.ForeignKey(TruancyAlert, models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=12, choices=TruancyAlert.Kind.choices)
    lesson = models.ForeignKey(LessonRegister, models.PROTECT, null=True, blank=True, related_name="truancy_findings")
    last_seen = models.CharField(max_length=200)  # as it was known when this was found
    last_seen_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # of whoever set "not on site"
    found_at = models.DateTimeField()
    found_by_name = models.CharField(max_length=200)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=16, choices=TruancyAlert.Ending.choices, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "kind", "lesson"], condition=Q(answered_at__isnull=True), nulls_distinct=False,
                name="what_is_found_is_written_once",
            ),
            models.CheckConstraint(
                name="what_is_answered_says_how",
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"finding {self.pk} of truancy alert {self.alert_id}"

    @property
    def origin(self) -> str:
        """Return how the tasks that it asks for name it, after the alert's own name."""
        return f"finding {self.pk}"


class TruancyCall(models.Model):
    """A call to a contact about an alert, and whether somebody was reached."""

    append_only = True

    alert = models.ForeignKey(TruancyAlert, models.PROTECT, related_name="calls")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    reached = models.BooleanField()
    words = models.TextField(blank=True)  # the reason the parent gave, or what was tried
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(A_PERSON, models.PROTECT, related_name="+")
    called_by_name = models.CharField(max_length=200)
    called_by_role = models.CharField(max_length=40)

    class Meta:
        ordering = ["called_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_parent_reached_gave_a_reason_or_none", condition=Q(reached=False) | ~Q(words__regex=r"^\s*$")
            )
        ]

    def __str__(self) -> str:
        return f"call about truancy alert {self.alert_id}"
