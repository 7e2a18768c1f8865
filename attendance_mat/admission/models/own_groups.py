"""Groups of the school's own, such as a mentoring group: dated, without a register, seen by those they are made for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from registers.models import Pupil
from registers.models.pupil import ends_after_it_begins, periods_stay_apart


class OwnGroup(models.Model):
    """A group the school makes to follow some pupils. No register, taker, lesson or timetable knows of it."""

    class SeenBy(models.TextChoices):
        WHO_SEES_THE_PUPILS = "pupils", "Everybody who sees the pupils"
        OFFICE_AND_LEADERS = "office", "The office and leaders only"

    rights = frozenset({"SELECT", "INSERT", "UPDATE (seen_by, until_date, ended_because, ended_at, ended_by_id)"})

    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300)
    seen_by = models.CharField(max_length=6, choices=SeenBy.choices)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=200)
    made_by_role = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    ended_because = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            ends_after_it_begins("an_own_group_ends_after_it_begins"),
            models.CheckConstraint(name="an_own_group_has_a_name", condition=~Q(name__regex=r"^\s*$")),
            models.UniqueConstraint(
                Lower("name"), condition=Q(until_date__isnull=True), name="one_own_group_a_name_at_a_time"
            ),
            models.CheckConstraint(
                name="an_own_group_ended_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"group {self.pk} of the school's own"


class OwnGroupPlace(models.Model):
    """A pupil's time in a group of the school's own: why it began and who said so, and the same of its end."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (until_date, taken_out_because, taken_out_at, taken_out_by_id, "
        "taken_out_by_name, taken_out_by_role)"})  # fmt: skip

    group = models.ForeignKey(OwnGroup, models.PROTECT, related_name="places")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="own_group_places")
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    put_in_because = models.TextField()
    put_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    put_in_by_name = models.CharField(max_length=200)
    put_in_by_role = models.CharField(max_length=40)
    put_in_at = models.DateTimeField()
    taken_out_because = models.TextField(blank=True)
    taken_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_out_by_name = models.CharField(max_length=200, blank=True)
    taken_out_by_role = models.CharField(max_length=40, blank=True)
    taken_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("an_own_group_place_ends_after_it_begins"),
            periods_stay_apart("an_own_group_is_joined_once_at_a_time", "pupil", "group"),
            models.CheckConstraint(name="an_own_group_place_says_why", condition=~Q(put_in_because__regex=r"^\s*$")),
            models.CheckConstraint(
                name="an_own_group_place_ended_says_who_when_and_why",
                condition=Q(until_date__isnull=True, taken_out_at__isnull=True, taken_out_by__isnull=True)
                | Q(until_date__isnull=False, taken_out_at__isnull=False, taken_out_by__isnull=False)
                & ~Q(taken_out_because__regex=r"^\s*$"),
            ),
        ]
        indexes = [models.Index(fields=["group", "from_date", "until_date"], name="own_group_place_dates")]

    def __str__(self) -> str:
        return f"pupil {self.pupil_id} in own group {self.group_id} from {self.from_date}"
