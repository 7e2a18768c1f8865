"""What happens when someone enters a code: late or too late, correction or amendment, saved or a clash."""

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from registers.rules.calendar import LONDON
from registers.rules.codes import Refusal

MADE_OFFLINE: Final = "made offline"
CLOCKS_MAY_DIFFER_BY: Final = dt.timedelta(minutes=2)  # the database refuses a mark made five minutes ahead of it


class Lateness(NamedTuple):
    """The code of a child who came late, and why it is that one."""

    code: str
    why: str


class ChangeKind(StrEnum):
    """How a mark that stands is changed. Decision 1."""

    CORRECTION = "correction"
    AMENDMENT = "amendment"


class Outcome(StrEnum):
    """What a row of a saved register is answered with. Decision 7."""

    SAVED = "saved"
    SAME = "same"
    CLASH = "clash"
    REFUSED = "refused"


@dataclass(frozen=True)
class RegisterTimes:
    """When a register closes, when it was finished if it was, and the first moment at which it could be opened."""

    closes_at: dt.datetime
    finished_at: dt.datetime | None = None
    opens_at: dt.datetime | None = None

    def is_open(self, at: dt.datetime) -> bool:
        """Say whether the register was open at a moment. The closing moment itself is still open: L runs "to 09:20"."""
        return at <= self.closes_at and (self.finished_at is None or at < self.finished_at)


@dataclass(frozen=True)
class Row:
    """A code someone entered. `base` is what they saw: 0 for no mark, otherwise 1 + its number of amendments.

    `detail` is what else was entered with it (arrival, nature), compared and not read.
    """

    code: str
    base: int
    made_at: dt.datetime
    reason: str = ""
    detail: Hashable = None


@dataclass(frozen=True)
class Stored:
    """A mark as it stands, how many times it has been changed, and when what it now says was received."""

    code: str
    amendments: int
    detail: Hashable = None
    received_at: dt.datetime | None = None

    @property
    def base(self) -> int:
        """Return what someone who sees this mark would send as their base."""
        return 1 + self.amendments


class RowDecision(NamedTuple):
    """What to do with a row. `change` is nothing for a new mark; `why` is for the person, in a sentence."""

    outcome: Outcome
    change: ChangeKind | None = None
    reason: str = ""
    why: str = ""


def impossible_moment(made_at: dt.datetime, *, day: dt.date, of: str, received_at: dt.datetime) -> str:
    """Say why nobody can have made a mark when it says it was made; "" where they can. Source: decision 3.

    `of` is what was taken that day, as a person has it: a session, a lesson.
    """
    if made_at > received_at + CLOCKS_MAY_DIFFER_BY:
        return "was made in the future: check the clock of this device."
    if made_at.astimezone(LONDON).date() < day:
        return f"was made before the day of its {of}."
    return ""


def late_code(arrived_at: dt.datetime, closes_at: dt.datetime) -> Lateness:
    """Return L up to and including the closing moment, otherwise U, and say why.

    Source: PR24 reg 10(2) Table 1, 10(8)(b); WTISA; statute.md R6.
    """
    arrived, closes = _clock_time(arrived_at), _clock_time(closes_at)
    if arrived_at <= closes_at:
        return Lateness("L", f"Arrived at {arrived}; the register was open until {closes}.")
    return Lateness("U", f"Arrived at {arrived}; the register closed at {closes}.")


def minutes_late(arrived_at: dt.datetime, starts_at: dt.datetime) -> int:
    """Return whole minutes from a session's start to an arrival; 0 for a child who came before it."""
    return max(0, (arrived_at - starts_at) // dt.timedelta(minutes=1))


def kind_of_change(times: RegisterTimes, at: dt.datetime) -> ChangeKind:
    """Return how a mark is changed at a moment: a correction while the register is open, then an amendment.

    Source: PR24 reg 6; statute.md R12; decision 1.
    """
    return ChangeKind.CORRECTION if times.is_open(at) else ChangeKind.AMENDMENT


def decide_row(
    row: Row, stored: Stored | None, times: RegisterTimes, *, received_at: dt.datetime, refused: Refusal | None = None
) -> RowDecision:
    """Decide one row of a saved register, checked under the register's lock. Source: decision 7.

    `refused` is why the code may not be used, if it may not. An empty code clears a mark, while the register is open.
    """
    if refused:
        return RowDecision(Outcome.REFUSED, why=refused.message)
    if (row.code, row.detail) == ((stored.code, stored.detail) if stored else ("", None)):
        return RowDecision(Outcome.SAME)
    if row.base != (stored.base if stored else 0):
        return RowDecision(Outcome.CLASH, why="Someone else changed this mark while you worked.")
    if stored is None:
        return RowDecision(Outcome.SAVED, reason=_offline_reason(row, times, received_at))
    if kind_of_change(times, received_at) is ChangeKind.CORRECTION:
        return RowDecision(Outcome.SAVED, ChangeKind.CORRECTION, row.reason)
    return _amended(row, stored, times, received_at)


def _amended(row: Row, stored: Stored, times: RegisterTimes, received_at: dt.datetime) -> RowDecision:
    """Decide a change that arrives once the register is finished or closed: it must give a reason."""
    reason = row.reason.strip()
    if stored.received_at is None or row.made_at >= stored.received_at:  # nobody has seen a mark before it came
        reason = reason or _offline_reason(row, times, received_at)
    if not row.code:
        return RowDecision(Outcome.REFUSED, why="The register is closed: a mark can be amended, not cleared.")
    if not reason:
        return RowDecision(Outcome.REFUSED, why="The register is closed: say why the mark is amended.")
    return RowDecision(Outcome.SAVED, ChangeKind.AMENDMENT, reason)


def _offline_reason(row: Row, times: RegisterTimes, received_at: dt.datetime) -> str:
    """Return "made offline" for a row made while the register could be taken and received after; else ""."""
    if times.opens_at and row.made_at < times.opens_at:
        return ""
    return MADE_OFFLINE if times.is_open(row.made_at) and not times.is_open(received_at) else ""


def _clock_time(at: dt.datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"
