"""Who left the premises and came back during the day, who may, and who was found when everybody was counted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registers.models.contact import Contact
from registers.models.pupil import Pupil, ends_after_it_begins, periods_stay_apart
from registers.rules.movements import CheckedBy, Leaving, MovementKind, PermitKind


class Movement(models.Model):
    """One pupil went out, came in, left a lesson for time out or came back to it, or was not released.

    A row never changes. It is corrected by another of the same `entry`: the last of an entry is what stands.
    """

    append_only = True

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="movements", db_index=False)
    entry = models.UUIDField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in MovementKind])
    at = models.DateTimeField()  # when it happened, as the person at the desk says
    reason = models.CharField(max_length=12, choices=[(each.value, each.label) for each in Leaving], blank=True)
    words = models.CharField(max_length=300, blank=True)
    due_back_at = models.DateTimeField(null=True, blank=True)
    collector = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    collector_name = models.CharField(max_length=200, blank=True)  # as it was that day
    checked_by = models.CharField(max_length=12, choices=[(each.value, each.label) for each in CheckedBy], blank=True)
    permitted = models.BooleanField(default=True)
    authorised_by_name = models.CharField(max_length=200, blank=True)
    written_reason_seen = models.BooleanField(default=False)
    lesson = models.CharField(max_length=120, blank=True)  # that a pupil left for time out
    struck = models.BooleanField(default=False)  # a correction: it never happened
    because = models.CharField(max_length=300, blank=True)  # why it was corrected
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_by_name = models.CharField(max_length=200)
    recorded_by_role = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="who_is_due_back_is_due_after_leaving",
                condition=Q(due_back_at__isnull=True) | Q(due_back_at__gt=F("at")),
            ),
            models.CheckConstraint(name="a_struck_movement_says_why", condition=Q(struck=False) | ~Q(because="")),
        ]
        indexes = [
            models.Index(fields=["at"], name="movement_at"),
            models.Index(fields=["pupil", "at"], name="movement_pupil"),
            models.Index(fields=["entry", "id"], name="movement_entry"),
        ]

    def __str__(self) -> str:
        return f"movement {self.pk}"


class Permit(models.Model):
    """What a parent or a plan allows a pupil, over some days: to walk home, to leave the premises, to take time out."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (until_date, ended_by_name)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="permits")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.label) for kind in PermitKind])
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    word_of = models.CharField(max_length=200)  # who allowed it: a parent, or the plan it stands in
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_by_name = models.CharField(max_length=200)
    given_by_role = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    ended_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_permit_ends_after_it_begins"),
            periods_stay_apart("permits_stay_apart", "pupil", "kind"),
            models.CheckConstraint(name="a_permit_says_whose_word_it_is", condition=~Q(word_of__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return f"permit {self.pk}"


class Muster(models.Model):
    """A count of everybody on site, for a drill or in earnest: the list as it stood when it began."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (ended_at, ended_by_id)"})

    is_drill = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(ended_at__isnull=True), name="one_muster_at_a_time"),
            models.CheckConstraint(
                name="an_ended_muster_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"muster {self.pk}"


class MusterPlace(models.Model):
    """A pupil on the list of a muster, and where the registers had them."""

    append_only = True

    muster = models.ForeignKey(Muster, models.PROTECT, related_name="places")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="+")
    group_name = models.CharField(max_length=40, blank=True)
    where = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["muster", "pupil"], name="one_place_in_a_muster")]

    def __str__(self) -> str:
        return f"place {self.pk} of muster {self.muster_id}"


class MusterTick(models.Model):
    """Someone found a pupil at a muster, or took that back. The last word on a place counts."""

    append_only = True

    place = models.ForeignKey(MusterPlace, models.PROTECT, related_name="ticks")
    found = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"tick {self.pk} of place {self.place_id}"
