"""The stages of a school's policy that pupils are at, what each asks for, and what holds them back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from escalation.models.finding import Case, Finding
from escalation.models.organisation import Organisation
from letters.models import Letter
from registers.models import Contact, Pupil


class PupilStage(models.Model):
    """A pupil's time at one stage of a policy: proposed, entered once all who must agree have, reviewed, left.

    It stays as it was when the policy changes; `pack` names the policy it was entered under.
    """

    class Source(models.TextChoices):
        CROSSING = "crossing", "A line was crossed"
        DECISION = "decision", "A person decided"
        CARRIED_OVER = "carried over", "Carried over from last year"
        HISTORY = "history", "Imported history"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (case_id, entered_on, entered_at, acted_until_date, review_on, "
        "reviewed_at, left_on, left_because, withdrawn_at, withdrawn_because)"})  # fmt: skip

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="stages")
    pack = models.CharField(max_length=40)
    ladder = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    label = models.CharField(max_length=100)  # the stage's name as it was
    source = models.CharField(max_length=12, choices=Source.choices)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="stages")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="stages")
    proposed_at = models.DateTimeField()
    entered_on = models.DateField(null=True, blank=True)  # nothing while somebody has yet to agree
    entered_at = models.DateTimeField(null=True, blank=True)
    acted_until_date = models.DateField(null=True, blank=True)  # sessions to this day have been acted upon
    review_on = models.DateField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    left_because = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "stage"],
                condition=Q(left_on__isnull=True, withdrawn_at__isnull=True),
                name="one_running_time_at_a_stage",
            ),
            models.CheckConstraint(
                name="a_stage_entered_says_when",
                condition=Q(entered_on__isnull=True, entered_at__isnull=True)
                | Q(entered_on__isnull=False, entered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"stage {self.pk} of pupil {self.pupil_id}"


class StageApproval(models.Model):
    """One role's agreement that a pupil enters a stage. Never changed."""

    append_only = True

    stage = models.ForeignKey(PupilStage, models.PROTECT, related_name="approvals")
    role = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "role"], name="a_role_agrees_once")]

    def __str__(self) -> str:
        return f"{self.role} agreed to stage {self.stage_id}"


class CaseTask(models.Model):
    """One step that a stage, or a person, asks for in a case: a call, a letter, a meeting, a decision.

    `does` is one of attendance_mat.policy.ladder.Does. A decision's `options` are those offered that day.
    """

    rights = frozenset({"SELECT", "INSERT", "UPDATE (due_date, done_at, done_by_id, done_by_name, chosen, outcome, "
        "cancelled_at, cancelled_because, letter_id, organisation_id)"})  # fmt: skip

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    stage = models.ForeignKey(PupilStage, models.PROTECT, null=True, blank=True, related_name="tasks")
    does = models.CharField(max_length=20)
    words = models.TextField()
    role = models.CharField(max_length=40)  # who is to do it
    due_date = models.DateField()
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="steps")
    options = models.JSONField(default=list)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    done_by_name = models.CharField(max_length=200, blank=True)
    chosen = models.CharField(max_length=100, blank=True)  # one of the options
    outcome = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.TextField(blank=True)

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_task_done_says_who_and_when",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"task {self.pk} of case {self.case_id}"

    @property
    def role_in_words(self) -> str:
        """Return who is to do it, as people say it."""
        return self.role.replace("_", " ").capitalize()


class Hold(models.Model):
    """While it lasts, no stage fires for a pupil and no letter is drafted by one; a person gave the reason."""

    class Reason(models.TextChoices):
        BEREAVEMENT = "bereavement", "Bereavement"
        MEDICAL = "medical", "Medical pathway"
        SAFEGUARDING = "safeguarding", "Safeguarding lead's decision"
        SENSITIVE = "sensitive", "Sensitive circumstances"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (until_date, ended_at, ended_by_id)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words = models.TextField()
    restricted = models.BooleanField(default=False)  # its reason and words: for the safeguarding lead and the head
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)  # the first day no longer held
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_by_name = models.CharField(max_length=200)
    placed_by_role = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-from_date", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_hold_gives_its_words", condition=~Q(words__regex=r"^\s*$")),
            models.CheckConstraint(
                name="a_hold_does_not_end_before_it_begins",
                condition=Q(until_date__isnull=True) | Q(until_date__gte=models.F("from_date")),
            ),
            models.CheckConstraint(
                name="a_hold_ended_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk} of pupil {self.pupil_id}"


class PastStep(models.Model):
    """Something done about a pupil before the school came to this product, as its own records say. Never changed."""

    class Kind(models.TextChoices):
        STAGE = "stage", "Stage reached"
        LETTER = "letter", "Letter"
        NOTICE_TO_IMPROVE = "notice_to_improve", "Notice to improve"
        PENALTY = "penalty", "Penalty notice"

    append_only = True

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="past_steps")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=100, blank=True)  # the stage's key, or the letter's name
    on_date = models.DateField()
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    parent_name = models.CharField(max_length=200, blank=True)  # as the file named the parent
    outcome = models.CharField(max_length=100, blank=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "kind", "name", "on_date", "parent_name"], name="a_past_step_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of pupil {self.pupil_id} on {self.on_date}"
