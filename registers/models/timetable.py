"""The timetable: periods, rooms and lessons, each with the days it holds, so that last term's stays as it was."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registers.models.group import Group
from registers.models.pupil import ends_after_it_begins, periods_stay_apart

# What holds over days is ended or taken back, never rewritten: a lesson's register stands on what was then.
DATED_ONCE = frozenset({"SELECT", "INSERT", "UPDATE (until_date)", "DELETE"})


class Week(models.TextChoices):
    """In which weeks of a timetable of two weeks something holds."""

    EVERY = "", "Every week"
    A = "A", "Week A"
    B = "B", "Week B"


class Room(models.Model):
    """A place in which lessons are taught."""

    rights = frozenset({"SELECT", "INSERT"})

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class TimetablePeriod(models.Model):
    """A stretch of one weekday, with its times, in every week or in weeks A or B (weekday 0 is Monday)."""

    rights = DATED_ONCE

    name = models.CharField(max_length=20)
    week = models.CharField(max_length=1, choices=Week.choices, blank=True)
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_period_holds_for_some_days"),
            models.CheckConstraint(name="a_period_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="a_period_is_on_a_weekday", condition=Q(weekday__lte=6)),
            periods_stay_apart("a_period_has_one_time", "name", "week", "weekday"),
        ]

    def __str__(self) -> str:
        return f"period {self.name}"


class TimetabledLesson(models.Model):
    """A group taught in a period, where and by whom, over some days.

    One that `supplies` a session is a sitting of an exam: its register gives the statutory marks of its candidates.
    """

    rights = DATED_ONCE

    period = models.ForeignKey(TimetablePeriod, models.PROTECT, related_name="lessons")
    group = models.ForeignKey(Group, models.PROTECT, related_name="lessons")
    subject = models.CharField(max_length=60, blank=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="lessons")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    supplies = models.CharField(max_length=2, choices=[("am", "Morning"), ("pm", "Afternoon")], blank=True)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_it_begins("a_lesson_holds_for_some_days"),
            periods_stay_apart("a_group_has_one_lesson_at_a_time", "period", "group"),
        ]
        indexes = [models.Index(fields=["from_date", "until_date"], name="lesson_dates")]

    def __str__(self) -> str:
        return f"lesson {self.pk}"


class TimetableWeek(models.Model):
    """Whether the week that begins on a Monday is week A or week B."""

    rights = frozenset({"SELECT", "INSERT", "UPDATE (week)"})

    begins_on = models.DateField(unique=True)
    week = models.CharField(max_length=1, choices=[(Week.A.value, Week.A.label), (Week.B.value, Week.B.label)])

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_timetable_week_begins_on_monday", condition=Q(begins_on__iso_week_day=1)),
            models.CheckConstraint(name="a_timetable_week_is_a_or_b", condition=Q(week__in=["A", "B"])),
        ]

    def __str__(self) -> str:
        return f"week {self.week} from {self.begins_on}"


class OffTimetableDay(models.Model):
    """A school day without timetabled lessons: exams, a trip of the whole school, a day of sport."""

    removable = True  # by an import, until it has been

    date = models.DateField(unique=True)
    reason = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"off timetable on {self.date}"
