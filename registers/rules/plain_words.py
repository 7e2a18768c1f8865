"""What people say of an absence, the code it has on a day, and what is worth a second look."""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from attendance_mat.policy.building import Builder
from attendance_mat.policy.entries import read
from attendance_mat.policy.faults import PolicyError
from registers.rules import codes
from registers.rules.codes import Code, Statistical

FILE: Final = Path(__file__).parent.parent / "policy" / "plain_words.yaml"
NOT_AUTHORISED: Final = "O"
HOLIDAY: Final = "G"
LATE: Final = "U"
STUDY_LEAVE: Final = "S"
STUDY_YEARS: Final = range(11, 14)  # Year 11 by guidance, and those beyond compulsory age
EXAM_MONTHS: Final = (5, 6)  # public examinations are in May and June
_ARTICLE: Final = re.compile(r"^(a|an|the|found in a) ", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """What people say, and its code over one period, until the first day it no longer holds."""

    says: str
    code: str
    from_date: dt.date
    until_date: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        """Say whether the row covers a day."""
        return self.from_date <= on and (self.until_date is None or on < self.until_date)


class Choice(NamedTuple):
    """Words to choose, and the code they stand for."""

    says: str
    code: Code

    @property
    def label(self) -> str:
        """Return the words with the code and what it does to the figures."""
        return f"{self.says} ({self.code.code}): {self.code.effect}"


@lru_cache(maxsize=1)
def rows() -> tuple[Words, ...]:
    """Return all that can be said, over every period."""
    entry, builder = read(FILE), Builder(FILE.name)
    found = [builder.build(Words, row) for row in entry.mapping["words"].items]
    if builder.faults:
        raise PolicyError(builder.faults)
    return tuple(row for row in found if row)


def choices(on: dt.date, *, dob: dt.date, allowed: Collection[str], never: Sequence[str] = ()) -> list[Choice]:
    """Return what may be said of a pupil's session on a day by someone who may enter these codes.

    `never` are the reasons that the school's policy says are never authorised. Source: statute.md R4, R53.
    """
    said = [(row.says, _for_age(row.code, on, dob)) for row in rows() if row.holds(on)]
    said += [(reason, _unauthorised(reason)) for reason in never]
    found = ((says, codes.find(code, on=on)) for says, code in said if code in allowed)
    return [Choice(says, code) for says, code in found if code]


def _for_age(code: str, on: dt.date, dob: dt.date) -> str:
    """Return a code, or the one in its place for a pupil of this age."""
    found = codes.find(code, on=on)
    return found.other_ages if found and found.other_ages and not found.suits_age(dob, on) else code


def _unauthorised(reason: str) -> str:
    """Return the code of a reason that is never authorised: of a holiday, of coming late, or of no leave."""
    if "holiday" in reason.lower():
        return HOLIDAY
    return LATE if "arriv" in reason.lower() else NOT_AUTHORISED


def advice(code: str, *, on: dt.date, reason: str, never: Sequence[str], year: int | None) -> Iterator[str]:
    """Yield what a person should look at again about a mark that may stand. It stops nothing. Source: R33.

    A reason that the policy never authorises beside an authorised code; study leave outside Year 11 or examinations.
    """
    found = codes.find(code, on=on)
    if found and found.statistical is Statistical.AUTHORISED:
        for each in never:
            if _ARTICLE.sub("", each).lower() in reason.lower():
                yield (
                    f"The policy never authorises this reason: {each.lower()}. {code} is an authorised absence: "
                    "keep it only if leave was granted in advance, or what happened has this code of its own."
                )
    if code == STUDY_LEAVE and year is not None and year not in STUDY_YEARS:
        yield "S is by guidance for Year 11 and above. Keep it only for study agreed before a public examination."
    elif code == STUDY_LEAVE and on.month not in EXAM_MONTHS:
        yield "S is for the time of public examinations. Keep it only if this study was agreed beforehand."
