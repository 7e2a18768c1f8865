"""Changes of the admission register's particulars, and who may find a hidden pupil."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registers.models import Pupil
from registers.models.pupil import ends_after_it_begins


class AdmissionAmendment(models.Model):
    """A change of one particular of the admission register: what it said, what it says now, why, when and by whom
    (R12). Written with the change, never altered."""

    append_only = True

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="admission_amendments")
    subject = models.CharField(max_length=40)  # "pupil", "contact 12", "roll 3"
    particular = models.CharField(max_length=60)  # the field's name
    original = models.TextField(blank=True)
    amended = models.TextField(blank=True)
    reason = models.TextField()
    word_of = models.CharField(max_length=200, blank=True)  # who told the school
    amended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amended_by_name = models.CharField(max_length=200)
    amended_by_role = models.CharField(max_length=40)
    amended_at = models.DateTimeField()

    class Meta:
        ordering = ["amended_at", "pk"]
        constraints = [
            models.CheckConstraint(name="an_admission_amendment_gives_a_reason", condition=~Q(reason__regex=r"^\s*$"))
        ]

    def __str__(self) -> str:
        return f"amendment {self.pk} of the admission of pupil {self.pupil_id}"


class NamedPerson(models.Model):
    """A person the safeguarding lead names: they may find one hidden pupil (decision 11)."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (until_date)"})

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="named_people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_by_name = models.CharField(max_length=200)
    named_at = models.DateTimeField()

    class Meta:
        constraints = [ends_after_it_begins("a_naming_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"person {self.user_id} may find pupil {self.pupil_id}"
