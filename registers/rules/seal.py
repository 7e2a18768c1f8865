"""The seal of the registers: what it covers, how its digests are made, and what shows that a row is not as sealed.

A row's digest is keyed, so that whoever can write to the database but has not the key can neither forge one nor
guess from it what a row said that has since been disposed of. Decision 8.
"""

import datetime as dt
import hashlib
import hmac
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

# Of a row's text and of a seal's heading: a new one when either changes, so that old seals still hold. Since form 2 a
# seal covers the lessons' registers too.
FORM: Final = 2
DIGEST_BYTES: Final = 16  # kept of each row's HMAC-SHA256
LONDON: Final = ZoneInfo("Europe/London")
AFTER_THE_CHECK: Final = dt.timedelta(minutes=30)
FEWEST_CHARACTERS: Final = 32  # of a key


class Kind(StrEnum):
    """What is sealed."""

    MARK = "mark"  # as it was first received: what it says now follows from its amendments
    AMENDMENT = "amendment"
    REGISTER = "register"  # whose, of which session, and when it opened and closed
    FINISH = "finish"  # who finished a register, and when
    LESSON_MARK = "lesson mark"  # as it was first received, too
    LESSON_AMENDMENT = "lesson amendment"
    LESSON_REGISTER = "lesson register"  # of which lesson and day, and from when to when
    LESSON_FINISH = "lesson finish"

    @property
    def is_of_lessons(self) -> bool:
        """Say whether it is sealed by day, not by session."""
        return self in OF_LESSONS

    @property
    def since_form(self) -> int:
        """Return the first form of a seal that covers it."""
        return 2 if self.is_of_lessons else 1


OF_LESSONS: Final = (Kind.LESSON_MARK, Kind.LESSON_AMENDMENT, Kind.LESSON_REGISTER, Kind.LESSON_FINISH)
FIRST_DAY: Final = dt.date(2000, 1, 1)  # from which days are numbered


def day_number(date: dt.date) -> int:
    """Return the number under which the lessons of a day are sealed, as others are under their session's."""
    return (date - FIRST_DAY).days


def kinds_in(form: int) -> list[Kind]:
    """Return what a seal of a form covers, in the order in which its digest takes it."""
    return sorted(kind for kind in Kind if kind.since_form <= form)


class Heading(NamedTuple):
    """What a seal says of itself; its digest covers this and every row's."""

    number: int
    previous: str  # the digest of the seal before
    sealed_at: dt.datetime
    last_mark: int
    last_amendment: int
    form: int
    last_lesson_mark: int = 0  # what follows is since form 2
    last_lesson_amendment: int = 0

    def words(self) -> str:
        """Return the heading as one text, whatever zone its moment is told in."""
        told = self._replace(sealed_at=self.sealed_at.astimezone(dt.UTC))
        return "|".join(str(part) for part in (told if self.form >= Kind.LESSON_MARK.since_form else told[:6]))


class Batch(NamedTuple):
    """The rows of one kind and session that one seal covers: their keys, and their digests in the same order.

    Of lessons, the rows of one day.
    """

    seal: int
    kind: str
    session: int
    date: dt.date
    half: str
    ids: Sequence[int]
    digests: bytes

    def content(self) -> bytes:
        """Return a digest of all of it, for the seal."""
        heading = f"{self.kind}|{self.session}|{self.date}|{self.half}|{len(self.ids)}|".encode()
        return hashlib.sha256(heading + struct.pack(f">{len(self.ids)}q", *self.ids) + self.digests).digest()

    def each(self) -> Iterator[tuple[int, bytes]]:
        """Return each row's key and digest."""
        for place, row in enumerate(self.ids):
            yield row, self.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]


class Row(NamedTuple):
    """A row as it stands: its text, and when it was received, in microseconds since 1970 (None: not stamped)."""

    id: int
    about: str  # which pupil or mark, by number
    received: int | None
    text: str


class Fault(NamedTuple):
    """Something that is not as it was sealed."""

    subject: str  # mark 17, seal 3
    where: str  # its session and pupil by number
    what: str

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        return f"{self.subject}{where} {self.what}."


def row_digest(key: bytes, kind: str, text: str) -> bytes:
    """Return a row's digest."""
    return hmac.digest(key, f"{kind}|{text}".encode(), "sha256")[:DIGEST_BYTES]


def seal_digest(key: bytes, heading: Heading, batches: Iterable[bytes]) -> str:
    """Return a seal's digest, in hexadecimal: of its heading and of its batches' contents by kind and session."""
    return hmac.new(key, heading.words().encode() + b"|" + b"".join(batches), "sha256").hexdigest()


def disposal_digest(key: bytes, kind: str, session: int, ids: Iterable[int], words: str) -> str:
    """Return the digest of the record that rows were lawfully disposed of, in hexadecimal."""
    listed = ",".join(map(str, ids))
    return hmac.new(key, f"disposal|{kind}|{session}|{listed}|{words}".encode(), "sha256").hexdigest()


def mark_of_key(key: bytes) -> str:
    """Return what tells one key from another and gives nothing of it away."""
    return hmac.digest(key, b"which key", "sha256").hex()[:16]


