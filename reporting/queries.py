"""Reads of what the schools publish, and of one school's own figures."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from attendance_mat.admission.queries.own_groups import OWN_GROUP, May, seen_groups
from attendance_mat.policy.adopted import Policy, national
from attendance_mat.policy.following_up import AttendanceAim
from attendance_mat.policy.schema import AfternoonSession, NightlyCheck
from attendance_mat.published.models import CheckRun, FinishedRegister, RegistersDue, SchoolFigures
from attendance_mat.trust.models import AttendanceTarget, School
from attendance_mat.trust.policy import policies_for, policy_for
from attendance_mat.web.formats import day, year_group
from registers.models import Characteristic, Group, Pupil
from registers.queries import measures
from registers.queries.targets import progress
from registers.rules.calendar import Half, SchoolYear
from registers.rules.measures import Measures, total
from reporting.rules.schools import Figures, Morning, SchoolLine, expect_the_newest, newest_night_due
from reporting.rules.targets import Bands, TargetLine, bands, is_over

EVERYONE: Final = "Everyone"
GROUPS: Final = dict(Characteristic.Kind.choices)


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
        crossed_unacted=published.crossed_unacted,
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


def own_group_lines(*, may: May, on: dt.date) -> list[GroupLine]:
    """Return the year's figures to the day before `on` of each group of the school's own that someone may see.

    Of each pupil, the sessions of the days in the group. Two queries; one where no group is seen.
    """
    names = dict(seen_groups(may=may).values_list("pk", "name"))
    if not names:
        return []
    to_date = on - dt.timedelta(days=1)
    sums = measures.group_measures(by=OWN_GROUP, from_date=SchoolYear.of(to_date).starts, to_date=to_date)
    return [GroupLine(name, sums[group]) for group, name in names.items() if group in sums]


def target_lines_of_trust(*, on: dt.date) -> list[TargetLine]:
    """Return every target of the trust and of its schools, with what each school's last night published of it.

    A school without a target for everyone on the day stands with its policy's own. Five queries, however many.
    """
    schools = list(School.objects.select_related("figures").order_by("name"))
    targets = list(targets_shown(on))
    policies = policies_for(schools)
    lines = [_published(target, schools) for target in targets if target.school_id is None]
    for school in schools:
        own = [target for target in targets if target.school_id == school.pk]
        lines += [_published(target, [school]) for target in own]
        if not any(_is_for_everyone(target, on) for target in own):
            lines.append(_of_policy(policies[school.pk], school.name, on, _year_so_far(school)))
    return lines


def target_lines_of_school(school: School, *, on: dt.date) -> list[TargetLine]:
    """Return the selected school's targets, and its part in the trust's, to the day before `on`. Four queries."""
    targets = list(concerning(targets_shown(on), school))
    reached = progress(targets, until=on - dt.timedelta(days=1))
    own = [_target_line(target, reached[target.pk]) for target in targets if target.school_id]
    trusts = [_target_line(target, reached[target.pk]) for target in targets if target.school_id is None]
    if not any(_is_for_everyone(target, on) for target in targets if target.school_id):
        year = SchoolYear.of(on).starts
        so_far = measures.school_measures(from_date=year, to_date=on - dt.timedelta(days=1))
        own.append(_of_policy(policy_for(school), school.name, on, so_far))
    return [*own, *trusts]


def target_line(target: AttendanceTarget, school: School | None, *, on: dt.date) -> TargetLine:
    """Return one target and what has been reached: in the selected school, or as the schools published it.

    Two queries in a school, else one.
    """
    if school:
        return _target_line(target, progress([target], until=on - dt.timedelta(days=1))[target.pk])
    of = School.objects.select_related("figures").order_by("name")
    return _published(target, list(of.filter(pk=target.school_id) if target.school_id else of))


def targets_shown(on: dt.date) -> QuerySet[AttendanceTarget]:
    """Return the targets that stand for some of a day's school year, the trust's and the schools'. One query."""
    year = SchoolYear.of(on)
    rows = AttendanceTarget.objects.filter(withdrawn_at__isnull=True, from_date__lt=year.until)
    rows = rows.exclude(until_date__lte=year.starts).select_related("school", "set_by")
    return rows.annotate(said=Count("notes")).order_by("group", "from_date", "pk")


