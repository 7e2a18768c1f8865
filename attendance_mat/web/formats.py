"""How figures, days and times are written, on pages and on paper alike."""

import datetime as dt
import re
from typing import Final

from attendance_mat.clock import LONDON

MOST_PLACES: Final = 4
MINUTES_IN_AN_HOUR: Final = 60
YEAR_GROUP_NAMES: Final = {-2: "Nursery 1", -1: "Nursery 2", 0: "Reception"}
HALF_NAMES: Final = {"am": "morning", "pm": "afternoon"}


def percent(numerator: int, denominator: int) -> str:
    """Return sessions as a percentage, "82.4%"; empty when nothing was possible.

    One decimal, rounded half up. Every line the law or a policy draws lies on a whole percentage, so
    a figure beside one never rounds onto it: 89.95 reads "89.95%", not "90.0%".
    """
    if denominator <= 0:
        return ""
    for places in range(1, MOST_PLACES + 1):
        unit = 10**places
        scaled = (200 * unit * numerator + denominator) // (2 * denominator)
        exact = scaled * denominator == 100 * unit * numerator
        if exact or scaled % unit:
            break
    whole, part = divmod(scaled, unit)
    return f"{whole}.{part:0{places}d}%"


def points(difference: float) -> str:
    """Return a difference between two percentages in words: "+1.2 points"; below nothing with a true minus sign."""
    rounded = round(difference, 1)
    if rounded == 0:
        return "0.0 points"
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(rounded):.1f} points"


def number(value: int) -> str:
    """Return a whole number with a comma at each thousand."""
    return f"{value:,}"


def as_date(value: dt.date) -> dt.date:
    """Return the date in London of a date or a moment."""
    return value.astimezone(LONDON).date() if isinstance(value, dt.datetime) else value


def day(value: dt.date) -> str:
    """Return a date, "Mon 23 Nov 2026"."""
    value = as_date(value)
    return f"{value:%a} {value.day} {value:%b %Y}"


def long_day(value: dt.date) -> str:
    """Return a date in full, "Monday 23 November 2026"."""
    value = as_date(value)
    return f"{value:%A} {value.day} {value:%B %Y}"


def short_day(value: dt.date) -> str:
    """Return a date where the year is plain from the page, "23 Nov"."""
    value = as_date(value)
    return f"{value.day} {value:%b}"


def time_of_day(value: dt.datetime | dt.time) -> str:
    """Return London's time, "08:52"; a time without a date is London's already."""
    return f"{_in_london(value):%H:%M}"


def time_with_seconds(value: dt.datetime | dt.time) -> str:
    """Return London's time to the second, "08:52:04"."""
    return f"{_in_london(value):%H:%M:%S}"


def moment(value: dt.datetime) -> str:
    """Return a day and time, "Mon 23 Nov 2026, 08:52"."""
    return f"{day(value)}, {time_of_day(value)}"


def duration(minutes: int) -> str:
    """Return a number of minutes in words: "12 minutes", "1 hour 5 minutes"."""
    hours, rest = divmod(minutes, MINUTES_IN_AN_HOUR)
    parts = [_counted(hours, "hour")] if hours else []
    if rest or not hours:
        parts.append(_counted(rest, "minute"))
    return " ".join(parts)


def year_group(year: int) -> str:
    """Return a year group's name: 0 is Reception, 1 to 13 are years, -1 and -2 nursery."""
    return YEAR_GROUP_NAMES.get(year, f"Year {year}")


def half(value: str) -> str:
    """Return the half day's name: "am" is the morning session."""
    return HALF_NAMES.get(value, value)


def telephone(value: str) -> str:
    """Return a number as a tel: link wants it: digits, and a leading plus."""
    return re.sub(r"(?!^\+)\D", "", value.strip())


def _in_london(value: dt.datetime | dt.time) -> dt.datetime | dt.time:
    return value.astimezone(LONDON) if isinstance(value, dt.datetime) else value


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
