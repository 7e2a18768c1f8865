"""The grounds on which a name comes off the roll, and the tests each asks for, read strictly from their file."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from attendance_mat.policy.building import Builder
from attendance_mat.policy.dated import Source
from attendance_mat.policy.entries import Entry, read
from attendance_mat.policy.faults import PolicyError
from registers.rules.age import is_compulsory_age

T = TypeVar("T")
FILE: Final = Path(__file__).parent.parent / "policy" / "leaving_grounds.yaml"
CONSENT: Final = "placing_authority_consents"  # asked at a special school beside a ground's own tests (R25)


class How(StrEnum):
    """Who answers a test: a person, or the product from what the register says."""

    RECORDED = "recorded"
    DAY_PASSED = "day_passed"
    TOLD_THAT_DAY = "told_that_day"
    SOCIAL_WORKER = "social_worker"
    ADVISED = "advised"
    JOINT_EFFORTS = "joint_efforts"
    SCHOOL_EFFORTS = "school_efforts"
    NOT_FOUND_OR_AGREED = "not_found_or_agreed"
    UNBROKEN_DAYS = "unbroken_days"
    DAYS_AFTER_LEAVE = "days_after_leave"
    NOT_A_BOARDER = "not_a_boarder"
    A_BOARDER = "a_boarder"
    DIED = "died"
    OVER_AGE_WHEN_NEXT_OPEN = "over_age_when_next_open"


BY_A_PERSON: Final = frozenset({
    How.RECORDED, How.DAY_PASSED, How.TOLD_THAT_DAY, How.SOCIAL_WORKER, How.ADVISED, How.NOT_FOUND_OR_AGREED,
})  # fmt: skip


class Of(StrEnum):
    """Whose grounds: pupils of compulsory school age (reg 9(1)), or those below or above it (reg 9(3))."""

    COMPULSORY = "compulsory"
    OTHERS = "others"


@dataclass(frozen=True)
class Test:
    """One thing that must be so before a name comes off, from the day the law asks for it; null: not yet."""

    key: str
    says: str
    how: How
    needed_from: dt.date | None
    source: Source
    evidence: str = ""  # what a person is asked to write beside it

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if (self.how in BY_A_PERSON) is not bool(self.evidence):
            return f"“{self.key}” says what evidence is asked for where, and only where, a person answers it."
        return None

    def is_asked_for(self, on: dt.date) -> bool:
        """Say whether the law asks for it on a day."""
        return self.needed_from is not None and self.needed_from <= on

    @property
    def is_by_a_person(self) -> bool:
        """Say whether a person records it."""
        return self.how in BY_A_PERSON


@dataclass(frozen=True)
class Ground:
    """A ground over one period, until the first day it no longer holds. Source: PR24 reg 9, PR06 reg 8; R23, R27."""

    letter: str
    ages: Of
    from_date: dt.date
    title: str
    source: Source
    tests: tuple[str, ...]
    until_date: dt.date | None = None
    letter_of_2006: str | None = None
    special_school: bool = False  # open at a special school without its authority's consent (R25)
    open_to_academies: bool = True

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.until_date is not None and self.until_date <= self.from_date:
            return f"Ground {self.letter} ends before it begins."
        if bool(self.tests) is not (self.until_date is None and self.open_to_academies):
            return f"Ground {self.letter} has tests where, and only where, a school of a trust can rest on it now."
        return None

    def holds(self, on: dt.date) -> bool:
        """Say whether the row covers a day."""
        return self.from_date <= on and (self.until_date is None or on < self.until_date)

    @property
    def paragraph(self) -> str:
        """Return where it stands in its regulations, "reg 9(1)(i)"."""
        if self.until_date is not None:
            return f"reg 8(1)({self.letter}) of 2006"
        return f"reg 9({1 if self.ages is Of.COMPULSORY else 3})({self.letter})"


@dataclass(frozen=True)
class Grounds:
    """Every ground there is and was, and the tests they name."""

    grounds: tuple[Ground, ...]
    tests: dict[str, Test]

    def tests_of(self, ground: Ground, *, special_school: bool) -> tuple[Test, ...]:
        """Return the tests of a ground, the placing authority's consent with them where R25 asks for it."""
        consent = special_school and ground.ages is Of.COMPULSORY and not ground.special_school
        return tuple(self.tests[key] for key in (*ground.tests, *((CONSENT,) if consent else ())))


@lru_cache(maxsize=1)
def every_ground() -> Grounds:
    """Return the grounds and tests of the file, which is refused whole if anything in it is wrong."""
    return load(read(FILE))


def load(entry: Entry) -> Grounds:
    """Return grounds and tests read from a file's entries; PolicyError names each line that is undated, uncited,
    unknown or written twice."""
    builder = Builder(FILE.name)
    builder.refuse_repeats(entry)
    for name in entry.mapping.keys() - {"sources", "tests", "grounds"}:
        builder.refuse(entry.mapping[name], f"“{name}” is not part of this file.")
    for name in {"tests", "grounds"} - entry.mapping.keys():
        builder.refuse(entry, f"“{name}” is missing.")
    if builder.faults:
        raise PolicyError(builder.faults)
    tests = list(_built(builder, Test, entry.mapping["tests"]))
    grounds = list(_built(builder, Ground, entry.mapping["grounds"]))
    _refuse_unknown(builder, grounds, {test.key for _, test in tests})
    _refuse_twice(builder, tests, grounds)
    if builder.faults:
        raise PolicyError(builder.faults)
    return Grounds(tuple(ground for _, ground in grounds), {test.key: test for _, test in tests})


def find(letter: str, *, of: Of, on: dt.date) -> Ground | None:
    """Return what a letter stood for on a day, or nothing: so an entry of before 19 August 2024 is read by 2006's."""
    rows = every_ground().grounds
    return next((row for row in rows if row.letter == letter and row.ages is of and row.holds(on)), None)


def open_grounds(*, dob: dt.date, on: dt.date) -> tuple[Ground, ...]:
    """Return the grounds a school of a trust may rest on for a pupil on a day, in the order of the regulation."""
    of = ages_of(dob, on)
    return tuple(
        row
        for row in every_ground().grounds
        if row.ages is of and row.holds(on) and row.open_to_academies and row.tests
    )


def ages_of(dob: dt.date, on: dt.date) -> Of:
    """Return which list of grounds bears on a pupil on a day. Source: PR24 reg 9(1), (3); statute.md R23, R27."""
    return Of.COMPULSORY if is_compulsory_age(dob, on) else Of.OTHERS


def _built(builder: Builder, kind: type[T], entry: Entry) -> Iterator[tuple[Entry, T]]:
    for item in entry.items:
        built = builder.build(kind, item)
        if built is not None:
            yield item, built


def _refuse_unknown(builder: Builder, grounds: list[tuple[Entry, Ground]], known: set[str]) -> None:
    if CONSENT not in known:
        builder.refuse(Entry(None, 0), f"The test “{CONSENT}” is missing.")
    for entry, ground in grounds:
        for key in ground.tests:
            if key not in known:
                builder.refuse(entry, f"“{key}” is not one of the tests.")


def _refuse_twice(builder: Builder, tests: list[tuple[Entry, Test]], grounds: list[tuple[Entry, Ground]]) -> None:
    keys: set[object] = set()
    for entry, key in [
        *((entry, test.key) for entry, test in tests),
        *((entry, (ground.letter, ground.ages, ground.from_date)) for entry, ground in grounds),
    ]:
        if key in keys:
            builder.refuse(entry, "This stands in the file twice.")
        keys.add(key)
