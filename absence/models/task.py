"""What somebody is to do outside a case: ring a parent, arrange a meeting, set work, look into a register."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance_mat.accounts.roles import Role
from registers.models import Pupil


class Task(models.Model):
    """One thing for a role, or for one person, to do by a time, and what became of it.

    `origin` names what asked for it ("truancy alert 12"): one origin asks for a kind of task once, however often it is
    told. A step of a case is escalation's CaseTask.
    """

    class Kind(models.TextChoices):
        CONTACT = "contact", "Contact the parents"
        MEETING = "meeting", "Arrange a meeting"
        LETTER = "letter", "Write a letter"
        SAFEGUARDING = "safeguarding", "Look at safeguarding"
        SET_WORK = "set work", "Set work"
        REGISTER = "register", "Look into registers"
        CALL = "call", "Take a call on"
        OTHER = "other", "Do something else"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (due_at, done_at, done_by_id, done_by_name, outcome, dropped_at, "
        "dropped_because)"})  # fmt: skip

    kind = models.CharField(max_length=20, choices=Kind.choices)
    pupil = models.ForeignKey(Pupil, models.PROTECT, null=True, blank=True, related_name="tasks")
    words = models.TextField()  # what to do, and why
    origin = models.CharField(max_length=80)
    role = models.CharField(max_length=40, blank=True)  # who is to do it, unless it is for one person
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    asked_by_role = models.CharField(max_length=40)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    done_by_name = models.CharField(max_length=200, blank=True)
    outcome = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "kind"], name="an_origin_asks_for_a_kind_of_task_once"),
            models.CheckConstraint(name="a_task_says_what_to_do", condition=~Q(words__regex=r"^\s*$")),
            models.CheckConstraint(
                name="a_task_is_for_a_role_or_for_a_person", condition=Q(role="") ^ Q(person__isnull=True)
            ),
            models.CheckConstraint(
                name="a_task_that_is_done_says_who_and_when",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_task_is_done_or_dropped_not_both",
                condition=Q(done_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(done_at__isnull=True, dropped_at__isnull=True), name="task_still_to_do"
            )
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def role_in_words(self) -> str:
        """Return whose it is, as people say it; "" where it is for one person."""
        return Role(self.role).label if self.role else ""
