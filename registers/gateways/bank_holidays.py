"""The bank holidays of England, from the `holidays` package: suggested, and set by a person."""

import datetime as dt
from functools import lru_cache

import holidays

from registers.rules.calendar import SchoolYear


@lru_cache(maxsize=32)
def _of(year: int) -> dict[dt.date, str]:
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB").items())


def bank_holidays(year: SchoolYear) -> dict[dt.date, str]:
    """Return the bank holidays of a school year with their names."""
    both = _of(year.starts.year) | _of(year.until.year)
    return {day: name for day, name in sorted(both.items()) if day in year}
