"""Reads the registers as they are sealed: each row as one text, streamed by session.

A mark's text is that of the mark as it was first received. It never changes, whatever amendments came since, so what a
mark said at its sealing need not be kept.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Max

from attendance_mat.published.models import SealCopy
from registers.models import DisposedRows, Seal, SealedRows
from registers.queries import seal_of_lessons as lessons
from registers.rules.seal import Batch, Fault, Heading, Kind, Link, Row

CHUNK: Final = 5_000


# Each gives session, id, whose, received, text, date and half. ROW(...)::text quotes, so that no two rows read alike,
# and moments stand in it as seconds since 1970, so that no setting of the session changes it.
_MARKS: Final = """
SELECT m.session_id, m.id, 'pupil ' || m.pupil_id, (extract(epoch FROM m.received_at) * 1000000)::bigint,
    CASE WHEN a.id IS NULL THEN
        ROW(m.id, m.pupil_id, m.session_id, m.register_id, m.code, m.nature, m.comment,
            extract(epoch FROM m.arrived_at), m.minutes_late, m.source, m.made_by_id, m.made_by_name, m.made_by_role,
            extract(epoch FROM m.made_at), extract(epoch FROM m.received_at))::text
    ELSE
        ROW(m.id, m.pupil_id, m.session_id, m.register_id, a.original_code, a.original_nature, a.original_comment,
            extract(epoch FROM a.original_arrived_at), a.original_minutes_late, m.source, m.made_by_id, m.made_by_name,
            m.made_by_role, extract(epoch FROM m.made_at), extract(epoch FROM m.received_at))::text
    END,
    coalesce(s.date, 'epoch'), coalesce(s.half, '')
FROM registers_mark m LEFT JOIN registers_session s ON s.id = m.session_id
    LEFT JOIN registers_markamendment a ON a.mark_id = m.id AND a.number = 1
WHERE :which ORDER BY m.session_id, m.id
"""
_AMENDMENTS: Final = """
SELECT coalesce(m.session_id, 0), a.id, 'of mark ' || a.mark_id,
    (extract(epoch FROM a.received_at) * 1000000)::bigint,
    ROW(a.id, a.mark_id, a.number, a.kind, a.original_code, a.original_nature, a.original_comment,
        extract(epoch FROM a.original_arrived_at), a.original_minutes_late, a.amended_code, a.amended_nature,
        a.amended_comment, extract(epoch FROM a.amended_arrived_at), a.amended_minutes_late, a.reason, a.source,
        a.amended_by_id, a.amended_by_name, a.amended_by_role, extract(epoch FROM a.made_at),
        extract(epoch FROM a.received_at))::text,
    coalesce(s.date, 'epoch'), coalesce(s.half, '')
FROM registers_markamendment a LEFT JOIN registers_mark m ON m.id = a.mark_id
    LEFT JOIN registers_session s ON s.id = m.session_id
WHERE :which ORDER BY 1, a.id
"""
_REGISTERS: Final = """
SELECT r.session_id, r.id, 'group ' || r.group_id, NULL::bigint,
    ROW(r.id, r.session_id, s.date - DATE '2000-01-01', s.half, r.group_id, extract(epoch FROM r.opened_at),
        extract(epoch FROM r.closes_at))::text,
    coalesce(s.date, 'epoch'), coalesce(s.half, '')
FROM registers_register r LEFT JOIN registers_session s ON s.id = r.session_id
WHERE :which ORDER BY r.session_id, r.id
"""
_FINISHES: Final = """
SELECT r.session_id, r.id, 'group ' || r.group_id, NULL::bigint,
    ROW(r.id, r.finished_by_id, extract(epoch FROM r.finished_at))::text,
    coalesce(s.date, 'epoch'), coalesce(s.half, '')
