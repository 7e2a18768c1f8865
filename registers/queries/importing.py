"""Reads that the imports compare a file with: many rows in one query each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Count, Max, QuerySet

from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Group, GroupMember, Mark, Pupil, Register, RollPeriod, Session
from registers.rules.calendar import Half
from registers.rules.roll import Period

IMPORTS: Final = (Event.CALENDAR_IMPORTED, Event.PUPILS_IMPORTED, Event.MARKS_IMPORTED, Event.STAFF_IMPORTED,
    Event.TIMETABLE_IMPORTED, Event.HISTORY_IMPORTED)  # fmt: skip
Key = tuple[int, int]  # pupil, session


@dataclass(frozen=True)
class Roll:
    """What a mark is checked against: ages, times on the roll, places in registration groups, sessions."""

    born: Mapping[int, dt.date]
    periods: Mapping[int, Sequence[Period]]
    places: Mapping[int, Sequence[tuple[Period, int]]]
    sessions: Mapping[tuple[dt.date, Half], int]

    def group_on(self, pupil_id: int, on: dt.date) -> int | None:
        """Return the registration group a pupil was in on a day."""
        return next((group for period, group in self.places.get(pupil_id, ()) if period.covers(on)), None)


def roll() -> Roll:
    """Return what marks are checked against, for the whole school. Four queries."""
    periods: dict[int, list[Period]] = defaultdict(list)
    for pupil_id, begins, ends in RollPeriod.objects.values_list("pupil_id", "from_date", "until_date"):
        periods[pupil_id].append(Period(begins, ends))
    places: dict[int, list[tuple[Period, int]]] = defaultdict(list)
    members = GroupMember.objects.filter(kind=Group.Kind.REGISTRATION)
    for pupil_id, group_id, begins, ends in members.values_list("pupil_id", "group_id", "from_date", "until_date"):
        places[pupil_id].append((Period(begins, ends), group_id))
    return Roll(
        born=dict(Pupil.objects.values_list("pk", "dob")),
        periods=periods,
        places=places,
        sessions=session_ids(),
    )


def session_ids() -> dict[tuple[dt.date, Half], int]:
    """Return every session by its day and half. One query."""
    return {(date, Half(half)): pk for pk, date, half in Session.objects.values_list("pk", "date", "half")}


class StandingMark(NamedTuple):
    """A mark as it stands, as much of it as a file can say."""

    mark_id: int
    code: str
    nature: str
    comment: str
    arrived_at: dt.datetime | None
    minutes_late: int | None


def standing_marks(keys: Collection[Key]) -> dict[Key, StandingMark]:
    """Return the marks that stand at these pupils' sessions, and no others. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.pupil_id, m.session_id, m.id, m.code, m.nature, m.comment, m.arrived_at, m.minutes_late
            FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (pupil_id, session_id)
            JOIN registers_mark m USING (pupil_id, session_id)""",
            [[pupil_id for pupil_id, _ in keys], [session_id for _, session_id in keys]],
        )
        return {(pupil_id, session_id): StandingMark(*rest) for pupil_id, session_id, *rest in cursor.fetchall()}


def registers_of(session_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Return the registers of some sessions, by session and group. One query."""
    rows = Register.objects.filter(session_id__in=session_ids).values_list("session_id", "group_id", "pk")
    return {(session_id, group_id): pk for session_id, group_id, pk in rows}


def sessions_in_use(session_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how many registers and marks each session has, of those that have any. One query."""
    used = Register.objects.filter(session_id__in=session_ids).values("session_id")
    counted = used.annotate(n=Count("pk", distinct=True), m=Count("marks"))
    return {pk: (registers, marks) for pk, registers, marks in counted.values_list("session_id", "n", "m")}


def last_marked(pupil_ids: Collection[int]) -> dict[int, dt.date]:
    """Return the day of each pupil's last mark. One query."""
    marks = Mark.objects.filter(pupil_id__in=pupil_ids).values("pupil_id")
    return dict(marks.annotate(last=Max("session__date")).values_list("pupil_id", "last"))


def past_imports() -> QuerySet[AuditEvent]:
    """Return the imports there have been, the latest first. One query."""
    return AuditEvent.objects.filter(kind__in=IMPORTS).order_by("-pk")
