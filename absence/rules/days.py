"""The days of a spell of leave, and which of their sessions it takes."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from registers.rules.calendar import Half

WHOLE_DAYS: Final = "both"


@dataclass(frozen=True)
class Days:
    """Leave from a first day to a last, both included: whole days, or the mornings or afternoons only."""

    first: dt.date
    last: dt.date
    halves: str = WHOLE_DAYS

    @property
    def until(self) -> dt.date:
        """Return the first day back."""
        return self.last + dt.timedelta(days=1)

    def takes(self, half: Half) -> bool:
        """Say whether leave takes a morning or an afternoon."""
        return self.halves in {WHOLE_DAYS, half}

    def holds(self, other: "Days") -> bool:
        """Say whether other days lie within these."""
        return self.first <= other.first <= other.last <= self.last


def in_words(sessions: int) -> str:
    """Return a number of sessions with the days they come to, two sessions a day: "3 sessions (1½ days)"."""
    days, half = divmod(sessions, 2)
    number = "half a" if not days and half else f"{days}{'½' * half}"
    noun = "day" if number in {"1", "half a"} else "days"
    return f"{sessions} session{'' if sessions == 1 else 's'} ({number} {noun})"
