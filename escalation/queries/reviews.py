"""Reads of the weekly review: two weeks side by side, stages entered and left, reviews due, tracking dates."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import WeeklyReview
from escalation.models import PupilStage
from escalation.rules.ladder import is_review_of_week
from escalation.rules.weeks import TwoWeeks, WeekSum
from registers.models import Pupil, Session
from registers.queries.measures import pupil_figures, pupil_measures
from registers.rules.calendar import SchoolYear, monday_of
from registers.rules.measures import Measures

ONE_DAY = dt.timedelta(days=1)


def school_days_of_year(on: dt.date) -> list[dt.date]:
    """Return the days on which the school met in a day's school year, up to that day. One query."""
    days = Session.objects.filter(date__range=(SchoolYear.of(on).starts, on)).order_by("date")
    return list(days.values_list("date", flat=True).distinct())


def next_school_day(on: dt.date) -> dt.date | None:
    """Return the first school day after a day, or None where the calendar ends. One query."""
    return Session.objects.filter(date__gt=on).order_by("date").values_list("date", flat=True).first()


def week_before(monday: dt.date, days: Collection[dt.date]) -> dt.date | None:
    """Return the Monday of the last week before one in which the school met, of the days given."""
    return max((monday_of(day) for day in days if day < monday), default=None)


def two_weeks(last_day: dt.date, *, pupil_ids: Collection[int] | None = None) -> dict[int, TwoWeeks]:
    """Return each pupil's sums from a week's Monday to a day of it, and of the school week before. Three queries.

    The week before is one of the same school year. Pupils without a possible session this week are left out.
    """
    monday = monday_of(last_day)
    earlier = week_before(monday, school_days_of_year(last_day))
    now = pupil_measures(from_date=monday, to_date=last_day, pupil_ids=pupil_ids)
    ended = earlier + 6 * ONE_DAY if earlier else monday
    then = pupil_measures(from_date=earlier, to_date=ended, pupil_ids=pupil_ids) if earlier else {}
    return {
        pk: TwoWeeks(
            _sum(monday, last_day, counts),
            _sum(earlier, ended, then.get(pk, Measures())) if earlier else None,
        )
        for pk, counts in now.items()
        if counts.possible
    }


def _sum(first: dt.date, last: dt.date, counts: Measures) -> WeekSum:
    return WeekSum(first, last, counts.present, counts.possible)


def review_days(policy: Policy, *, around: dt.date) -> list[dt.date]:
    """Return the days on which weeks are reviewed, in the school year of a day, as the calendar has it. One query.

    These are the tracking dates (WAT-A3.18).
    """
    year = SchoolYear.of(around)
    dates = Session.objects.filter(date__range=(year.starts, year.last)).order_by("date").values_list("date", flat=True)
    days = list(dates.distinct())
    following: list[dt.date | None] = [*days[1:], None]
    return [
        day
        for day, after in zip(days, following, strict=False)
        if is_review_of_week(day, weekday=policy.terms(WeeklyReview, on=day).weekday, next_school_day=after)
    ]


def entered_between(pupils: QuerySet[Pupil], first: dt.date, last: dt.date) -> QuerySet[PupilStage]:
    """Return the stages entered in some days, both included, with their pupils. One query."""
    rows = PupilStage.objects.filter(pupil__in=pupils, entered_on__range=(first, last), withdrawn_at__isnull=True)
    return rows.select_related("pupil").order_by("pupil__surname", "pk")


def left_between(pupils: QuerySet[Pupil], first: dt.date, last: dt.date) -> QuerySet[PupilStage]:
    """Return the stages left in some days, both included, with their pupils. One query."""
    rows = PupilStage.objects.filter(pupil__in=pupils, left_on__range=(first, last), entered_on__isnull=False)
    return rows.select_related("pupil").order_by("pupil__surname", "pk")


def reviews_due(pupils: QuerySet[Pupil], *, by: dt.date) -> QuerySet[PupilStage]:
    """Return the stages whose review falls on a day or earlier, the oldest first, with pupil and case. One query."""
    rows = PupilStage.objects.filter(
        pupil__in=pupils, left_on__isnull=True, withdrawn_at__isnull=True, review_on__lte=by, entered_on__isnull=False
    )
    return rows.select_related("pupil", "case").order_by("review_on", "pk")


def persistently_absent(on: dt.date) -> dict[int, dict[str, Any]]:
    """Return who was persistently absent in the school year to a day, with the figures a letter quotes. One query."""
    year = SchoolYear.of(on)
    figures = pupil_figures(from_date=year.starts, to_date=on)
    return {
        row.pupil_id: {
            "arithmetic": f"Missed {row.measures.missed} of {row.measures.possible} possible sessions in {year.label}.",
            "from": year.starts.isoformat(),
            "to": on.isoformat(),
        }
        for row in figures
        if row.is_persistent
    }


def carried_over(year: SchoolYear) -> set[int]:
    """Return the pupils whom last year's end has put at a stage in a school year already. One query."""
    rows = PupilStage.objects.filter(source=PupilStage.Source.CARRIED_OVER, entered_on__range=(year.starts, year.last))
    return set(rows.values_list("pupil_id", flat=True))
