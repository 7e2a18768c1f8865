"""What contradicts a mark, or the want of one, and what is offered in its place."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import holidays

from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Ages, Physical, Statistical

SUSPENDED: Final = "E"
AT_THE_OTHER_SCHOOL: Final = "D"
SIGNED_OUT: Final = "signed out"  # how the origin of what is expected of a child begins who went home with leave
SUNDAY: Final = 6
# An absence of a whole day, so that what one half of it says is offered for the other.
LASTS_ALL_DAY: Final = frozenset({"C", "E", "G", "I", "R", "T"})


class DoubtKind(StrEnum):
    """What is wrong, named as it is stored."""

    OFF_ROLL = "off roll"
    NO_SESSION = "no session"
    BLANK = "blank"
    ONE_SESSION = "one session"
    NOT_IN_FORCE = "not in force"
    WRONG_AGE = "wrong age"
    LEAVE_BUT_PRESENT = "leave but present"
    SIGNED_OUT = "signed out"
    TWO_SCHOOLS = "two schools"
    NOT_CONFIRMED = "not confirmed"
    SIXTH_DAY = "sixth day"


@dataclass(frozen=True)
class FoundDoubt:
    """One thing found wrong at one session of one pupil: what shows it, and the code offered, if there is one."""

    pupil_id: int
    kind: DoubtKind
    session_id: int
    evidence: Mapping[str, str] = field(default_factory=dict, hash=False)
    offered: str = ""

    @property
    def key(self) -> tuple[int, str, int]:
        """Return what makes it the same doubt on another night."""
        return self.pupil_id, self.kind.value, self.session_id


def attending(on: dt.date) -> list[str]:
    """Return the codes that say a child was in school."""
    return [row.code for row in codes.in_force(on) if row.statistical is Statistical.ATTENDING]


def at_school_or_activity(on: dt.date) -> list[str]:
    """Return the codes that count as present."""
    return [row.code for row in codes.in_force(on) if row.counts_as_present]


def due_there(on: dt.date) -> list[str]:
    """Return the codes by which a school says that a child was due there: a possible session. Source: R40, R53."""
    return [row.code for row in codes.in_force(on) if row.counts_as_possible]


def for_some_ages_only() -> list[str]:
    """Return the codes that not every registered pupil may have on some day."""
    return sorted({row.code for row in codes.periods() if row.ages is not Ages.ANY})


def planned_closure(on: dt.date) -> str:
    """Return the code of a planned closure of the whole school: it stands for nobody in particular (R11)."""
    return next(
        row.code for row in codes.in_force(on) if row.physical is Physical.ADMINISTRATIVE and row.ages is Ages.ANY
    )


@lru_cache
def _bank_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def days_without_school(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the Sundays and bank holidays of a period: no school of the trust meets on one."""
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() == SUNDAY or day in _bank_holidays(day.year)]


def offered_for_age(code: str, *, dob: dt.date, on: dt.date) -> str | None:
    """Return the code offered in place of one that the pupil's age does not allow; None where it allows it."""
    row = codes.find(code, on=on)
    if row is None or row.suits_age(dob, on):
        return None
    return _a_code(row.other_ages, on)


def offered_for_era(code: str, *, on: dt.date) -> str:
    """Return the code offered in place of one that was not in force; empty where a person must choose."""
    rows = [row for row in codes.periods() if row.code == code]
    if not rows:
        return ""
    return _a_code(rows[0].before_it if on < rows[0].from_date else rows[-1].after_it, on)


def offered_for_blank(half: Half, *, other_half: str, expected: str, on: dt.date) -> str:
    """Return the code offered where there is no mark: what the day's other session says of a child who came, or of an
    absence that lasts all day. What was expected elsewhere and nobody confirmed is for a person to find out."""
    if expected:
        return ""
    found = codes.find(other_half, on=on)
    if found and found.statistical is Statistical.ATTENDING:
        return codes.present_code(half)
    return other_half if other_half in LASTS_ALL_DAY else ""


def _a_code(words: str | None, on: dt.date) -> str:
    return words if words and codes.find(words, on=on) else ""


WORDS: Final = {
    DoubtKind.OFF_ROLL: "Marked {code}, and not on the roll that day.",
    DoubtKind.NO_SESSION: "Marked {code} on a day on which the school did not meet.",
    DoubtKind.BLANK: "No mark at a session that was held.",
    DoubtKind.ONE_SESSION: "No mark at this session; the other one of the day says {other_half}.",
    DoubtKind.NOT_IN_FORCE: "{code} was not in use that day.",
    DoubtKind.WRONG_AGE: "{code} is not for a pupil of that age.",
    DoubtKind.LEAVE_BUT_PRESENT: "Marked {code}, while {expected} was expected.",
    DoubtKind.SIGNED_OUT: "Marked {code}, and signed out of school {how}.",
    DoubtKind.TWO_SCHOOLS: "Marked {code} here and {other_code} at {other}.",
    DoubtKind.NOT_CONFIRMED: "Marked {code} here; {other} has {there}, so no school saw the child.",
    DoubtKind.SIXTH_DAY: "Suspended since {since}. Education is due from this school day on.",
}
MENDS: Final = {
    DoubtKind.OFF_ROLL: "Put the starting or leaving day right in the admission register, or amend the mark.",
    DoubtKind.SIXTH_DAY: "Enter the provision (K, B or D) with its nature, or say what has been arranged.",
    DoubtKind.NOT_CONFIRMED: "Ask the other school, then amend the mark or say what it answered.",
}


def why(kind: str, evidence: Mapping[str, str]) -> str:
    """Return in a sentence what is wrong."""
    out_at = evidence.get("out_at")
    how = f"at {out_at}, with no return entered" if out_at else f"with {evidence.get('expected')}"
    there = evidence.get("other_code") or "no mark"
    words = WORDS[DoubtKind(kind)].format_map({**evidence, "there": there, "how": how})
    unconfirmed = evidence.get("expected") if kind in {DoubtKind.BLANK, DoubtKind.ONE_SESSION} else ""
    return f"{words} {unconfirmed} was expected, and nobody confirmed it." if unconfirmed else words


def mend(kind: str) -> str:
    """Return in a sentence how a doubt of a kind is mended where no code is offered."""
    return MENDS.get(DoubtKind(kind), "Choose the right code, or say why it is right as it stands.")


def reason_offered(kind: str, evidence: Mapping[str, str]) -> str:
    """Return the reason kept with an amendment made in one press."""
    return f"Contradiction found at night: {why(kind, evidence)}"
