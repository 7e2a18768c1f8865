"""What is read to take a register: its children, their marks, and what is expected of them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import (
    AbsenceReport,
    ExpectedMark,
    Group,
    GroupMember,
    Mark,
    MarkAmendment,
    Register,
    RollPeriod,
    Session,
    Source,
)
from registers.rules import codes
from registers.rules.calendar import LONDON
from registers.rules.classroom import may_see
from registers.rules.movements import SignedOut

SESSIONS_SHOWN = 5
SAID_FIRST = ("made_by_name", "received_at", "made_by", "source")  # a LastChange of a mark, and of an amendment
SAID_SINCE = ("amended_by_name", "received_at", "amended_by", "source")


@dataclass(frozen=True)
class StoredMark:
    """A pupil's mark at one session as it stands; a cleared one has an empty code."""

    id: int
    code: str
    changes: int
    nature: str
    comment: str
    arrived_at: dt.datetime | None
    minutes_late: int | None
    source: str
    said_by_way_of: str  # of its last change, and when that was received
    said_at: dt.datetime


@dataclass(frozen=True)
class Expected:
    """What is expected of a pupil at one session, and whether someone confirmed the child there."""

    id: int
    code: str
    nature: str
    confirmed: bool
    granted_by_id: int
    granted_by_name: str
    granted_by_role: str

    def counts(self, on: dt.date) -> bool:
        """Say whether it becomes a mark: B, K, P, V and W do only once the child is confirmed there (decision 4)."""
        found = codes.find(self.code, on=on)
        return self.confirmed or not (found and found.confirm_child)


@dataclass(frozen=True)
class RegisterRow:
    """One child of a register, with this session's mark and what was expected of it."""

    pupil_id: int
    list_name: str
    dob: dt.date
    mark: StoredMark | None
    expected: Expected | None
    is_own_family: bool
    reported: int | None = None  # a parent's report of this absence that nobody has decided
    signed_out: SignedOut | None = None

    @property
    def code(self) -> str:
        return self.mark.code if self.mark else ""

    @property
    def is_marked_by_hand(self) -> bool:
        """Say whether the child is left out of "everyone else is present": one's own family, whom a parent reported
        absent, and who is signed out."""
        return self.is_own_family or self.reported is not None or self.signed_out is not None

    @property
    def base(self) -> int:
        """Return what someone who sees this row sends as its base: 0 for no mark, else 1 + its amendments."""
        return 1 + self.mark.changes if self.mark else 0

    @property
    def awaits(self) -> Expected | None:
        """Return what is expected while no mark stands."""
        return None if self.code else self.expected


@dataclass(frozen=True)
class Sight:
    """The codes that someone at a register may see (decision 6); None stands for all of them.

    `allowed` are those they may enter, `classroom` those that every classroom may.
    """

    sees_reasons: bool
    allowed: frozenset[str]
    classroom: frozenset[str]

    @property
    def before(self) -> frozenset[str] | None:
        """Return the codes they may see of earlier sessions."""
        return None if self.sees_reasons else self.classroom

    def of(self, row: RegisterRow) -> frozenset[str] | None:
        """Return the codes they may see of one row: what was expected of a child is not told by entering it."""
        was_expected = row.awaits is not None or (row.mark is not None and row.mark.source == Source.EXPECTED)
        return self.before if was_expected or self.sees_reasons else self.allowed

    def is_hidden(self, row: RegisterRow) -> bool:
        """Say whether they may not see what a child's mark says."""
        return not may_see(row.code, self.of(row))


