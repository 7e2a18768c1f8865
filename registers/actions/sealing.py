"""Seals the registers: a keyed digest of everything received since the last seal, and a copy with the trust."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db import OperationalError, connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.published.models import SealCopy
from attendance_mat.trust.models import School
from registers.models import DisposedRows, Seal, SealedRows
from registers.queries import seal as queries
from registers.queries.seal import Bounds, Meeting
from registers.rules import seal as rules
from registers.rules.seal import Batch, Heading, Kind, Row

LOCKS: Final = 7_240_004  # the advisory locks of the sealers, one a school
AT_ONCE: Final = 100  # sessions written in one statement


class RegistersBusyError(Exception):
    """Somebody was saving a register just then; a moment later it will do."""


@dataclass(frozen=True)
class Sealing:
    """A seal just made, and how many rows of each kind it covers."""

    seal: Seal
    rows: Counter[Kind]


def seal_registers(school: School, *, key: bytes, unless_since: dt.datetime | None = None) -> Sealing | None:
    """Seal what the school has received since its last seal; None if that is no older than `unless_since`.

    How far to seal is read under a lock that is held for an instant; the reading itself holds nobody up. Of two
    sealers at once the second seals what the first left. Raises RegistersBusyError when the lock was not to be had.
    """
    bounds = _bounds()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, school.pk])
        last = queries.last_seal()
        if last and (last.sealed_at >= bounds.until or (unless_since and last.sealed_at >= unless_since)):
            return None
        return _seal(school, last, bounds, key=key)


def _bounds() -> Bounds:
    try:
        with transaction.atomic():
            return queries.hold_still()
    except OperationalError as error:
        raise RegistersBusyError from error


def _seal(school: School, last: Seal | None, bounds: Bounds, *, key: bytes) -> Sealing:
    heading = Heading(
        number=1 + queries.highest_number(school.pk),
        previous=last.digest if last else "",
        sealed_at=bounds.until,
        last_mark=bounds.last_mark,
        last_amendment=bounds.last_amendment,
        form=rules.FORM,
        last_lesson_mark=bounds.last_lesson_mark,
        last_lesson_amendment=bounds.last_lesson_amendment,
    )
    reach = {
        Kind.MARK: (last.last_mark if last else 0, bounds.last_mark),
        Kind.AMENDMENT: (last.last_amendment if last else 0, bounds.last_amendment),
        Kind.LESSON_MARK: (last.last_lesson_mark if last else 0, bounds.last_lesson_mark),
        Kind.LESSON_AMENDMENT: (last.last_lesson_amendment if last else 0, bounds.last_lesson_amendment),
    }
    counts: Counter[Kind] = Counter()
    contents: list[bytes] = []
    for kind in rules.kinds_in(heading.form):
        after, to = reach.get(kind, (0, 0))
        with queries.rows_to_seal(kind, after=after, last=to) as rows:
            _write(_batches(heading.number, kind, rows, key), counts, contents)
    digest = rules.seal_digest(key, heading, contents)
    seal = Seal.objects.create(**heading._asdict(), digest=digest, key_mark=rules.mark_of_key(key))
    SealCopy.objects.create(school=school, number=seal.number, sealed_at=seal.sealed_at, digest=digest)
    return Sealing(seal, counts)


def _batches(number: int, kind: Kind, rows: Iterable[tuple[Meeting, list[Row]]], key: bytes) -> Iterator[Batch]:
    for meeting, own in rows:
        ids, digests = [], bytearray()
        for row in own:
            ids.append(row.id)
            digests += rules.row_digest(key, kind, row.text)
        yield Batch(number, kind, meeting.session, meeting.date, meeting.half, ids, bytes(digests))


def _write(batches: Iterator[Batch], counts: Counter[Kind], contents: list[bytes]) -> None:
    """Store batches as they come, count their rows, and keep the digests of their contents for the seal."""
    while some := list(islice(batches, AT_ONCE)):
        SealedRows.objects.bulk_create(
            SealedRows(
                seal_id=batch.seal, kind=batch.kind, session_id=batch.session, date=batch.date, half=batch.half,
                ids=batch.ids, digests=batch.digests,
            )
            for batch in some
        )  # fmt: skip
        contents += [batch.content() for batch in some]
        for batch in some:
            counts[Kind(batch.kind)] += len(batch.ids)


@transaction.atomic
def record_disposal(
    kind: Kind, rows: Mapping[int, Sequence[int]], *, authority: str, by: Member, at: dt.datetime, key: bytes
) -> None:
    """Record that rows, given by session, are lawfully disposed of, so that their absence passes. One query.

    Called by whatever disposes of them, in its transaction.
    """
    records = [
        DisposedRows(
            kind=kind, session_id=session, ids=list(ids), authority=authority, disposed_by=by.user, disposed_at=at
        )
        for session, ids in rows.items()
    ]
    for record in records:
        record.digest = rules.disposal_digest(key, kind, record.session_id, record.ids, record.words())
    DisposedRows.objects.bulk_create(records)
