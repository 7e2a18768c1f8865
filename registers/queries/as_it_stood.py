"""Registers as they stood at a past moment: each mark with its later changes undone, and the changes known by then.

A moment is told by when entries were received, whatever they claim (decision 3). Groups and the roll are read as they
are now recorded for the day of the session.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from attendance_mat.accounts.models import in_force_on
from registers.models import GroupMember, Mark, MarkAmendment, Pupil, Register, RollPeriod, Session
from registers.rules.calendar import Half

# What a mark said is what its first change received after the moment found there; that change's number says how many
# came before it.
_STOOD: Final = """
    SELECT mark.id, mark.pupil_id, mark.register_id, session.date, session.half,
        CASE WHEN later.number IS NULL THEN mark.code ELSE later.original_code END,
        CASE WHEN later.number IS NULL THEN mark.nature ELSE later.original_nature END,
        CASE WHEN later.number IS NULL THEN mark.comment ELSE later.original_comment END,
        CASE WHEN later.number IS NULL THEN mark.arrived_at ELSE later.original_arrived_at END,
        CASE WHEN later.number IS NULL THEN mark.minutes_late ELSE later.original_minutes_late END,
        COALESCE(later.number - 1, mark.changes),
        mark.source, mark.made_by_name, mark.made_by_role, mark.made_at, mark.received_at
    FROM registers_mark AS mark
    JOIN registers_session AS session ON session.id = mark.session_id
    LEFT JOIN LATERAL (
        SELECT * FROM registers_markamendment AS change
        WHERE mark.changes > 0 AND change.mark_id = mark.id AND change.received_at > %(as_at)s
        ORDER BY change.number LIMIT 1
    ) AS later ON true
    WHERE mark.received_at <= %(as_at)s AND session.date BETWEEN %(from_date)s AND %(to_date)s
        AND (%(half)s::text IS NULL OR session.half = %(half)s)
        AND (%(pupil_ids)s::bigint[] IS NULL OR mark.pupil_id = ANY(%(pupil_ids)s::bigint[]))
        AND (%(register_id)s::bigint IS NULL OR mark.register_id = %(register_id)s)
    ORDER BY session.date, session.half, mark.pupil_id
"""


@dataclass(frozen=True, slots=True)
class StoodMark:
    """A mark as it stood: `code` is what it then said, `changes` how often it had been changed by then."""

    id: int
    pupil_id: int
    register_id: int
    date: dt.date
    half: Half
    code: str
    nature: str
    comment: str
    arrived_at: dt.datetime | None
    minutes_late: int | None
    changes: int
    source: str
    made_by_name: str
    made_by_role: str
    made_at: dt.datetime
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StoodRow:
    """One child of a register: the mark as it stood, and each change known by then, first to last."""

    pupil: Pupil
    mark: StoodMark | None
    changes: tuple[MarkAmendment, ...]


@dataclass(frozen=True, slots=True)
class StoodRegister:
    """A register as it stood. `register` is nothing where it had not been opened by then."""

    session: Session
    register: Register | None
    rows: tuple[StoodRow, ...]
    as_at: dt.datetime

    @property
    def is_finished(self) -> bool:
        """Say whether it had been finished by then."""
        return bool(self.register and self.register.finished_at and self.register.finished_at <= self.as_at)

    @property
    def is_taken(self) -> bool:
        """Say whether someone had begun to take it by then."""
        return bool(self.register and self.register.taken_at and self.register.taken_at <= self.as_at)


def marks_at(
    *,
    as_at: dt.datetime,
    from_date: dt.date,
    to_date: dt.date,
    half: str | None = None,
    pupil_ids: Collection[int] | None = None,
    register_id: int | None = None,
) -> list[StoodMark]:
    """Return the marks of a period, both dates inclusive, as they stood at a moment, in order. One query.

    A mark that was cleared then is there with an empty code. `pupil_ids` None asks for everyone's.
    """
    parameters = {
        "as_at": as_at,
        "from_date": from_date,
        "to_date": to_date,
        "half": half,
        "pupil_ids": None if pupil_ids is None else list(pupil_ids),
        "register_id": register_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STOOD, parameters)
        return [_mark(*row) for row in cursor.fetchall()]


def _mark(pk: int, pupil: int, register: int, date: dt.date, half: str, *rest: Any) -> StoodMark:
    return StoodMark(pk, pupil, register, date, Half(half), *rest)


def changes_at(mark_ids: Collection[int], *, as_at: dt.datetime) -> dict[int, tuple[MarkAmendment, ...]]:
    """Return each mark's changes received by a moment, first to last. One query; none for no marks."""
    if not mark_ids:
        return {}
    found: dict[int, list[MarkAmendment]] = defaultdict(list)
    for change in MarkAmendment.objects.filter(mark__in=mark_ids, received_at__lte=as_at).order_by("mark", "number"):
        found[change.mark_id].append(change)
    return {mark_id: tuple(chain) for mark_id, chain in found.items()}


def children_of(group_id: int, *, first: dt.date, last: dt.date) -> list[Pupil]:
    """Return the children who were in a group and on roll on any day of a period, by name. One query."""
    over = Q(from_date__lte=last) & (Q(until_date__isnull=True) | Q(until_date__gt=first))
    places = GroupMember.objects.filter(over, group=group_id, pupil=OuterRef("pk"))
    on_roll = RollPeriod.objects.filter(over, pupil=OuterRef("pk"))
    pupils = Pupil.objects.filter(Exists(places), Exists(on_roll))
    return sorted(pupils, key=lambda pupil: (pupil.list_name.casefold(), pupil.pk))


def register_at(date: dt.date, half: str, *, group_id: int, as_at: dt.datetime) -> StoodRegister | None:
    """Return a group's register of a session as it stood, or nothing where the school held none. Five queries.

    It lists the children whose register it is that day, and anyone else who had a mark in it.
    """
    session = Session.objects.filter(date=date, half=half).first()
    if session is None:
        return None
    held = Register.objects.filter(session=session, group=group_id, opened_at__lte=as_at)
    register = held.select_related("taken_by", "finished_by").first()
    here = {pupil.pk: pupil for pupil in _children_on(group_id, date, in_register=register)}
    stood = marks_at(as_at=as_at, from_date=date, to_date=date, half=half, pupil_ids=here)
    marks = {mark.pupil_id: mark for mark in stood}
    changes = changes_at([mark.id for mark in stood if mark.changes], as_at=as_at)
    ordered = sorted(here.values(), key=lambda pupil: (pupil.list_name.casefold(), pupil.pk))
    rows = (_row(pupil, marks.get(pupil.pk), changes) for pupil in ordered)
    return StoodRegister(session, register, tuple(rows), as_at)


def _children_on(group_id: int, date: dt.date, *, in_register: Register | None) -> list[Pupil]:
    places = GroupMember.objects.filter(in_force_on(date), group=group_id, pupil=OuterRef("pk"))
    on_roll = RollPeriod.objects.filter(in_force_on(date), pupil=OuterRef("pk"))
    listed = Q(Exists(places)) & Q(Exists(on_roll))
    if in_register:
        listed |= Q(Exists(Mark.objects.filter(register=in_register, pupil=OuterRef("pk"))))
    return list(Pupil.objects.filter(listed))


def _row(pupil: Pupil, mark: StoodMark | None, changes: dict[int, tuple[MarkAmendment, ...]]) -> StoodRow:
    return StoodRow(pupil, mark, changes.get(mark.id, ()) if mark else ())