def concerning(targets: QuerySet[AttendanceTarget], school: School) -> QuerySet[AttendanceTarget]:
    """Narrow targets to a school's own and the trust's. No query."""
    return targets.filter(Q(school=school) | Q(school__isnull=True))


def pupils_so_far(*, on: dt.date) -> list[measures.PupilFigures]:
    """Return every pupil's figures of the school year to the day before `on`. One query."""
    return measures.pupil_figures(from_date=SchoolYear.of(on).starts, to_date=on - dt.timedelta(days=1))


def bands_of(figures: Iterable[measures.PupilFigures], aim: AttendanceAim) -> Bands:
    """Return how many pupils stand on each side of what a policy aims at. No query."""
    sums = (row.measures for row in figures)
    return bands(sums, good_percent=aim.good_percent, most_days=aim.most_days_absent)


def pupils_over(
    figures: Iterable[measures.PupilFigures], most_days: int, pupils: QuerySet[Pupil]
) -> list[tuple[Pupil, Measures]]:
    """Return those of some pupils who missed more than so many days this year, the most first. One query."""
    over = {row.pupil_id: row.measures for row in figures if is_over(row.measures, most_days)}
    found = [(pupil, over[pupil.pk]) for pupil in pupils.filter(pk__in=over)]
    return sorted(found, key=lambda row: (-row[1].missed, row[0].list_name))


def aim_of(school: School, *, on: dt.date) -> AttendanceAim:
    """Return what the school's policy aims at. Two queries the first time, then none."""
    return policy_for(school).terms(AttendanceAim, on=on)


def _is_for_everyone(target: AttendanceTarget, on: dt.date) -> bool:
    ends = target.until_date or dt.date.max
    return not target.group and target.from_date <= on < ends


def _published(target: AttendanceTarget, schools: Iterable[School]) -> TargetLine:
    """Return a target with the sum of what the schools last published of it."""
    figures = [_figures_of(school) for school in schools]
    published = [row.targets.get(str(target.pk)) if row else None for row in figures]
    sums = total(Measures(*counts) for counts in published if counts)
    return replace(_target_line(target, sums), awaited=None in published)


def _figures_of(school: School) -> SchoolFigures | None:
    figures: SchoolFigures | None = getattr(school, "figures", None)
    return figures


def _year_so_far(school: School) -> Measures:
    figures = _figures_of(school)
    return Measures(figures.present, figures.authorised, figures.unauthorised) if figures else Measures()


def _target_line(target: AttendanceTarget, reached: Measures) -> TargetLine:
    return TargetLine(
        of=target.school.name if target.school else "The trust",
        pupils=GROUPS.get(target.group, EVERYONE),
        percent=target.percent,
        above=target.sign == AttendanceTarget.Sign.MORE_THAN,
        from_date=target.from_date,
        until_date=target.until_date,
        owner=target.owner,
        set_by=f"{target.set_by.name}, {day(target.set_at)}",
        key=target.pk,
        notes=getattr(target, "said", 0),
        reached=reached,
    )


def _of_policy(policy: Policy, name: str, on: dt.date, reached: Measures) -> TargetLine:
    """Return the line of a school's policy: its own aim for the school year, where it names one."""
    aim, year = policy.cited(AttendanceAim, on=on), SchoolYear.of(on)
    named = aim.value.percent is not None
    return TargetLine(
        of=name,
        percent=Decimal(aim.value.percent) if aim.value.percent is not None else None,
        above=aim.value.strictly_above,
        from_date=year.starts,
        until_date=year.until,
        set_by=f"The policy: {aim.source}" if named else "",
        reached=reached,
    )