# As one statement in our own words: to have it put together anew cost more than to have it answered, at every save.
# The children are found first (OFFSET 0): to weigh every order of all its tables costs more than reading them.
ROWS: Final = """
SELECT p.id,
    coalesce(nullif(p.surname_in_use, ''), p.surname) || ', ' || coalesce(nullif(p.forename_in_use, ''), p.forename),
    p.dob, EXISTS (SELECT FROM registers_familytie f WHERE f.pupil_id = p.id AND f.user_id = %(user)s),
    (SELECT min(a.id) FROM registers_absencereport a WHERE a.pupil_id = p.id AND a.outcome = ''
        AND a.from_date <= %(on)s AND a.until_date > %(on)s AND a.halves IN (%(half)s, 'both')),
    m.id, m.code, m.changes, m.nature, m.comment, m.arrived_at, m.minutes_late, m.source,
    coalesce(last.source, m.source), coalesce(last.received_at, m.received_at), e.id, e.code, e.nature,
    EXISTS (SELECT FROM registers_expectedconfirmation c WHERE c.expected_id = e.id AND c.session_id = %(session)s),
    e.granted_by_id, e.granted_by_name, e.granted_by_role, door.at, door.due_back_at
FROM (SELECT * FROM registers_pupil child
    WHERE (child.died_on IS NULL OR child.died_on > %(on)s)
        AND child.id IN (SELECT pupil_id FROM registers_groupmember
            WHERE group_id = %(group)s AND from_date <= %(on)s AND (until_date IS NULL OR until_date > %(on)s))
        AND EXISTS (SELECT FROM registers_rollperiod r
            WHERE r.pupil_id = child.id AND r.from_date <= %(on)s AND (r.until_date IS NULL OR r.until_date > %(on)s))
    OFFSET 0) p
LEFT JOIN registers_mark m ON m.pupil_id = p.id AND m.session_id = %(session)s
LEFT JOIN registers_markamendment last ON last.mark_id = m.id AND last.number = m.changes
LEFT JOIN registers_expectedmark e ON e.pupil_id = p.id AND e.ended_at IS NULL AND e.from_date <= %(on)s
    AND e.until_date > %(on)s AND e.halves IN (%(half)s, 'both')
LEFT JOIN LATERAL (
    SELECT v.kind, v.at, v.due_back_at FROM registers_movement v
    WHERE v.pupil_id = p.id AND v.kind IN ('out', 'in') AND v.at >= %(begins)s AND v.at <= %(closes)s AND NOT v.struck
        AND NOT EXISTS (SELECT FROM registers_movement l WHERE l.entry = v.entry AND l.id > v.id)
    ORDER BY v.at DESC, v.id DESC LIMIT 1
) door ON door.kind = 'out'
"""
MARK_FROM: Final = 5  # the first column of the mark, and that of what is expected
DUE_FROM: Final = 15
OUT_FROM: Final = 22  # and the first of who is signed out


def register_rows(register: Register, *, by: Member) -> list[RegisterRow]:
    """Return the children of a register's group who are on roll that day, by name. One query."""
    session = register.session
    begins = dt.datetime.combine(session.date, dt.time.min, tzinfo=LONDON)
    asked: dict[str, Any] = {"user": by.user_id, "session": session.pk, "on": session.date, "half": session.half,
        "group": register.group_id, "begins": begins, "closes": register.closes_at}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ROWS, asked)
        rows = [_row(values) for values in cursor.fetchall()]
    return sorted(rows, key=lambda row: (row.list_name.casefold(), row.pupil_id))


def _row(values: Sequence[Any]) -> RegisterRow:
    mark, due, out = values[MARK_FROM:DUE_FROM], values[DUE_FROM:OUT_FROM], values[OUT_FROM:]
    stored = StoredMark(*mark) if mark[0] else None
    expected = Expected(*due) if due[0] else None
    signed_out = SignedOut(*out) if out[0] else None
    pupil_id, list_name, dob, is_own_family, reported = values[:MARK_FROM]
    return RegisterRow(pupil_id, list_name, dob, stored, expected, is_own_family, reported, signed_out)


def undecided_on(on: dt.date, half: str) -> QuerySet[AbsenceReport]:
    """Return parents' reports of a session that nobody has decided."""
    both = ExpectedMark.Halves.BOTH
    return AbsenceReport.objects.filter(outcome="", from_date__lte=on, until_date__gt=on, halves__in=(half, both))


def blanks(rows: Iterable[RegisterRow]) -> list[RegisterRow]:
    """Return the children still to be marked: those with neither a mark nor anything expected of them.

    An expected activity nobody has confirmed is not among them: it stays missing, for the call list.
    """
    return [row for row in rows if not row.code and row.awaits is None]


