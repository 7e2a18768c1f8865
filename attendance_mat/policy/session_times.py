"""When a session starts, by year group where some start at another time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from attendance_mat.policy.kinds import YearGroup


@dataclass(frozen=True)
class YearTime:
    """When a session starts for some year groups: 0 is Reception, 1 to 13 are years, -1 and -2 nursery."""

    years: tuple[YearGroup, ...]
    starts: time


@dataclass(frozen=True)
class SessionTimes:
    """When a session starts, for the school and for the year groups that start at another time."""

    starts: time
    by_year: tuple[YearTime, ...] = ()

    def of(self, years: Collection[int]) -> time:
        """Return when the session starts for a group of these years: the latest, so that nobody is late too soon."""
        own = {year: each.starts for each in self.by_year for year in each.years}
        return max((own.get(year, self.starts) for year in years), default=self.starts)

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        named = [year for each in self.by_year for year in each.years]
        return "A year group is given two times." if len(set(named)) < len(named) else None
