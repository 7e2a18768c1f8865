"""Who takes a register of one day in another's place: a member of staff, or a named person from outside by a pass."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance_mat.accounts.models import Membership
from registers.models.chasing import OneRegister, names_one_register


class CoverPass(models.Model):
    """The way in of a cover person without a log-in, for one day: a link, or a name with a PIN. Of both only a digest.

    When it ends stands on its membership, which is read at every request: at the last bell, at once when it is taken
    back, or with its bearer's signing out.
    """

    append_only = True

    membership = models.OneToOneField(Membership, models.PROTECT, related_name="+")
    date = models.DateField()
    name = models.CharField(max_length=80)  # of the cover person, as the office wrote it
    covering = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    covering_name = models.CharField(max_length=200, blank=True)
    link_digest = models.CharField(max_length=64, unique=True)
    pin_digest = models.CharField(max_length=64)  # of the name and the PIN together, under the product's key
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_by_name = models.CharField(max_length=200)
    given_by_role = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_cover_pass_names_its_bearer", condition=~Q(name__regex=r"^\s*$")),
            models.UniqueConstraint(fields=["date", "pin_digest"], name="one_cover_pass_a_pin"),
        ]

    def __str__(self) -> str:
        return f"cover pass {self.pk}"


class Cover(OneRegister):
    """A register of one day that somebody takes in another's place. Ended, it covers nothing."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (ended_at, ended_by_id)"})

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # as it was that day
    covering = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cover_pass = models.ForeignKey(CoverPass, models.PROTECT, null=True, blank=True, related_name="covers")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_by_name = models.CharField(max_length=200)
    given_by_role = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            names_one_register("a_cover_is_of_one_register"),
            models.CheckConstraint(
                name="a_cover_that_ended_says_who_and_when",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["date", "half", "group"],
                condition=Q(ended_at__isnull=True, group__isnull=False),
                name="one_cover_a_group_s_register",
            ),
            models.UniqueConstraint(
                fields=["date", "lesson"],
                condition=Q(ended_at__isnull=True, lesson__isnull=False),
                name="one_cover_a_lesson",
            ),
        ]
        indexes = [models.Index(fields=["date", "user"], name="cover_date")]

    def __str__(self) -> str:
        return f"cover {self.pk}"
