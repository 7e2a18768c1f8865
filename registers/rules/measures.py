"""Sessions possible, attended and missed, by DfE's definitions, in whole sessions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from attendance_mat.policy.schema import PersistentAbsence, SevereAbsence
from registers.rules import codes
from registers.rules.calendar import SessionMark
from registers.rules.codes import Statistical


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts of sessions. `present` includes approved educational activity; L is within it, U within unauthorised.

    Source: EES-M s3.1, BANDS, DASH; statute.md R53, R54.
    """

    present: int = 0
    authorised: int = 0
    unauthorised: int = 0
    late_before_close: int = 0
    late_after_close: int = 0

    @property
    def missed(self) -> int:
        """Return sessions of absence, authorised or not."""
        return self.authorised + self.unauthorised

    @property
    def possible(self) -> int:
        """Return the sessions the pupil could have attended."""
        return self.present + self.missed

    def __add__(self, other: "Measures") -> "Measures":
        """Return the sum: a group's rates are sum over sum, never the mean of its pupils'. Source: statute.md R54."""
        return Measures(
            self.present + other.present,
            self.authorised + other.authorised,
            self.unauthorised + other.unauthorised,
            self.late_before_close + other.late_before_close,
            self.late_after_close + other.late_after_close,
        )

    def attendance_hundredths(self) -> int | None:
        """Return attendance in hundredths of a percent, half up; nothing where nothing was possible (R57)."""
        return _share(self.present, self.possible, 10_000)

    def attendance_percent(self, *, places: int = 2) -> Decimal | None:
        """Return attendance in percent to so many places, half up from the exact share, for showing only."""
        return _percent(self.present, self.possible, places)

    def absence_percent(self, *, places: int = 2) -> Decimal | None:
        """Return absence in percent to so many places, half up from the exact share, for showing only."""
        return _percent(self.missed, self.possible, places)

    def is_persistent(self, terms: PersistentAbsence) -> bool:
        """Say whether absence is persistent, on whole sessions. Source: EES-M s3.2; statute.md R55, R57."""
        return reaches(self, terms.percent)

    def is_severe(self, terms: SevereAbsence) -> bool:
        """Say whether absence is severe, on whole sessions. Source: EES-M s3.2; statute.md R56, R57."""
        return reaches(self, terms.percent)


def reaches(measures: Measures, percent: int) -> bool:
    """Say whether sessions missed are this percent of those possible, or more; never where none was possible."""
    return measures.possible > 0 and 100 * measures.missed >= percent * measures.possible


def measure(marks: Iterable[SessionMark]) -> Measures:
    """Return one pupil's counts, each mark by what its code meant on the day of the session.

    A cleared mark, and a code that meant nothing that day, count for nothing. Source: statute.md R53.
    """
    return total(_of(mark.code, mark.date) for mark in marks)


def total(parts: Iterable[Measures]) -> Measures:
    """Return the sum of many counts."""
    return sum(parts, start=Measures())


@lru_cache(maxsize=1 << 15)
def _of(said: str, on: dt.date) -> Measures:
    """Return the counts of one session."""
    code = codes.find(said, on=on)
    if code is None:
        return Measures()
    return Measures(
        present=int(code.counts_as_present),
        authorised=int(code.statistical is Statistical.AUTHORISED),
        unauthorised=int(code.statistical is Statistical.UNAUTHORISED),
        late_before_close=int(code.code == "L"),
        late_after_close=int(code.code == "U"),
    )


def _percent(part: int, whole: int, places: int) -> Decimal | None:
    share = _share(part, whole, 100 * 10**places)
    return None if share is None else Decimal(share).scaleb(-places)


def _share(part: int, whole: int, scale: int) -> int | None:
    """Return part of whole on a scale, half up, reckoned in integers."""
    return (2 * scale * part + whole) // (2 * whole) if whole else None
