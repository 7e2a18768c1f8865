"""Whatever people do to a register, in any order: one mark a session, an unbroken chain of changes, and the totals that
a plain reckoning comes to."""

import datetime as dt
import hashlib
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance_mat.accounts.member import Member
from registers.actions.amending import amend_mark
from registers.actions.entering import Entry
from registers.actions.saving import save_marks
from registers.actions.taking import mark_everyone_else_present, undo_everyone_else_present
from registers.models import Mark, MarkAmendment, Register
from registers.queries.measures import pupil_measures
from tests.conftest import LONDON, MONDAY_MORNING
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

TODAY = MONDAY_MORNING.date()
CHILDREN = 3
CODES = ("/", "N", "")
SEES = ("now", "earlier", "blank")  # what the page showed that someone saves from
NO_MARK = None

ENTRIES = st.lists(
    st.tuples(st.integers(0, CHILDREN - 1), st.sampled_from(CODES), st.sampled_from(SEES)),
    min_size=1,
    max_size=CHILDREN,
    unique_by=lambda entry: entry[0],
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.booleans(), ENTRIES),
        st.tuples(st.just("again"), st.integers(0, 5)),
        st.tuples(st.just("amend"), st.integers(0, CHILDREN - 1), st.sampled_from(("/", "N")), st.booleans()),
        st.tuples(st.just("everyone else")),
        st.tuples(st.just("undo")),
        st.tuples(st.just("half an hour passes")),
    ),
    min_size=3,
    max_size=16,
)


@dataclass
class Morning:
    """One register, what people do to it, and beside it what each child's mark should then say, and how often it was
    changed."""

    register: Register
    children: list[int]
    tess: Member
    alma: Member
    set_clock: Callable[[dt.datetime], None]
    at: dt.datetime = MONDAY_MORNING
    said: dict[int, tuple[str | None, int]] = field(default_factory=dict)
    sent: list[tuple[Any, ...]] = field(default_factory=list)
    act: list[tuple[int, int]] | None = None  # the last "everyone else", of which child and which change

    @property
    def is_open(self) -> bool:
        return self.at <= self.register.closes_at

    def code(self, child: int) -> str | None:
        return self.said.get(child, (NO_MARK, 0))[0]

    def base(self, child: int) -> int:
        return 1 + self.said[child][1] if child in self.said else 0

    def becomes(self, child: int, code: str) -> None:
        self.said[child] = (code, self.said[child][1] + 1 if child in self.said else 0)

    def do(self, step: tuple[Any, ...]) -> None:
        """Do one step of a random sequence."""
        what, *details = step
        self.set_clock(self.at)
        {
            "save": self.save,
            "again": self.again,
            "amend": self.amend,
            "everyone else": self.everyone_else,
            "undo": self.undo,
            "half an hour passes": self.half_an_hour_passes,
        }[what](*details)

    def save(self, by_office: bool, drawn: list[tuple[int, str, str]]) -> None:
        entries, expected = [], []
        for number, code, sees in drawn:
            child = self.children[number]
            base = {"now": self.base(child), "earlier": max(0, self.base(child) - 1), "blank": 0}[sees]
            entries.append(Entry(child, code, base=base, made_at=self.at, reason="Seen in the corridor"))
            expected.append(self.outcome(child, code, base))
        by = self.alma if by_office else self.tess
        sent = (entries, uuid.uuid4(), hashlib.sha256(repr(entries).encode()).hexdigest(), by)
        reply = self.send(sent)
        assert [row["outcome"] for row in reply["rows"]] == expected
        for entry, outcome in zip(entries, expected, strict=True):
            if outcome == "saved":
                self.becomes(entry.pupil_id, entry.code)
        self.sent.append((sent, reply))

    def outcome(self, child: int, code: str, base: int) -> str:
        """Return what becomes of an entry, reckoned from what the mark says and what the page showed."""
        if code == (self.code(child) or ""):
            return "same"
        if base != self.base(child):
            return "clash"
        return "refused" if not code and not self.is_open else "saved"

    def send(self, sent: tuple[Any, ...]) -> dict[str, Any]:
        entries, key, digest, by = sent
        return save_marks(self.register, entries, key=key, digest=digest, by=by, at=self.at)

    def again(self, which: int) -> None:
        if which < len(self.sent):
            sent, reply = self.sent[which]
            assert self.send(sent) == reply

    def amend(self, number: int, code: str, is_stale: bool) -> None:
        child = self.children[number]
        mark = Mark.objects.filter(pupil=child).first()
        if mark is None:
            return
        is_stale = is_stale and mark.changes > 0
        mark.changes -= int(is_stale)
        refused = is_stale or code == mark.code
        with refusal(expected=refused):
            amend_mark(mark, code=code, reason="The teacher was asked", by=self.alma, at=self.at)
        if not refused:
            self.becomes(child, code)

    def everyone_else(self) -> None:
        marked = [
            child for child in self.children if self.code(child) is NO_MARK or (self.code(child) == "" and self.is_open)
        ]
        assert mark_everyone_else_present(self.register, number=CHILDREN, by=self.tess, at=self.at) == len(marked)
        for child in marked:
            self.becomes(child, "/")
        if marked:
            self.act = [(child, self.said[child][1]) for child in marked]

    def undo(self) -> None:
        refused = self.act is None or not self.is_open
        with refusal(expected=refused):
            undo_everyone_else_present(self.register, by=self.tess, at=self.at)
        if not refused:
            for child, changes in self.act or ():
                if self.said[child][1] == changes:
                    self.becomes(child, "")
            self.act = None

    def half_an_hour_passes(self) -> None:
        self.at += dt.timedelta(minutes=31)


@contextmanager
def refusal(*, expected: bool) -> Iterator[None]:
    """Hold a step to being refused, or not."""
    refused = False
    try:
        yield
    except ValidationError:
        refused = True
    assert refused == expected


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_is_lost_doubled_or_overwritten(
    people: People, it_is: Callable[[dt.datetime], None], steps: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        group = make_group()
        children = [make_pupil(group=group).pk for _ in range(CHILDREN)]
        closes_at = dt.datetime.combine(TODAY, dt.time(9, 20), LONDON)
        register = make_register(make_session(TODAY), group, closes_at=closes_at)
        morning = Morning(register, children, people.tess, people.alma, it_is)
        for step in steps:
            morning.do(step)
        check(morning)
        transaction.set_rollback(True)


def check(morning: Morning) -> None:
    """Hold what is stored against what was reckoned beside it."""
    # One mark a child and session, and it says what it should
    marks = {mark.pupil_id: mark for mark in Mark.objects.filter(register=morning.register)}
    assert Mark.objects.filter(register=morning.register).count() == len(marks)
    assert {child: (mark.code, mark.changes) for child, mark in marks.items()} == morning.said
    for mark in marks.values():
        # Its changes are numbered without a gap, each takes up where the one before left off, and the last one stands
        changes = list(MarkAmendment.objects.filter(mark=mark).order_by("number"))
        assert [change.number for change in changes] == list(range(1, mark.changes + 1))
        for earlier, later in itertools.pairwise(changes):
            assert later.original_code == earlier.amended_code
        assert not changes or changes[-1].amended_code == mark.code
        assert all(change.reason.strip() for change in changes if change.kind == MarkAmendment.Kind.AMENDMENT)
    # And the totals are those of the codes that stand
    figures = pupil_measures(from_date=TODAY, to_date=TODAY, pupil_ids=morning.children).values()
    codes = Counter(code for code, _ in morning.said.values())
    assert (sum(row.present for row in figures), sum(row.unauthorised for row in figures)) == (codes["/"], codes["N"])
