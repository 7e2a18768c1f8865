"""Reads whether the registers are still what was sealed, one session's rows in hand at a time."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from typing import Final, NamedTuple

from django.db import transaction

from attendance_mat.trust.models import School
from registers.queries import seal as queries
from registers.queries.seal import Meeting
from registers.rules import seal as rules
from registers.rules.seal import Batch, Fault, Kind, Link, Row, Sealed

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)


@dataclass(kw_only=True)
class Verified:
    """What a verification found: nothing wrong if `faults` is empty."""

    faults: list[Fault] = field(default_factory=list)
    seals: int = 0
    until: dt.datetime | None = None  # when the last seal was made
    sealed: Counter[Kind] = field(default_factory=Counter)
    waiting: Counter[Kind] = field(default_factory=Counter)  # received since the last seal
    disposed: Counter[Kind] = field(default_factory=Counter)


class _Session(NamedTuple):
    meeting: Meeting
    rows: Sequence[Row]
    batches: Sequence[Batch]


@transaction.atomic
def verify(school: School, *, key: bytes) -> Verified:
    """Return every row and seal of the school that is not as it was sealed. Twenty-seven queries, whatever its size.

    Rows received while it reads wait for the next seal like any others. Under another key than that of the seals
    nothing can be told of the rows, so only that is said.
    """
    links, copies = queries.seals(school.pk)
    found = Verified(seals=len(links))
    if links:
        found.until = links[max(links)].heading.sealed_at
    marks = {link.key_mark for link in links.values()}
    if marks and rules.mark_of_key(key) not in marks:
        found.faults = rules.faults_of_chain(links, copies, {}, key=key)
        return found
    contents: dict[int, list[bytes]] = defaultdict(list)
    for kind in sorted(Kind):
        _verify_kind(kind, found, links, contents, key=key)
    chain = rules.faults_of_chain(links, copies, contents, key=key)
    found.faults = _once_each([*chain, *found.faults, *queries.broken_amendments()])
    return found


def _verify_kind(
    kind: Kind, found: Verified, links: Mapping[int, Link], contents: dict[int, list[bytes]], *, key: bytes
) -> None:
    sealed, disposed = _sealed(kind, links), _disposed(kind, found, key)
    with queries.all_rows(kind) as rows:
        for session in _together(rows, queries.sealed_batches(kind, up_to=max(links, default=0))):
            for batch in session.batches:
                contents[batch.seal].append(batch.content())
            compared = rules.compare(
                kind, session.rows, session.batches, key=key, session=session.meeting.named(kind), sealed=sealed,
                disposed=disposed,
            )  # fmt: skip
            found.faults += compared.faults
            found.sealed[kind] += compared.sealed
            found.waiting[kind] += compared.waiting
            found.disposed[kind] += compared.disposed


def _together(
    rows: Iterator[tuple[Meeting, list[Row]]], batches: Iterator[tuple[int, list[Batch]]]
) -> Iterator[_Session]:
    """Return each session that has rows, batches or both, with both; both come in the sessions' order."""
    either = merge(
        ((meeting.session, _Session(meeting, own, ())) for meeting, own in rows),
        ((number, _Session(_meeting(own), (), own)) for number, own in batches),
        key=lambda each: each[0],
    )
    for _, group in groupby(either, key=lambda each: each[0]):
        both = [each for _, each in group]  # what was sealed says which session it was
        yield _Session(both[-1].meeting, both[0].rows, both[-1].batches)


def _meeting(batches: Sequence[Batch]) -> Meeting:
    return Meeting(batches[0].session, batches[0].date, batches[0].half)


def _sealed(kind: Kind, links: Mapping[int, Link]) -> Sealed:
    """Return how far the seals reach for a kind: only those that cover it."""
    links = {number: link for number, link in links.items() if link.heading.form >= kind.since_form}
    last = links[max(links)].heading if links else None
    reached = {
        Kind.MARK: last.last_mark, Kind.AMENDMENT: last.last_amendment,
        Kind.LESSON_MARK: last.last_lesson_mark, Kind.LESSON_AMENDMENT: last.last_lesson_amendment,
    } if last else {}  # fmt: skip
    until = {number: (link.heading.sealed_at - EPOCH) // MICROSECOND for number, link in links.items()}
    return Sealed(until=until, last_id=reached.get(kind, 0))


def _disposed(kind: Kind, found: Verified, key: bytes) -> set[int]:
    """Return the rows that were lawfully disposed of; a record of it that is not under our key is a fault."""
    gone: set[int] = set()
    for record in queries.disposed_rows(kind):
        digest = rules.disposal_digest(key, kind, record.session_id, record.ids, record.words())
        if digest == record.digest:
            gone.update(record.ids)
        else:
            found.faults.append(Fault(f"disposal {record.pk}", "", "was altered or was not made by the product"))
    return gone


def _once_each(faults: list[Fault]) -> list[Fault]:
    """Return the faults with each row named once, with all that is wrong with it."""
    by_subject: dict[str, Fault] = {}
    for fault in faults:
        before = by_subject.get(fault.subject)
        by_subject[fault.subject] = before._replace(what=f"{before.what}; {fault.what}") if before else fault
    return list(by_subject.values())