FROM registers_register r LEFT JOIN registers_session s ON s.id = r.session_id
WHERE r.finished_at IS NOT NULL AND :which ORDER BY r.session_id, r.id
"""
_ROWS: Final[Mapping[Kind, str]] = {
    Kind.MARK: _MARKS,
    Kind.AMENDMENT: _AMENDMENTS,
    Kind.REGISTER: _REGISTERS,
    Kind.FINISH: _FINISHES,
    **lessons.ROWS,
}
# Marks and amendments are numbered as they are received. A register has no time of receipt, and is finished later.
_NEW: Final[Mapping[Kind, str]] = {
    Kind.MARK: "m.id > %(after)s AND m.id <= %(last)s AND s.id IS NOT NULL",
    Kind.AMENDMENT: "a.id > %(after)s AND a.id <= %(last)s AND s.id IS NOT NULL",
    Kind.REGISTER: "s.id IS NOT NULL AND r.id NOT IN"
    " (SELECT unnest(ids) FROM registers_sealedrows WHERE kind = 'register')",
    Kind.FINISH: "s.id IS NOT NULL AND r.id NOT IN"
    " (SELECT unnest(ids) FROM registers_sealedrows WHERE kind = 'finish')",
    **lessons.NEW,
}


class Meeting(NamedTuple):
    """A session, by number, date and half; `half` is empty where its row is gone, and only for one who verifies.

    Or a day of lessons, by its number and date.
    """

    session: int
    date: dt.date
    half: str

    def named(self, kind: Kind) -> str:
        """Return how a report names it, for rows of a kind."""
        if kind.is_of_lessons:
            return f"lessons of {self.date}" if self.session > 0 else "lessons whose register is gone"
        return f"session {self.date} {self.half}" if self.half else f"session number {self.session}"


class Bounds(NamedTuple):
    """How far a seal reaches."""

    until: dt.datetime
    last_mark: int
    last_amendment: int
    last_lesson_mark: int
    last_lesson_amendment: int


def hold_still() -> Bounds:
    """Return how far everything received can be read now. One query, under a lock until the transaction ends.

    Raises OperationalError when somebody is saving a register at this moment.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT until, last_mark, last_amendment, last_lesson_mark, last_lesson_amendment"
            " FROM hold_registers_still()"
        )
        return Bounds(*cursor.fetchone())


def last_seal() -> Seal | None:
    """Return the latest seal. One query."""
    return Seal.objects.order_by("-number").first()


def highest_number(school_id: int) -> int:
    """Return the highest number of a seal, the trust's copies included: none is given twice. Two queries."""
    copies = SealCopy.objects.filter(school_id=school_id).aggregate(highest=Max("number"))
    return max(Seal.objects.aggregate(highest=Max("number"))["highest"] or 0, copies["highest"] or 0)


def is_sealed_since(moment: dt.datetime) -> bool:
    """Say whether there is a seal of that moment or later. One query."""
    return Seal.objects.filter(sealed_at__gte=moment).exists()


@contextmanager
def rows_to_seal(kind: Kind, *, after: int, last: int) -> Iterator[Iterator[tuple[Meeting, list[Row]]]]:
    """Give the rows not yet sealed, streamed by session. One query."""
    with _streamed(_ROWS[kind].replace(":which", _NEW[kind]), {"after": after, "last": last}) as rows:
        yield rows


@contextmanager
def all_rows(kind: Kind) -> Iterator[Iterator[tuple[Meeting, list[Row]]]]:
    """Give every row of a kind, streamed by session. One query."""
    with _streamed(_ROWS[kind].replace(":which", "true"), {}) as rows:
        yield rows


@contextmanager
def _streamed(sql: str, given: Mapping[str, int]) -> Iterator[Iterator[tuple[Meeting, list[Row]]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, given)
        yield _by_session(_fetched(cursor))


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(CHUNK):
        yield from chunk


def _by_session(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Meeting, list[Row]]]:
    for _, group in groupby(rows, key=itemgetter(0)):
        own = list(group)
        yield Meeting(own[0][0], *own[0][5:7]), [Row(*row[1:5]) for row in own]


