"""Closures: what stands for each child at the sessions of one, and what each closure changed."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from attendance_mat.accounts.models import in_force_on
from registers.models import Closure, ClosureChange, Group, GroupMember, PupilYear, Register, Session
from registers.rules.calendar import Half
from registers.rules.closures import BOTH, Effect, Span, Standing, Terms, effect_on

# One row a child and session: those on roll that day, in a registration group, and of the years or groups chosen.
_STANDING: Final = """
    SELECT session.id, session.date, session.half, pupil.id,
        COALESCE(NULLIF(pupil.surname_in_use, ''), pupil.surname),
        COALESCE(NULLIF(pupil.forename_in_use, ''), pupil.forename), place.group_id, registration.name,
        mark.id, mark.register_id, COALESCE(mark.code, ''), mark.changes,
        expected.id, COALESCE(expected.code, ''), family.id IS NOT NULL
    FROM registers_session AS session
    JOIN registers_rollperiod AS roll
        ON session.date >= roll.from_date AND session.date < COALESCE(roll.until_date, 'infinity')
    JOIN registers_pupil AS pupil
        ON pupil.id = roll.pupil_id AND (pupil.died_on IS NULL OR pupil.died_on > session.date)
    JOIN registers_groupmember AS place ON place.pupil_id = pupil.id AND place.kind = 'registration'
        AND session.date >= place.from_date AND session.date < COALESCE(place.until_date, 'infinity')
    JOIN registers_group AS registration ON registration.id = place.group_id
    LEFT JOIN registers_mark AS mark ON mark.pupil_id = pupil.id AND mark.session_id = session.id
    LEFT JOIN registers_expectedmark AS expected ON expected.pupil_id = pupil.id AND expected.ended_at IS NULL
        AND session.date >= expected.from_date AND session.date < expected.until_date
        AND expected.halves IN (session.half, 'both')
    LEFT JOIN registers_familytie AS family ON family.pupil_id = pupil.id AND family.user_id = %(user)s
    WHERE session.date >= %(from)s AND session.date < %(until)s
        AND (%(halves)s = 'both' OR session.half = %(halves)s)
        AND (%(everyone)s
            OR EXISTS (SELECT FROM registers_pupilyear AS year WHERE year.pupil_id = pupil.id
                AND year.year = ANY(%(years)s) AND session.date >= year.from_date
                AND session.date < COALESCE(year.until_date, 'infinity'))
            OR EXISTS (SELECT FROM registers_groupmember AS chosen WHERE chosen.pupil_id = pupil.id
                AND chosen.group_id = ANY(%(groups)s) AND session.date >= chosen.from_date
                AND session.date < COALESCE(chosen.until_date, 'infinity')))
    ORDER BY session.date, session.half, registration.name, pupil.surname, pupil.forename, pupil.id
"""


@dataclass(frozen=True)
class Reach:
    """The sessions and children a closure is for; `years` and `groups` where it is not the whole school."""

    span: Span
    whole_school: bool
    years: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """One child at one session: what stands, and what the closure does to it."""

    session_id: int
    date: dt.date
    half: Half
    pupil_id: int
    name: str
    group_id: int
    group: str
    mark_id: int | None
    register_id: int | None
    code: str
    changes: int
    expected_id: int | None
    expected: str
    effect: Effect


@dataclass(frozen=True)
class Plan:
    """All that a closure would do. `digest` tells whether it still would."""

    lines: Sequence[Line]

    def of(self, *effects: Effect) -> list[Line]:
        """Return the lines with any of these effects."""
        return [line for line in self.lines if line.effect in effects]

    @cached_property
    def counts(self) -> Counter[Effect]:
        """Return how many children and sessions meet each effect."""
        return Counter(line.effect for line in self.lines)

    @property
    def changed(self) -> list[Line]:
        """Return what would be entered or changed, in order."""
        return self.of(Effect.AMENDED, Effect.REPLACED, Effect.EXPECTED)

    @cached_property
    def digest(self) -> str:
        """Return a digest of what stands and what becomes of it."""
        told = [(line.session_id, line.pupil_id, line.mark_id, line.changes, line.expected_id, line.effect.value)
                for line in self.lines]  # fmt: skip
        return hashlib.sha256(repr(told).encode()).hexdigest()


def plan_of(reach: Reach, terms: Terms, *, user_id: int) -> Plan:
    """Return what a closure would do for each child at each session of the calendar. One query."""
    parameters: dict[str, Any] = {
        "from": reach.span.from_date,
        "until": reach.span.until_date,
        "halves": reach.span.halves,
        "everyone": reach.whole_school,
        "years": list(reach.years),
        "groups": list(reach.groups),
        "user": user_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, parameters)
        return Plan([_line(row, terms) for row in cursor.fetchall()])


def _line(row: tuple[Any, ...], terms: Terms) -> Line:
    session_id, date, half, pupil_id, surname, forename, group_id, group, mark_id, register_id, code, changes = row[:12]
    expected_id, expected, is_family = row[12:]
    effect = effect_on(Standing(mark_id, code, expected, is_family), terms)
    name = f"{surname}, {forename}"
    return Line(session_id, date, Half(half), pupil_id, name, group_id, group, mark_id, register_id, code,
                changes or 0, expected_id, expected, effect)  # fmt: skip


def sessions_in(span: Span) -> list[Session]:
    """Return the calendar's sessions within a span, in order. One query."""
    rows = Session.objects.filter(date__gte=span.from_date, date__lt=span.until_date)
    return list(rows if span.halves == BOTH else rows.filter(half=span.halves))


def lock_registers(sessions: Sequence[Session]) -> dict[int, Register]:
    """Return the registers of some sessions, locked until the transaction ends. One query."""
    rows = Register.objects.select_for_update(of=("self",)).filter(session__in=[each.pk for each in sessions])
    return {row.pk: row for row in rows.order_by("pk")}


def closures() -> QuerySet[Closure]:
    """Return every closure declared, the latest first. One query."""
    return Closure.objects.prefetch_related("groups")


def closures_of(session: Session) -> list[Closure]:
    """Return the closures in force at a session, undone ones left out. One query."""
    rows = Closure.objects.filter(
        from_date__lte=session.date, until_date__gt=session.date, halves__in=(session.half, BOTH), undone_at=None
    )
    return list(rows)


def changes_of(closure: Closure) -> list[ClosureChange]:
    """Return all that a closure did, with its marks and expected marks. One query."""
    rows = closure.changes.select_related("mark__session", "mark__pupil", "expected__pupil", "session")
    return list(rows.order_by("pk"))


def years_on_roll(on: dt.date) -> list[int]:
    """Return the years that have pupils on a day. One query."""
    rows = PupilYear.objects.filter(in_force_on(on)).order_by("year")
    return list(rows.values_list("year", flat=True).distinct())


def groups_with_pupils(on: dt.date) -> QuerySet[Group]:
    """Return the registration and own groups that have pupils on a day, by name. One query."""
    return Group.objects.filter(pk__in=GroupMember.objects.filter(in_force_on(on)).values("group")).order_by("name")
