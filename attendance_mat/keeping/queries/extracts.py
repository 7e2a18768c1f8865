"""An extract of the attendance register for a period, as it stands or stood at a moment."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from registers.models import Group, MarkAmendment, Pupil, Register
from registers.queries.as_it_stood import StoodMark, changes_at, children_of, marks_at


@dataclass(frozen=True)
class Extract:
    """The entries of a period in order, with whose they are, in which group's register, and their changes."""

    marks: Sequence[StoodMark]
    pupils: Mapping[int, Pupil]
    groups: Mapping[int, str]
    changes: Mapping[int, tuple[MarkAmendment, ...]]


def attendance_extract(
    among: QuerySet[Pupil], *, group: Group | None, first: dt.date, last: dt.date, as_at: dt.datetime
) -> Extract:
    """Return the entries of some pupils, or of those of them in a group, both days included. Four queries, or five."""
    pupils = {pupil.pk: pupil for pupil in among}
    if group:
        there = {pupil.pk for pupil in children_of(group.pk, first=first, last=last)}
        pupils = {key: pupil for key, pupil in pupils.items() if key in there}
    marks = marks_at(as_at=as_at, from_date=first, to_date=last, pupil_ids=pupils)
    held = Register.objects.filter(session__date__range=(first, last)).values_list("pk", "group__name")
    changes = changes_at([mark.id for mark in marks if mark.changes], as_at=as_at)
    return Extract(marks=marks, pupils=pupils, groups=dict(held), changes=changes)