def sealed_batches(kind: Kind, *, up_to: int) -> Iterator[tuple[int, list[Batch]]]:
    """Return each session with its batches in the seals up to one number, streamed. One query."""
    rows = SealedRows.objects.filter(kind=kind, seal_id__lte=up_to).order_by("session_id", "seal_id")
    fields = ("seal_id", "kind", "session_id", "date", "half", "ids", "digests")
    batches = (
        Batch(*row)._replace(digests=bytes(row[6])) for row in rows.values_list(*fields).iterator(chunk_size=200)
    )
    for session, group in groupby(batches, key=lambda batch: batch.session):
        yield session, list(group)


_SEALS: Final = """
SELECT s.number, s.previous, s.sealed_at, s.last_mark, s.last_amendment, s.form, s.last_lesson_mark,
    s.last_lesson_amendment, s.digest, s.key_mark,
    coalesce(c.digest, ''), c.number
FROM registers_seal s FULL JOIN (SELECT * FROM published_sealcopy WHERE school_id = %s) c ON c.number = s.number
"""


def seals(school_id: int) -> tuple[dict[int, Link], set[int]]:
    """Return the school's seals by number, with the trust's copies, and the numbers of all the copies. One query."""
    links, copies = {}, set()
    with connection.cursor() as cursor:
        cursor.execute(_SEALS, [school_id])
        for row in cursor.fetchall():
            if row[0] is not None:
                links[row[0]] = Link(Heading(*row[:8]), *row[8:11])
            if row[11] is not None:
                copies.add(row[11])
    return links, copies


# Where a mark is not what its last amendment made it, or an amendment does not begin where the one before it ended.
_CHAIN: Final = """
WITH steps AS (
    SELECT a.mark_id, a.id, a.number,
        row_number() OVER each AS place,
        ROW(a.original_code, a.original_nature, a.original_comment, a.original_arrived_at,
            a.original_minutes_late)::text AS began,
        lag(ROW(a.amended_code, a.amended_nature, a.amended_comment, a.amended_arrived_at,
            a.amended_minutes_late)::text) OVER each AS ended,
        ROW(a.amended_code, a.amended_nature, a.amended_comment, a.amended_arrived_at,
            a.amended_minutes_late)::text AS says,
        count(*) OVER (PARTITION BY a.mark_id) AS changes
    FROM registers_markamendment a WINDOW each AS (PARTITION BY a.mark_id ORDER BY a.number, a.id)
)
SELECT 'amendment ' || steps.id,
    'session ' || s.date || ' ' || s.half || ', mark ' || m.id || ', pupil ' || m.pupil_id,
    CASE WHEN m.id IS NULL THEN 'is of mark ' || steps.mark_id || ', which is not there'
         ELSE 'does not follow from the one before' END
FROM steps LEFT JOIN registers_mark m ON m.id = steps.mark_id LEFT JOIN registers_session s ON s.id = m.session_id
WHERE m.id IS NULL OR steps.number <> steps.place OR steps.began <> steps.ended
UNION ALL
SELECT 'mark ' || m.id, 'session ' || s.date || ' ' || s.half || ', mark ' || m.id || ', pupil ' || m.pupil_id,
    'is not what its amendments make it'
FROM registers_mark m LEFT JOIN steps ON steps.mark_id = m.id AND steps.place = steps.changes
    LEFT JOIN registers_session s ON s.id = m.session_id
WHERE m.changes <> coalesce(steps.changes, 0)
    OR steps.says <> ROW(m.code, m.nature, m.comment, m.arrived_at, m.minutes_late)::text
"""


def broken_amendments() -> list[Fault]:
    """Return each mark and amendment whose chain does not hold together, sealed or not. Two queries."""
    found: list[Fault] = []
    with connection.cursor() as cursor:
        for chain in (_CHAIN, lessons.CHAIN):
            cursor.execute(chain)
            found += [Fault(subject, where or "", what) for subject, where, what in cursor.fetchall()]
    return found


def disposed_rows(kind: Kind) -> list[DisposedRows]:
    """Return the records of what was lawfully disposed of. One query."""
    return list(DisposedRows.objects.filter(kind=kind).order_by("pk"))
