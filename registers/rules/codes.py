"""The attendance codes: what each means on a day, and whether it may be used."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from attendance_mat.policy.building import Builder
from attendance_mat.policy.dated import Source
from attendance_mat.policy.entries import read
from attendance_mat.policy.faults import PolicyError
from registers.rules.age import is_compulsory_age
from registers.rules.calendar import Half

FILE: Final = Path(__file__).parent.parent / "policy" / "attendance_codes.yaml"


class Physical(StrEnum):
    """Where the child is."""

    PRESENT = "present"
    APPROVED_EDUCATIONAL_ACTIVITY = "approved_educational_activity"
    ABSENT = "absent"
    UNABLE_TO_ATTEND = "unable_to_attend"
    NOT_REQUIRED = "not_required"
    ADMINISTRATIVE = "administrative"


class Statistical(StrEnum):
    """How DfE counts the session. Source: EES-M, DASH; statute.md R53."""

    ATTENDING = "attending"
    AEA = "aea"
    AUTHORISED = "authorised_absence"
    UNAUTHORISED = "unauthorised_absence"
    NOT_POSSIBLE = "not_possible"
    NONE = "none"


class Ages(StrEnum):
    """Whom a code is for. Source: PR24 regs 10, 11(6)-(8)."""

    ANY = "any"
    COMPULSORY = "compulsory"
    NOT_COMPULSORY = "not_compulsory"
    NOT_REGISTERED = "not_registered"


EFFECTS: Final = {
    Statistical.ATTENDING: "present",
    Statistical.AEA: "present elsewhere",
    Statistical.AUTHORISED: "authorised absence",
    Statistical.UNAUTHORISED: "unauthorised absence",
    Statistical.NOT_POSSIBLE: "not counted",
    Statistical.NONE: "not counted",
}
PRESENT: Final = frozenset({Statistical.ATTENDING, Statistical.AEA})
MISSED: Final = frozenset({Statistical.AUTHORISED, Statistical.UNAUTHORISED})


@dataclass(frozen=True)
class Code:
    """A code over one period, until the first day it no longer holds."""

    code: str
    from_date: dt.date
    title: str
    physical: Physical
    statistical: Statistical
    legal_basis: str
    source: Source
    until_date: dt.date | None = None
    halves: tuple[Half, ...] = tuple(Half)
    ages: Ages = Ages.ANY
    nature_required: bool = False
    confirm_child: bool = False
    whole_school: bool = False  # of a day in the calendar, never of one pupil
    granted_first: bool = False  # only where leave was asked for in advance and granted
    note: str | None = None
    before_it: str | None = None
    after_it: str | None = None
    other_ages: str | None = None

    @property
    def effect(self) -> str:
        """Return in words what a mark of this code does to the figures."""
        return EFFECTS[self.statistical]

    @property
    def counts_as_present(self) -> bool:
        """Say whether the session counts as attended, approved educational activity included."""
        return self.statistical in PRESENT

    @property
    def counts_as_possible(self) -> bool:
        """Say whether the session counts among those the pupil could have attended."""
        return self.statistical in PRESENT | MISSED

    def holds(self, on: dt.date) -> bool:
        """Say whether the row covers a day."""
        return self.from_date <= on and (self.until_date is None or on < self.until_date)

    def suits_age(self, dob: dt.date, on: dt.date) -> bool:
        """Say whether a pupil's age on a day lets the code be used."""
        if self.ages in {Ages.COMPULSORY, Ages.NOT_COMPULSORY}:
            return is_compulsory_age(dob, on) is (self.ages is Ages.COMPULSORY)
        return self.ages is Ages.ANY


class Misuse(StrEnum):
    """Why a code may not be used."""

    UNKNOWN = "unknown"
    NOT_IN_FORCE = "not in force"
    WRONG_HALF = "wrong half"
    WRONG_AGE = "wrong for age"
    NOT_THIS_ROLE = "not for this role"
    NATURE_MISSING = "nature missing"
    NOT_OF_ONE_PUPIL = "not of one pupil"
    LEAVE_MISSING = "leave missing"


class Refusal(NamedTuple):
    """Why a code may not be used, and in words what may be used instead."""

    kind: Misuse
    message: str


@lru_cache(maxsize=1)
def periods() -> tuple[Code, ...]:
    """Return every code over every period it was in force."""
    entry, builder = read(FILE), Builder(FILE.name)
    codes = [builder.build(Code, row) for row in entry.mapping["codes"].items]
    if builder.faults:
        raise PolicyError(builder.faults)
    return tuple(code for code in codes if code)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, tuple[Code, ...]]:
    names = dict.fromkeys(row.code for row in periods())
    return {name: tuple(row for row in periods() if row.code == name) for name in names}


