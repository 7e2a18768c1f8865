"""Versions of the attendance policy given to staff, and who has acknowledged each."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class PolicyIssue(models.Model):
    """A version of the policy put before every member of staff, until the next. Only its end is ever added."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (superseded_at)"})

    number = models.PositiveSmallIntegerField(unique=True)  # 1 is the first
    words = models.TextField()  # what is new in it
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_by_name = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(name="an_issue_says_what_is_new", condition=~Q(words__regex=r"^\s*$")),
            models.UniqueConstraint(
                fields=["superseded_at"],
                condition=Q(superseded_at__isnull=True),
                nulls_distinct=False,
                name="one_issue_stands",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of the policy"


class PolicyAcknowledgement(models.Model):
    """A member of staff has read a version and knows what it asks of them. Never changed."""

    append_only = True

    issue = models.ForeignKey(PolicyIssue, models.PROTECT, related_name="acknowledgements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "by"], name="a_version_is_acknowledged_once")]

    def __str__(self) -> str:
        return f"acknowledgement {self.pk} of issue {self.issue_id}"
