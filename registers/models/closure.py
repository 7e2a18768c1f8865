"""Unplanned closures, and each mark one made or changed, so that it can be undone."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from registers.models.calendar import Session
from registers.models.expected import ExpectedMark
from registers.models.group import Group
from registers.models.mark import Mark


class Closure(models.Model):
    """An unplanned closure of a school, or of part of it: Y4, Y3 or Y7 for whom it kept away (R11)."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (undone_at, undone_by_id, undone_because)"})

    from_date = models.DateField()
    until_date = models.DateField()  # the first day open again
    halves = models.CharField(max_length=4, choices=ExpectedMark.Halves.choices, default=ExpectedMark.Halves.BOTH)
    code = models.CharField(max_length=2)
    nature = models.CharField(max_length=200, blank=True)  # which Y7 must state
    reason = models.TextField()
    whole_school = models.BooleanField(default=True)
    years = ArrayField(models.SmallIntegerField(), default=list)
    groups = models.ManyToManyField(Group, blank=True, related_name="closures")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_by_name = models.CharField(max_length=200)
    declared_by_role = models.CharField(max_length=40)
    declared_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-from_date", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_closure_ends_after_it_begins", condition=Q(until_date__gt=models.F("from_date"))
            ),
            models.CheckConstraint(name="a_closure_gives_its_reason", condition=~Q(reason__regex=r"^\s*$")),
            models.CheckConstraint(
                name="an_undone_closure_says_who_and_when",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"closure {self.pk}"

    @property
    def last_date(self) -> dt.date:
        """Return the last day of it, as people write it."""
        return self.until_date - dt.timedelta(days=1)


class ClosureChange(models.Model):
    """One thing a closure did: a mark it amended, with what it said before, or an expected mark it made."""

    append_only = True

    closure = models.ForeignKey(Closure, models.PROTECT, related_name="changes")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="+")
    mark = models.ForeignKey(Mark, models.PROTECT, null=True, blank=True, related_name="+")
    code_before = models.CharField(max_length=2, blank=True)
    expected = models.ForeignKey(ExpectedMark, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_closure_change_is_of_one_thing",
                condition=Q(mark__isnull=True, expected__isnull=False) | Q(mark__isnull=False, expected__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of closure {self.closure_id}"
