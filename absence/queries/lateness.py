"""What lateness has come to: the school's steps, and pupils who reached them."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.db.models import QuerySet

from absence.models import LatenessFinding
from absence.rules.lateness import Due, Stretch, steps_due, stretches
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.kinds import Every
from attendance_mat.policy.ladder import SchoolTerms
from attendance_mat.policy.lateness import LatenessSteps
from attendance_mat.web.formats import year_group
from registers.models import Group, Pupil
from registers.queries.finding import placed
from registers.queries.lateness import GROUPINGS, lateness, lates_of
from registers.queries.sessions import sessions_held
from registers.rules.calendar import Half, SchoolYear
from registers.rules.lateness import DAY_NAMES, Late, Lateness
from registers.rules.school_calendar import runs

NO_GROUP: Final = "No tutor group that day"
NO_YEAR: Final = "No year group that day"


@dataclass(frozen=True)
class Line:
    """One line of a list of lates: a pupil, a group, a year or a weekday, and the count."""

    label: str
    counted: Lateness
    pupil_id: int | None = None
    group_name: str = ""


def lines(by: str, pupils: QuerySet[Pupil], *, from_date: dt.date, to_date: dt.date, on: dt.date) -> list[Line]:
    """Return the counts over some days by "pupil", "group", "year" or "weekday"; most late pupils first.

    Three queries at most, however many lines. A pupil without a late is left out. `on` is the day whose groups are
    told beside pupils' names. Source: WAT-3.16.
    """
    ids = list(pupils.values_list("pk", flat=True))
    counted = lateness(by=GROUPINGS[by], from_date=from_date, to_date=to_date, pupil_ids=ids)
    if by == "pupil":
        return _by_pupil(counted, on)
    if by == "group":
        names = dict(Group.objects.filter(pk__in=[key for key in counted if key]).values_list("pk", "name"))
        listed = [Line(names.get(key, NO_GROUP), each) for key, each in counted.items()]
        return sorted(listed, key=lambda line: (line.label == NO_GROUP, line.label))
    if by == "year":
        keys = sorted(counted, key=lambda key: (key is None, key or 0))
        return [Line(NO_YEAR if key is None else year_group(key), counted[key]) for key in keys]
    return [Line(DAY_NAMES[key - 1], each) for key, each in counted.items()]


def _by_pupil(counted: Mapping[int, Lateness], on: dt.date) -> list[Line]:
    rows = placed(Pupil.objects.filter(pk__in=counted), on).order_by("surname", "forename", "pk")
    listed = [Line(row.list_name, counted[row.pk], row.pk, row.group_name or "") for row in rows]
    return sorted(listed, key=lambda line: -line.counted.times)


def stretches_of(day: dt.date, *, policy: Policy) -> Mapping[Every, Stretch]:
    """Return the week, half term, term and year of a day by the school's calendar. One query."""
    year = SchoolYear.of(day)
    held = sessions_held(from_date=year.starts, to_date=year.last)
    return stretches(day, runs(held, policy.terms(SchoolTerms, on=day)))


def dues(
    day: dt.date, *, policy: Policy, pupil_ids: Collection[int] | None, until: dt.date | None = None
) -> dict[int, list[Due]]:
    """Return the steps that pupils' lates have come to in the stretches of a day. Two queries, however many pupils.

    `until` leaves out what was marked for a later day.
    """
    steps = [step for step in policy.terms(LatenessSteps, on=day).steps if step.lates is not None]
    if not steps:
        return {}
    over = stretches_of(day, policy=policy)
    wanted = [over[step.per] for step in steps]
    last = max(stretch.last for stretch in wanted)
    lates = lates_of(
        from_date=min(stretch.first for stretch in wanted),
        to_date=min(last, until) if until else last,
        pupil_ids=pupil_ids,
        codes={code for step in steps for code in step.codes},
    )
    found = {pupil_id: steps_due(each, steps, over) for pupil_id, each in lates.items()}
    return {pupil_id: due for pupil_id, due in found.items() if due}


def standing(pupil: Pupil, *, over: Iterable[Stretch]) -> list[LatenessFinding]:
    """Return a pupil's findings that stand and were counted over these stretches. One query."""
    firsts = {stretch.first for stretch in over}
    return list(LatenessFinding.objects.filter(pupil=pupil, withdrawn_at__isnull=True, from_date__in=firsts))


def repeatedly_late(day: dt.date, pupils: QuerySet[Pupil], *, policy: Policy) -> list[tuple[Pupil, list[Due]]]:
    """Return the pupils, with their group, who have come to a step in the stretches of a day, by name. Three queries.

    Of each step only the furthest number that was reached is told.
    """
    known = {pupil.pk: pupil for pupil in placed(pupils, day)}
    found = dues(day, policy=policy, pupil_ids=known, until=day)
    listed = [(known[pupil_id], _furthest(due)) for pupil_id, due in found.items()]
    return sorted(listed, key=lambda row: (row[0].surname, row[0].forename, row[0].pk))


def _furthest(due: Iterable[Due]) -> list[Due]:
    """Return the last of each step."""
    ordered = sorted(due, key=lambda each: (each.step.does, each.step.words, each.number))
    return [list(group)[-1] for _, group in groupby(ordered, key=lambda each: (each.step.does, each.step.words))]


def kept(lates: Sequence[Late]) -> list[list[Any]]:
    """Return lates as a finding and a letter keep them. No query."""
    return [[late.date.isoformat(), late.half.value, late.code, late.minutes] for late in lates]


def read(frozen: Sequence[Sequence[Any]]) -> list[Late]:
    """Return lates as a finding kept them. No query."""
    return [Late(dt.date.fromisoformat(date), Half(half), code, minutes) for date, half, code, minutes in frozen]