def wrong_key(key: str, *, secret_key: str) -> str:
    """Return why a key will not do, or nothing."""
    if not key:
        return "REGISTER_SEAL_KEY is not set: the registers cannot be sealed or verified."
    if len(key) < FEWEST_CHARACTERS:
        return f"REGISTER_SEAL_KEY is shorter than {FEWEST_CHARACTERS} characters."
    if key == secret_key:
        return "REGISTER_SEAL_KEY is SECRET_KEY: it must be a key of its own."
    return ""


def seal_was_due(now: dt.datetime, *, check_at: dt.time) -> dt.datetime:
    """Return the last moment, in UTC, at which a seal fell due: half an hour after the night's check, London's time."""
    here = now.astimezone(LONDON)
    tonight = _due_on(here.date(), check_at)
    return tonight if tonight <= now.astimezone(dt.UTC) else _due_on(here.date() - dt.timedelta(days=1), check_at)


def _due_on(date: dt.date, check_at: dt.time) -> dt.datetime:
    # Through UTC: between two moments of one zone Python counts by the wall clock.
    return dt.datetime.combine(date, check_at, LONDON).astimezone(dt.UTC) + AFTER_THE_CHECK


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What the seals in hand say: to which row and moment they reach."""

    until: Mapping[int, int]  # by the seal's number, microseconds
    last_id: int  # of the kind that is looked at; 0 where keys do not decide

    def between(self, received: int, seal: int) -> bool:
        """Say whether a row could have been received after the seal before and up to this one."""
        return self.until.get(seal - 1, received - 1) < received <= self.until.get(seal, received)

    def is_behind(self, row: Row) -> bool:
        """Say whether a row in no seal should have been in one."""
        last = max(self.until.values(), default=None)
        return last is not None and row.received is not None and (row.id <= self.last_id or row.received <= last)


@dataclass(kw_only=True)
class Compared:
    """The rows of a session against its batches."""

    faults: list[Fault] = field(default_factory=list)
    sealed: int = 0
    waiting: int = 0  # received since the last seal
    disposed: int = 0


def compare(
    kind: Kind,
    rows: Iterable[Row],
    batches: Sequence[Batch],
    *,
    key: bytes,
    session: str,
    sealed: Sealed,
    disposed: Collection[int] = (),
) -> Compared:
    """Return which of a session's rows are not as they were sealed, and counts of the others."""
    found = Compared()
    known = {row: (digest, batch.seal) for batch in batches for row, digest in batch.each()}
    for row in rows:
        digest, seal = known.pop(row.id, (None, 0))
        what = _wrong(kind, row, digest, seal, key=key, sealed=sealed)
        if what:
            found.faults.append(Fault(_named(kind, row.id), f"{session}, {row.about}", what))
        elif digest is None:
            found.waiting += 1
        else:
            found.sealed += 1
    for gone, (_, seal) in known.items():
        if gone in disposed:
            found.disposed += 1
        else:
            found.faults.append(Fault(_named(kind, gone), session, f"was removed after seal {seal}"))
    return found


def _wrong(kind: Kind, row: Row, digest: bytes | None, seal: int, *, key: bytes, sealed: Sealed) -> str:
    if digest is None:
        return "was inserted behind the seal" if sealed.is_behind(row) else ""
    if not hmac.compare_digest(digest, row_digest(key, kind, row.text)):
        return f"was altered after seal {seal}"
    if row.received is not None and not sealed.between(row.received, seal):
        return f"was inserted behind the seal before seal {seal}"
    return ""


def _named(kind: Kind, row: int) -> str:
    if kind in {Kind.FINISH, Kind.LESSON_FINISH}:
        return f"{kind.removesuffix('finish')}register {row}, its finish,"
    return f"{kind} {row}"


class Link(NamedTuple):
    """One seal, as the school has it and as the trust's copy has it."""

    heading: Heading
    digest: str
    key_mark: str
    copy: str  # the digest with the trust; empty without a copy


def faults_of_chain(
    links: Mapping[int, Link], copies: Collection[int], contents: Mapping[int, Sequence[bytes]], *, key: bytes
) -> list[Fault]:
    """Return what is wrong with the seals themselves: their chain, their digests and the trust's copies.

    `links` holds the school's seals by number, `copies` the numbers of which the trust has a copy, and `contents` each
    seal's batches as their content digests.
    """
    faults = []
    for number in range(1, max([*links, *copies, *contents], default=0) + 1):
        if number in links:
            before = links.get(number - 1)
            what = _wrong_seal(links[number], before, contents.get(number, ()), key=key)
            faults += [Fault(f"seal {number}", "", each) for each in what]
        else:
            where = "the trust has its copy" if number in copies else "the trust has no copy either"
            faults.append(Fault(f"seal {number}", where, "is missing"))
    return faults


def _wrong_seal(link: Link, before: Link | None, contents: Sequence[bytes], *, key: bytes) -> Iterator[str]:
    if link.key_mark != mark_of_key(key):
        yield "was made with another key than REGISTER_SEAL_KEY"
    elif link.digest != seal_digest(key, link.heading, contents):
        yield "was replaced or altered: its digest is not that of what it seals"
    if not link.copy:
        yield "has no copy with the trust"
    elif link.copy != link.digest:
        yield "differs from the copy with the trust"
    if link.heading.previous != (before.digest if before else ""):
        yield "does not follow from the one before: the chain is broken"


def in_london(moment: dt.datetime) -> str:
    """Return a moment as a reader of a report has it."""
    here = moment.astimezone(LONDON)
    return f"{here.day} {here:%B %Y, %H:%M}"
