"""Reads of what the schools publish, and of one school's own figures."""

import datetime as dt
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db.models import Count, OuterRef, Subquery, Sum

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import AfternoonSession, NightlyCheck
from attendance_mat.published.models import CheckRun, FinishedRegister, RegistersDue, SchoolFigures
from attendance_mat.trust.models import School
from attendance_mat.web.formats import year_group
from registers.models import Group
from registers.queries import measures
from registers.rules.calendar import Half, SchoolYear
from registers.rules.measures import Measures, total
from reporting.rules.schools import Figures, Morning, SchoolLine, expect_the_newest, newest_night_due


def school_lines(*, at: dt.datetime) -> list[SchoolLine]:
    """Return every school of the trust with its published figures and its morning. Three queries, however many."""
    due = newest_night_due(at, runs_at=national().terms(NightlyCheck, on=at.date()).at)
    mornings = _mornings(at.date(), current_half(at))
    runs = CheckRun.objects.filter(school=OuterRef("pk")).order_by("-as_of")
    owed = RegistersDue.objects.filter(school=OuterRef("pk"), date__lte=due).order_by("-date")
    schools = School.objects.select_related("figures").annotate(
        error=Subquery(runs.values("error")[:1]),
        tried=Subquery(runs.values("as_of")[:1]),
        owed=Subquery(owed.values("date")[:1]),
    )
    lines = [_line(school, mornings.get(school.pk, Morning())) for school in schools]
    return expect_the_newest(lines)


def current_half(at: dt.datetime) -> Half:
    """Return which half of the day it is across the trust, by the time national policy starts the afternoon."""
    afternoon = national().terms(AfternoonSession, on=at.date()).starts
    return Half.PM if at.time() >= afternoon else Half.AM


def _line(school: Any, morning: Morning) -> SchoolLine:
    published: SchoolFigures | None = getattr(school, "figures", None)
    as_of = published.as_of if published else None
    return SchoolLine(
        name=school.name,
        slug=school.slug,
        as_of=as_of,
        expected=max((day for day in (as_of, school.tried, school.owed) if day), default=None),
        closed=school.migration_failed,
        error=school.error or "",
        figures=_figures(published) if published else Figures(),
        morning=morning,
    )


def _figures(published: SchoolFigures) -> Figures:
    return Figures(
        possible=published.possible,
        present=published.present,
        authorised=published.authorised,
        unauthorised=published.unauthorised,
        pupils=published.headline_pupils,
        persistent=published.headline_persistent,
        severe=published.headline_severe,
        ten_in_ten_weeks=published.ten_in_ten_weeks,
    )


def _mornings(date: dt.date, half: Half) -> dict[int, Morning]:
    """Return each school's counts for one session: what is due, less what its finished registers published."""
    finished = FinishedRegister.objects.filter(date=date, half=half).values("school").order_by("school")
    counts = {
        row["school"]: row
        for row in finished.annotate(
            finished=Count("pk"),
            registered=Sum("pupils"),
            in_now=Sum("present"),  # late before close included
            unexplained_now=Sum("unexplained"),
        )
    }
    mornings: dict[int, Morning] = {}
    for row in RegistersDue.objects.filter(date=date, half=half):
        count: Mapping[str, Any] = counts.get(row.school_id, {})
        mornings[row.school_id] = Morning(
            due=row.registers,
            expected=row.pupils,
            finished=count.get("finished", 0),
            registered=count.get("registered", 0),
            in_now=count.get("in_now", 0),
            unexplained=count.get("unexplained_now", 0),
        )
    return mornings


NO_GROUP: Final = "None on the day"


class GroupLine(NamedTuple):
    """A year group or registration group, and its sessions."""

    label: str
    measures: Measures


class SchoolYearFigures(NamedTuple):
    """A school's year to date: in all, by year group and by registration group."""

    from_date: dt.date
    to_date: dt.date
    whole: Measures
    headline: measures.Headline
    years: list[GroupLine]
    groups: list[GroupLine]

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Return what the possible sessions are made of, as the page's sum lists them."""
        sums = self.whole
        return [("Attended", sums.present), ("Authorised", sums.authorised), ("Unauthorised", sums.unauthorised)]


def school_year_figures(*, on: dt.date) -> SchoolYearFigures:
    """Return the selected school's figures from its year's first day to the day before `on`. Four queries."""
    to_date = on - dt.timedelta(days=1)
    from_date = SchoolYear.of(to_date).starts
    years = measures.group_measures(by=measures.YEAR_GROUP, from_date=from_date, to_date=to_date)
    groups = measures.group_measures(by=measures.REGISTRATION_GROUP, from_date=from_date, to_date=to_date)
    names = dict(Group.objects.values_list("pk", "name"))
    named = [GroupLine(names.get(group, NO_GROUP), sums) for group, sums in groups.items()]
    return SchoolYearFigures(
        from_date=from_date,
        to_date=to_date,
        whole=total(years.values()),
        headline=measures.headline(measures.pupil_figures(from_date=from_date, to_date=to_date)),
        years=[GroupLine(NO_GROUP if year is None else year_group(year), sums) for year, sums in years.items()],
        groups=sorted(named, key=attrgetter("label")),
    )
