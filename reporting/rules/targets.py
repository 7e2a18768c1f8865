"""Attendance beside a target, and pupils beside a policy's lines. Every rate is sum over sum (R54)."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from registers.rules.measures import Measures

TENTHS: Final = 10
WHOLE: Final = 100  # percent
SESSIONS_A_DAY: Final = 2
MOST_PLACES: Final = 4


@dataclass(frozen=True, kw_only=True)
class TargetLine:
    """One target and what has been reached. `above` is met only by more than the percentage.

    `key` is the target's own; nothing for the one that the policy sets where nobody has set another, and no `percent`
    where the policy names none either.
    """

    of: str  # the trust, or a school's name
    pupils: str = "Everyone"
    percent: Decimal | None = None
    above: bool = False
    from_date: dt.date
    until_date: dt.date | None = None
    owner: str = ""
    set_by: str = ""
    key: int | None = None
    notes: int = 0
    reached: Measures = field(default_factory=Measures)
    awaited: bool = False  # set since the school's last night, which has not yet counted it

    @property
    def last_date(self) -> dt.date | None:
        """Return the target's last day; nothing where it has no end."""
        return self.until_date - dt.timedelta(days=1) if self.until_date else None

    @property
    def met(self) -> bool | None:
        """Say whether the target is met, on whole sessions; nothing where none was possible or none is set."""
        if self.percent is None or not self.reached.possible:
            return None
        short = int(self.percent * TENTHS) * self.reached.possible - WHOLE * TENTHS * self.reached.present
        return short < 0 if self.above else short <= 0

    @property
    def gap(self) -> str:
        """Return how far attendance is from the target, in points with its sign; empty without a comparison.

        One decimal, rounded as the percentage beside it, and as many more as show that a gap is not nothing.
        """
        if self.met is None or self.percent is None:
            return ""
        exact = Fraction(WHOLE * self.reached.present, self.reached.possible) - Fraction(self.percent)
        for places in range(1, MOST_PLACES + 1):  # pragma: no branch - it ends at the last place
            scaled = math.floor(exact * 10**places + Fraction(1, 2))
            if scaled or not exact or places == MOST_PLACES:
                break
        sign = "+" if scaled > 0 else "\N{MINUS SIGN}" if scaled else ""
        return f"{sign}{Decimal(abs(scaled)).scaleb(-places)} points"


@dataclass(frozen=True)
class Bands:
    """How many pupils stand on each side of a policy's lines, of those with a possible session this school year."""

    pupils: int
    good: int | None  # at or above the good percentage; nothing where the policy names none
    within: int | None  # missed no more than the most days; nothing where the policy names none


def bands(pupils: Iterable[Measures], *, good_percent: int | None, most_days: int | None) -> Bands:
    """Return how many pupils are at or above the good percentage, and how many within the most days away."""
    counted = [each for each in pupils if each.possible]
    return Bands(
        pupils=len(counted),
        good=None if good_percent is None else sum(is_good(each, good_percent) for each in counted),
        within=None if most_days is None else sum(not is_over(each, most_days) for each in counted),
    )


def is_good(pupil: Measures, percent: int) -> bool:
    """Say whether a pupil attended this percent of possible sessions or more; never where none was possible."""
    return pupil.possible > 0 and WHOLE * pupil.present >= percent * pupil.possible


def is_over(pupil: Measures, most_days: int) -> bool:
    """Say whether a pupil missed more than so many days, each of two sessions."""
    return pupil.missed > SESSIONS_A_DAY * most_days
