"""The workers of other services who must hear of a pupil's absence."""

from django.db import models

from registers.models.pupil import Pupil, ends_after_it_begins


class Professional(models.Model):
    """A pupil's social worker or youth offending worker, dated. Unexplained absence is reported to them (R31)."""

    class Kind(models.TextChoices):
        SOCIAL_WORKER = "social_worker", "Social worker"
        YOUTH_OFFENDING = "youth_offending", "Youth offending worker"
        VIRTUAL_SCHOOL = "virtual_school", "Virtual school"

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="professionals")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [ends_after_it_begins("a_professional_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"{self.kind} of pupil {self.pupil_id}"