def last_sessions(session: Session) -> list[Session]:
    """Return the sessions held just before one, earliest first. One query."""
    earlier = Q(date__lt=session.date)
    if session.half == Session.Half.PM:
        earlier |= Q(date=session.date, half=Session.Half.AM)
    return list(Session.objects.filter(earlier).order_by("-date", "-half")[:SESSIONS_SHOWN])[::-1]


def codes_at(sessions: Sequence[Session], pupil_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """Return codes by pupil and session. One query."""
    marks = Mark.objects.filter(session__in=[session.pk for session in sessions], pupil__in=pupil_ids)
    return {(pupil, session): code for pupil, session, code in marks.values_list("pupil", "session", "code")}


@dataclass(frozen=True)
class LastChange:
    """Who said last what a mark says, when it was received, and whether at the office or in a classroom."""

    name: str
    at: dt.datetime
    user_id: int
    source: str

    def whose(self, by: Member) -> str:
        """Return who changed it, as told to someone who worked on the same register meanwhile."""
        if self.user_id == by.user_id:
            return "you on another page"
        return "the office" if self.source == Source.OFFICE else self.name


def last_changes(mark_ids: Collection[int]) -> dict[int, LastChange]:
    """Return who said last what each of these marks says. Two queries."""
    marks = Mark.objects.filter(pk__in=mark_ids)
    found = {pk: LastChange(*said) for pk, *said in marks.values_list("pk", *SAID_FIRST)}
    amendments = MarkAmendment.objects.filter(mark__in=mark_ids).order_by("number")
    return found | {pk: LastChange(*said) for pk, *said in amendments.values_list("mark", *SAID_SINCE)}


def last_everyone_else(register: Register) -> AuditEvent | None:
    """Return the act of marking everyone else present that may still be undone. One query."""
    kinds = [Event.EVERYONE_ELSE_PRESENT, Event.EVERYONE_ELSE_UNDONE]
    events = AuditEvent.objects.filter(subject_type="registers.register", subject_id=register.pk, kind__in=kinds)
    last = events.order_by("-pk").first()
    return last if last and last.kind == Event.EVERYONE_ELSE_PRESENT else None


def acted_on(act: AuditEvent | None) -> set[tuple[int, int]]:
    """Return the marks of an act of marking everyone else present, each with its changes up to then. No query."""
    return {(pk, changes) for pk, changes in act.detail["marks"]} if act else set()


def registers_to_close(*, at: dt.datetime, since: dt.date) -> QuerySet[Register]:
    """Return the registers past their closing time, neither finished nor closed. One query."""
    closed = AuditEvent.objects.filter(
        subject_type="registers.register", subject_id=OuterRef("pk"), kind=Event.REGISTER_CLOSED
    )
    due = Register.objects.filter(closes_at__lt=at, finished_at__isnull=True, session__date__gte=since)
    return due.filter(~Exists(closed)).select_related("session").order_by("closes_at", "pk")


def groups_awaited(session: Session) -> QuerySet[Group]:
    """Return the groups whose register nobody opened, though a child's absence is expected. One query."""
    expected = ExpectedMark.objects.filter(
        pupil=OuterRef("pupil"),
        ended_at__isnull=True,
        from_date__lte=session.date,
        until_date__gt=session.date,
        halves__in=(session.half, ExpectedMark.Halves.BOTH),
    )
    places = GroupMember.objects.filter(
        in_force_on(session.date), Exists(expected), group=OuterRef("pk"), kind=Group.Kind.REGISTRATION
    )
    return Group.objects.filter(Exists(places)).exclude(registers__session=session)


def registers_owed(on: dt.date) -> tuple[int, int]:
    """Return how many registration groups have children on roll on a day, and how many children. One query."""
    on_roll = RollPeriod.objects.filter(in_force_on(on), pupil=OuterRef("pupil"))
    places = GroupMember.objects.filter(in_force_on(on), Exists(on_roll), kind=Group.Kind.REGISTRATION)
    pairs = set(places.values_list("group", "pupil"))
    return len({group for group, _ in pairs}), len({pupil for _, pupil in pairs})
