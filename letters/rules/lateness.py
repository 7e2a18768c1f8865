"""What a letter about lateness quotes, read back from its frozen figures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registers.rules.calendar import Half
from registers.rules.lateness import Late, Lateness, tally


@dataclass(frozen=True)
class Ground:
    """The late arrivals a letter rests on, in order, over some days, both included; and how they sum."""

    label: str
    arithmetic: str
    first: dt.date
    last: dt.date
    lates: tuple[Late, ...]

    @property
    def sums(self) -> Lateness:
        """Return the late arrivals counted."""
        return tally(self.lates)


def ground(figures: Mapping[str, Any]) -> Ground:
    """Return the lates a letter tells of. Needs `label`, `from`, `to` and `lates` ([date, half, code, minutes])."""
    lates = sorted(
        Late(dt.date.fromisoformat(date), Half(half), code, minutes) for date, half, code, minutes in figures["lates"]
    )
    first, last = (dt.date.fromisoformat(figures[end]) for end in ("from", "to"))
    return Ground(figures["label"], figures.get("arithmetic") or "", first, last, tuple(lates))
