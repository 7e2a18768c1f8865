"""What the page of the new year shows of a plan: every change by group, with counts and names, and what to see to."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.forms import BoundField

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from attendance_mat.admission.forms.new_year import GroupOfYear, NewYearForm
from attendance_mat.admission.queries import new_year as queries
from attendance_mat.admission.queries.new_year import Newcomer
from attendance_mat.admission.rules.new_year import Plan, Taker
from attendance_mat.web.formats import long_day, number
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import SchoolYear
from registers.rules.patterns import WEEKDAYS

GROUNDS: Final = {
    ("a", False): "Ground (a): registered at another school",
    ("l", False): "Ground (l): over compulsory school age when the school next meets",
    ("a", True): "Outside compulsory school age, ground (a) of regulation 9(3): not expected to attend again",
    ("b", True): "Outside compulsory school age, ground (b) of regulation 9(3): a boarder who ceases to be a pupil",
}
SCHOOL_WEEK: Final = 5


@dataclass(frozen=True)
class Several:
    """Some pupils: how many, and the names of those the reader may find."""

    count: int
    names: Sequence[str]

    @property
    def unnamed(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True)
class GroupRow:
    """A group of the ending year: its fields, who takes it, who moves up from it and who leaves."""

    group: GroupOfYear
    name: BoundField
    takers: BoundField
    taken_by: Sequence[str]
    moving: Several
    leaving: Several


@dataclass(frozen=True)
class Preview:
    """All that the page shows of a plan."""

    plan: Plan
    rows: Sequence[GroupRow]
    leavers: Sequence[tuple[str, Several]]
    intake: Sequence[tuple[dt.date, str, Several]]
    warnings: Sequence[str]

    @property
    def joining(self) -> int:
        return sum(several.count for _, _, several in self.intake)


def preview_of(
    plan: Plan, form: NewYearForm, takers: Sequence[Taker], *, by: Member, scope: Scope, today: dt.date
) -> Preview:
    """Return what the page shows of a plan. Seven queries, however many pupils."""
    newcomers = queries.intake(plan.from_date)
    pks = {each.pupil_id for each in newcomers} | {each.pupil_id for each in form.standings}
    names = queries.list_names(pupils_in_scope(by, scope, today), pks)
    return Preview(
        plan=plan,
        rows=[_row(each, form, plan, takers, names) for each in form.groups],
        leavers=_leavers(plan, names),
        intake=_intake(newcomers, names),
        warnings=[*_warnings(plan, form, newcomers), *_of_family(plan, by)],
    )


def _several(pupil_ids: Iterable[int], names: Mapping[int, str]) -> Several:
    pks = list(pupil_ids)
    return Several(len(pks), sorted((names[pk] for pk in pks if pk in names), key=str.casefold))


def _row(
    each: GroupOfYear, form: NewYearForm, plan: Plan, takers: Sequence[Taker], names: Mapping[int, str]
) -> GroupRow:
    pk = each.group.pk
    leaving = {row.pupil_id for row in plan.leavers}
    members = [row.pupil_id for row in form.standings if row.group_id == pk]
    return GroupRow(
        group=each,
        name=form[f"name-{pk}"],
        takers=form[f"takers-{pk}"],
        taken_by=list(dict.fromkeys(taker.name for taker in takers if taker.group_id == pk)),
        moving=_several((pupil for pupil in members if pupil not in leaving), names),
        leaving=_several((pupil for pupil in members if pupil in leaving), names),
    )


def _leavers(plan: Plan, names: Mapping[int, str]) -> list[tuple[str, Several]]:
    by_ground: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for each in plan.leavers:
        by_ground[each.ground, each.outside_age].append(each.pupil_id)
    return [(GROUNDS[key], _several(pupils, names)) for key, pupils in sorted(by_ground.items())]


def _intake(newcomers: Sequence[Newcomer], names: Mapping[int, str]) -> list[tuple[dt.date, str, Several]]:
    by_day: dict[tuple[dt.date, str], list[int]] = defaultdict(list)
    for each in newcomers:
        by_day[each.from_date, each.group].append(each.pupil_id)
    return [(day, group, _several(pupils, names)) for (day, group), pupils in sorted(by_day.items())]


def _warnings(plan: Plan, form: NewYearForm, newcomers: Sequence[Newcomer]) -> Iterator[str]:
    """Yield what is still missing: the calendar, the timetable, takers, years and groups."""
    yield from _of_the_calendar(plan.from_date)
    if queries.has_timetable(plan.from_date) is False:
        yield (
            "The new timetable is missing: no lesson begins on that day or later. "
            "Lessons and teaching groups stay as they are until it is imported."
        )
    yield from _of_takers(plan, form, newcomers)
    lost = sum(1 for each in form.standings if each.year_id is None or each.place_id is None)
    if lost:
        yield (
            f"On the roll without a year or a registration group: {number(lost)}. "
            "They do not move: give them both in their records or by the pupils file."
        )
    placeless = sum(1 for each in newcomers if each.year is None or not each.group)
    if placeless:
        yield (
            f"In the intake without a year or a registration group: {number(placeless)}. "
            "Give them both by the pupils file, or no register lists them."
        )


def _of_family(plan: Plan, by: Member) -> Iterator[str]:
    if queries.family_of(by.user_id) & {each.pupil_id for each in plan.leavers}:
        yield "Your own family is among the leavers. Somebody else proposes that removal, from the pupil's page."


def _of_the_calendar(day: dt.date) -> Iterator[str]:
    found, label = queries.calendar_from(day), SchoolYear.of(day).label
    if found.first is None:
        yield (
            f"The calendar of {label} is missing: it has no session from that day on. "
            "Import it, or no register can be opened."
        )
    elif found.first > day:
        yield f"The school first meets on {long_day(found.first)}, after the day chosen."
    if found.meets_before:
        yield f"The school meets in {label} before the day chosen: until then everyone is in their old group."


def _of_takers(plan: Plan, form: NewYearForm, newcomers: Sequence[Newcomer]) -> Iterator[str]:
    moving = {each.name for each in plan.moves}
    kept = {each.group.name for each in form.groups if not form.leaves_its_name(each)}
    names = moving | kept | {each.group for each in newcomers if each.group}
    for name, days in queries.groups_without_takers(names, plan).items():
        every_day = len(days) == SCHOOL_WEEK
        on = "on any day" if every_day else f"on {', '.join(WEEKDAYS[day] for day in days)}"
        yield f"Nobody takes the register of {name} {on} in the new year."
