"""The admission register: pupils, when they were on roll, and what is dated about them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class DateRange(Func):
    """A half-open range of dates, for constraints."""

    function = "daterange"
    output_field = DateRangeField()


def period() -> DateRange:
    """Return a row's own half-open period as a range."""
    return DateRange(F("from_date"), F("until_date"), Value("[)"))


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    """Return the constraint that a half-open period is not empty."""
    return models.CheckConstraint(name=name, condition=Q(until_date__isnull=True) | Q(until_date__gt=F("from_date")))


def periods_stay_apart(name: str, *same: str) -> ExclusionConstraint:
    """Return the constraint that rows alike in `same` never overlap in time."""
    expressions: list[tuple[F | DateRange, str]] = [(F(field), RangeOperators.EQUAL) for field in same]
    return ExclusionConstraint(name=name, expressions=[*expressions, (period(), RangeOperators.OVERLAPS)])


class Pupil(models.Model):
    """A child in the admission register. Dated facts stand in rows of their own."""

    class Enrolment(models.TextChoices):
        MAIN = "main", "Main"
        SUBSIDIARY = "subsidiary", "Subsidiary (dual registered)"
        GUEST = "guest", "Guest"

    upn = models.CharField("unique pupil number", max_length=13, blank=True)
    former_upn = models.CharField(max_length=13, blank=True)
    local_id = models.CharField(max_length=40, blank=True)
    surname = models.CharField(max_length=100)
    forename = models.CharField(max_length=100)
    middle_names = models.CharField(max_length=200, blank=True)
    surname_in_use = models.CharField(max_length=100, blank=True)
    forename_in_use = models.CharField(max_length=100, blank=True)
    dob = models.DateField("date of birth")
    sex = models.CharField(max_length=1, choices=[("F", "Female"), ("M", "Male")])
    ethnicity = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    address_confidential = models.BooleanField(default=False)
    enrolment_status = models.CharField(max_length=10, choices=Enrolment.choices, default=Enrolment.MAIN)
    boarder = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)  # found only by people the safeguarding lead names
    died_on = models.DateField(null=True, blank=True)
    last_school = models.CharField(max_length=200, blank=True)
    last_school_address = models.TextField(blank=True)
    next_school = models.CharField(max_length=200, blank=True)  # where they go, or go as well, once it is known
    next_school_date = models.DateField(null=True, blank=True)
    next_address = models.TextField(blank=True)  # where they will live, if a parent says so
    next_address_date = models.DateField(null=True, blank=True)
    next_address_with = models.CharField(max_length=200, blank=True)  # the parents they will live with there

    class Meta:
        ordering = ["surname", "forename", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["upn"], condition=~Q(upn=""), name="one_pupil_a_upn"),
            models.UniqueConstraint(fields=["local_id"], condition=~Q(local_id=""), name="one_pupil_a_local_id"),
        ]

    def __str__(self) -> str:
        return f"pupil {self.pk}"

    @property
    def name(self) -> str:
        """Return the name used in school, forename first."""
        return f"{self.forename_in_use or self.forename} {self.surname_in_use or self.surname}"

    @property
    def list_name(self) -> str:
        """Return the name used in school, surname first, as registers list it."""
        return f"{self.surname_in_use or self.surname}, {self.forename_in_use or self.forename}"


class RollPeriod(models.Model):
    """A pupil's time on the roll: from the starting day to the first day no longer on it."""

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="roll_periods")
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_roll_period_ends_after_it_begins"),
            periods_stay_apart("roll_periods_stay_apart", "pupil"),
        ]
        indexes = [models.Index(fields=["from_date", "until_date"], name="roll_period_dates")]

    def __str__(self) -> str:
        return f"pupil {self.pupil_id} on roll from {self.from_date}"


class PupilYear(models.Model):
    """The year group a pupil was in, dated: -2 and -1 nursery, 0 reception, 1 to 13."""

    removable = True  # by an import, where a row says nothing of any day that has been

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="years")
    year = models.SmallIntegerField()
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_pupil_year_ends_after_it_begins"),
            periods_stay_apart("pupil_years_stay_apart", "pupil"),
            models.CheckConstraint(name="a_year_group_exists", condition=Q(year__range=(-2, 13))),
        ]

    def __str__(self) -> str:
        return f"pupil {self.pupil_id} in year {self.year} from {self.from_date}"


class Characteristic(models.Model):
    """Something dated about a pupil that figures are grouped by or that a person must weigh."""

    class Kind(models.TextChoices):
        FREE_SCHOOL_MEALS = "fsm", "Free school meals"
        PUPIL_PREMIUM = "pupil_premium", "Pupil premium"
        SPECIAL_EDUCATIONAL_NEEDS = "sen", "Special educational needs"
        ENGLISH_AS_ADDITIONAL_LANGUAGE = "eal", "English as an additional language"
        LOOKED_AFTER = "looked_after", "Looked after"
        SOCIAL_WORKER = "social_worker", "Has a social worker"
        YOUNG_CARER = "young_carer", "Young carer"
        PREVIOUSLY_LOOKED_AFTER = "previously_looked_after", "Previously looked after"
        CHILD_IN_NEED = "child_in_need", "Child in need"
        CHILD_PROTECTION = "child_protection", "Child protection plan"
        YOUTH_OFFENDING = "youth_offending", "Has a youth offending worker"
        SERVICE_CHILD = "service_child", "Service child"
        EHC_PLAN = "ehc_plan", "Education, health and care plan"
        MEDICAL = "medical", "Medical condition"

    removable = True  # by an import, where a row says nothing of any day that has been

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="characteristics")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    value = models.CharField(max_length=10, blank=True)  # K or E for special educational needs
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_characteristic_ends_after_it_begins"),
            periods_stay_apart("characteristics_stay_apart", "pupil", "kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of pupil {self.pupil_id} from {self.from_date}"
