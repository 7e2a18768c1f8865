"""What the office did about a register that was out: it reminded whoever takes it, or sent somebody to look."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance_mat.web.formats import half
from registers.models.group import Group
from registers.models.timetable import TimetabledLesson


class OneRegister(models.Model):
    """One register of a day, opened or not: a group's in a half, or a lesson's."""

    date = models.DateField()
    half = models.CharField(max_length=2, blank=True)  # of a group's register; a lesson's is its period's
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    lesson = models.ForeignKey(TimetabledLesson, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def what(self) -> str:
        """Return which register it is, in words. The group, or the lesson's, is read with it."""
        if self.lesson:
            return f"{self.lesson.group.name}, period {self.lesson.period.name}"
        return f"{self.group.name if self.group else ''}, {half(self.half)}"


def names_one_register(name: str) -> models.CheckConstraint:
    """Return the constraint that a row is of a group's register in a half, or of a lesson's."""
    of_a_group = Q(group__isnull=False, lesson__isnull=True, half__in=["am", "pm"])
    return models.CheckConstraint(
        name=name, condition=of_a_group | Q(group__isnull=True, lesson__isnull=False, half="")
    )


class RegisterReminder(OneRegister):
    """Somebody asked for a register that nothing had been saved in. It shows to whoever takes that register."""

    class Mail(models.TextChoices):
        NONE = "none", "No e-mail: nobody who takes it has an address"
        WAITING = "waiting", "E-mail being sent"
        SENT = "sent", "E-mail sent"
        FAILED = "failed", "E-mail could not be sent"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (mail, mailed_at)"})

    to = models.CharField(max_length=500, blank=True)  # who was to take it, by name
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_by_name = models.CharField(max_length=200)
    sent_by_role = models.CharField(max_length=40)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True, blank=True)  # when it was sent, or failed

    class Meta:
        constraints = [names_one_register("a_reminder_is_of_one_register")]
        indexes = [models.Index(fields=["date"], name="reminder_date")]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class PresenceCheck(OneRegister):
    """A slip or a student ambassador was sent to a class whose register was out, and what was found (WAT-3.17)."""

    class Way(models.TextChoices):
        AMBASSADOR = "ambassador", "Student ambassador"
        SLIP = "slip", "Slip"

    class Found(models.TextChoices):
        PRESENT = "present", "Class and teacher are there"
        ABSENT = "absent", "Class is there, its teacher absent"
        NOBODY = "nobody there", "Nobody is there"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (found, found_at, found_by_id, found_by_name)"})

    way = models.CharField(max_length=12, choices=Way.choices)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_by_name = models.CharField(max_length=200)
    sent_by_role = models.CharField(max_length=40)
    found = models.CharField(max_length=12, choices=Found.choices, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    found_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            names_one_register("a_check_is_of_one_register"),
            models.CheckConstraint(
                name="a_check_that_found_something_says_who_and_when",
                condition=Q(found="", found_at__isnull=True, found_by__isnull=True)
                | (~Q(found="") & Q(found_at__isnull=False, found_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["date"], name="check_date")]

    def __str__(self) -> str:
        return f"check {self.pk}"