@lru_cache(maxsize=1 << 15)  # asked of every mark: some thirty codes on each day of a few years
def find(code: str, *, on: dt.date) -> Code | None:
    """Return what a code means on a day, or nothing where it is not in force."""
    return next((row for row in _by_code().get(code, ()) if row.holds(on)), None)


def in_force(on: dt.date) -> tuple[Code, ...]:
    """Return the codes in force on a day, in the order of the regulations' tables."""
    return tuple(row for row in periods() if row.holds(on))


def present_code(half: Half) -> str:
    """Return the code for a child here when the register is taken. Source: PR24 reg 10(2) Table 1."""
    return next(row.code for row in reversed(periods()) if row.physical is Physical.PRESENT and row.halves == (half,))


def refusal(
    code: str,
    *,
    on: dt.date,
    half: Half,
    dob: dt.date | None,
    allowed: Collection[str] | None,
    nature: str | None,
    leave: bool | None = None,
    everyone: bool = False,
) -> Refusal | None:
    """Say why a code may not be used at a session, and what to use instead; nothing where it may.

    `dob` None leaves age out, `allowed` None any role's limits, `nature` None the nature (an import has none to give)
    and `leave` None whether leave was granted beforehand; an empty `nature` is one not written down. `everyone` says
    that it is entered for a whole school and not for one pupil. Source: PR24 regs 10, 11; statute.md R4-R9, R33, R40.
    """
    row = find(code, on=on)
    if row is None:
        return _not_in_force(code, on)
    unfit = _unfit(row, half, dob, on) or (_not_for(row, allowed, everyone=everyone) if allowed is not None else None)
    if unfit:
        return unfit
    if row.granted_first and leave is False:
        return Refusal(Misuse.LEAVE_MISSING, _NO_LEAVE)
    if row.nature_required and nature is not None and not nature.strip():
        return Refusal(Misuse.NATURE_MISSING, f"{code} ({row.title}) needs its nature written down.")
    return None


def _unfit(row: Code, half: Half, dob: dt.date | None, on: dt.date) -> Refusal | None:
    """Say why a code is not for a session, or not for a pupil of an age."""
    if half not in row.halves:
        message = f"{row.code} is for the other half of the day; here it is {present_code(half)}."
        return Refusal(Misuse.WRONG_HALF, message)
    if row.ages is Ages.NOT_REGISTERED or (dob is not None and not row.suits_age(dob, on)):
        return Refusal(Misuse.WRONG_AGE, _wrong_age(row))
    return None


_NO_LEAVE: Final = (
    "C is for leave asked for in advance and granted as exceptional, and none covers this session. "
    "Enter the request under Leave; a holiday without leave is G, another unavoidable cause Y7."
)


def _not_for(row: Code, allowed: Collection[str], *, everyone: bool) -> Refusal | None:
    """Say why a person may not enter a code by hand: it is another role's, or it is of the whole school."""
    if row.code not in allowed:
        return Refusal(Misuse.NOT_THIS_ROLE, f"{row.code} ({row.title}) is for another role to enter.")
    if row.whole_school and not everyone:
        message = f"{row.code} is for a day on which the whole school is closed: set it in the calendar. "
        return Refusal(Misuse.NOT_OF_ONE_PUPIL, message + "For pupils kept away, use Y7 and write down its nature.")
    return None


def _not_in_force(code: str, on: dt.date) -> Refusal:
    """Say when a code held, and what to use on a day it did not."""
    rows = _by_code().get(code)
    if not rows:
        return Refusal(Misuse.UNKNOWN, f"“{code}” is not an attendance code.")
    first, last = rows[0], rows[-1]
    if on < first.from_date:
        hint = f" Use {first.before_it}." if first.before_it else ""
        return Refusal(Misuse.NOT_IN_FORCE, f"{code} came into use on {_day(first.from_date)}.{hint}")
    hint = f" Use {last.after_it}." if last.after_it else ""
    return Refusal(Misuse.NOT_IN_FORCE, f"{code} has not been in use since {_day(last.until_date or on)}.{hint}")


def _wrong_age(row: Code) -> str:
    match row.ages:
        case Ages.COMPULSORY:
            return f"{row.code} is only for a pupil of compulsory school age. Use {row.other_ages}."
        case Ages.NOT_COMPULSORY:
            return f"{row.code} is never for a pupil of compulsory school age. Use {row.other_ages}."
        case _:
            return f"{row.code} is for a child who is not yet on the register."


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"
