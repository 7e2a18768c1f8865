"""Joining the roll and leaving it, with what the law asks to be recorded of each, and what the authority is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models import Pupil, RollPeriod


class Joining(models.Model):
    """How a pupil's starting day came about (R19)."""

    append_only = True

    class Basis(models.TextChoices):
        AGREED = "agreed", "Day agreed with a parent"
        NOTIFIED = "notified", "Day the parent told us of"
        ATTENDED = "attended", "First day the pupil attended"

    roll_period = models.OneToOneField(RollPeriod, models.PROTECT, related_name="joining")
    basis = models.CharField(max_length=8, choices=Basis.choices)
    agreed_with = models.CharField(max_length=200, blank=True)
    most_junior_class = models.BooleanField(default=False)  # no return is due unless the authority asks (R20)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_by_name = models.CharField(max_length=200)
    entered_by_role = models.CharField(max_length=40)
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"joining {self.pk}"


class Leaving(models.Model):
    """A removal from the roll: the ground it rests on, proposed, then certified and approved by the head, or dropped.

    What each of the ground's tests asked for stands in LeavingTest, efforts to find the pupil in Enquiry.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waiting for its tests and the head"
        APPROVED = "approved", "Approved"
        DROPPED = "dropped", "Dropped"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (state, off_roll_on, approved_by_id, approved_by_name, "
        "approved_by_role, approved_at, certified, dropped_because)"})  # fmt: skip

    roll_period = models.ForeignKey(RollPeriod, models.PROTECT, related_name="leavings")
    ground = models.CharField(max_length=1)  # the paragraph of reg 9(1), or of 9(3) where not of compulsory age
    below_or_above_age = models.BooleanField(default=False)  # reg 9(3) applies
    off_roll_on = models.DateField(null=True, blank=True)  # the first day off the roll, once approved
    destination = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=200)
    proposed_by_role = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_by_role = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    certified = models.TextField(blank=True)  # the words the head certified
    dropped_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["roll_period"], condition=~Q(state="dropped"), name="one_leaving_a_time_on_roll"
            ),
            models.CheckConstraint(
                name="an_approved_leaving_says_who_when_and_from_when",
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False, off_roll_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"leaving {self.pk}"


class LeavingTest(models.Model):
    """One of a ground's conditions or steps, recorded as met or not, with the evidence. The latest one counts."""

    append_only = True

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="tests")
    test = models.CharField(max_length=60)  # its key in leaving_grounds.yaml
    met = models.BooleanField()
    on_date = models.DateField()  # when it happened or was found
    evidence = models.TextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_by_name = models.CharField(max_length=200)
    recorded_by_role = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"test {self.test} of leaving {self.leaving_id}"


class Enquiry(models.Model):
    """An effort to find a pupil, by the school, the authority or both together. Never changed."""

    append_only = True

    class By(models.TextChoices):
        SCHOOL = "school", "The school"
        AUTHORITY = "authority", "The local authority"
        JOINT = "joint", "Both together"

    class Outcome(models.TextChoices):
        NOTHING = "nothing", "Nothing found"
        FOUND = "found", "Found"
        WAITING = "waiting", "Waiting for an answer"

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="enquiries")
    by = models.CharField(max_length=9, choices=By.choices)
    how = models.CharField(max_length=200)  # "home visit", "call to the last school"
    made_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    words = models.TextField(blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_by_name = models.CharField(max_length=200)
    entered_by_role = models.CharField(max_length=40)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["made_on", "pk"]

    def __str__(self) -> str:
        return f"enquiry {self.pk} after pupil {self.pupil_id}"


class AuthorityReturn(models.Model):
    """What the authority is told of a name entered or deleted: due, made ready, sent (R20, R21)."""

    class Kind(models.TextChoices):
        JOINING = "joining", "New pupil return"
        DELETION = "deletion", "Deletion return"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (due_date, sent_at, sent_by_id, sent_by_name, sent_how)"})

    kind = models.CharField(max_length=8, choices=Kind.choices)
    roll_period = models.ForeignKey(RollPeriod, models.PROTECT, related_name="returns")
    due_date = models.DateField(null=True, blank=True)  # nothing: only if the authority asks
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_by_name = models.CharField(max_length=200, blank=True)
    sent_how = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "roll_period"], name="one_return_of_a_kind"),
            models.CheckConstraint(
                name="a_sent_return_says_who_and_when",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} return {self.pk}"


class MissingEducation(models.Model):
    """A child who may be missing education: found, reported, traced or not (R30)."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (reported_on, family_told_on, steps, untraced_at, closed_at, "
        "closed_by_id, closed_because)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="missing_education")
    identified_on = models.DateField()
    reported_on = models.DateField(null=True, blank=True)  # to the authority
    family_told_on = models.DateField(null=True, blank=True)
    steps = models.JSONField(default=list)  # the authority's checklist: words, done on, by
    untraced_at = models.DateTimeField(null=True, blank=True)  # tracing said to have failed: the lead is told
    words = models.TextField(blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_by_name = models.CharField(max_length=200)
    opened_by_role = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"], condition=Q(closed_at__isnull=True), name="one_open_missing_case"
            ),
            models.CheckConstraint(
                name="a_closed_missing_case_says_who_and_when",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"missing education case {self.pk}"
