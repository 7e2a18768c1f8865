"""Findings, and the cases they open."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from escalation.rules.findings import Rule
from registers.models import Pupil


class Finding(models.Model):
    """An episode: a pupil crossed a rule's line in a school year, until it cleared (decision 18).

    The evidence is frozen as it stood when the line was crossed; a later check reuses the row.
    """

    rights = frozenset({"SELECT", "INSERT", "UPDATE (cleared_on)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="findings")
    rule = models.CharField(max_length=60)
    school_year = models.PositiveSmallIntegerField()  # 2026 for 2026/27
    reached_on = models.DateField()
    cleared_on = models.DateField(null=True, blank=True)
    value = models.PositiveIntegerField()
    threshold = models.PositiveIntegerField()
    evidence = models.JSONField()  # from, to, sessions, arithmetic, source
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-reached_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "rule", "school_year", "reached_on"], name="one_episode_from_a_day"
            ),
            models.UniqueConstraint(
                fields=["pupil", "rule", "school_year"],
                condition=Q(cleared_on__isnull=True),
                name="one_open_episode_a_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of pupil {self.pupil_id} from {self.reached_on}"

    @property
    def label(self) -> str:
        """Return the rule in words: a policy's stage by the name it had when its line was crossed."""
        label: str = self.evidence.get("label") or Rule(self.rule).label
        return label


class Case(models.Model):
    """The one open piece of work about a pupil's attendance: its stage, owner, next step and when."""

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="cases")
    # Nothing, where a person or an imported history put the pupil at a stage.
    opened_because = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="cases")
    stage = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    next_step = models.CharField(max_length=200)
    due_date = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pupil"], condition=Q(closed_at__isnull=True), name="one_open_case_a_pupil")
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseNote(models.Model):
    """One thing that was done or decided in a case. Never changed."""

    append_only = True

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    words = models.TextField()
    restricted = models.BooleanField(default=False)  # for the safeguarding lead and the head; each look is noted
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"note {self.pk} of case {self.case_id}"
