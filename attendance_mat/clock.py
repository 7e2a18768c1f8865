"""The product's only clock (decision 13).

DEMO_CLOCK shifts it by a number of seconds, so that a demonstration can stand at a school morning.
The database's triggers keep the same shift in a table that only the owner may write.
"""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from attendance_mat import env

LONDON = ZoneInfo("Europe/London")


@lru_cache(maxsize=1)
def shift() -> dt.timedelta:
    """Return how far the product's time stands from the real one; nothing outside a demonstration."""
    return dt.timedelta(seconds=env.whole_number("DEMO_CLOCK", 0))


def is_shifted() -> bool:
    """Say whether this is a demonstration's clock."""
    return bool(shift())


def now() -> dt.datetime:
    """Return the moment it is, aware, in London's time."""
    # Added in UTC, as the triggers do: across a change to summer time, London's wall clock is an hour out.
    return (dt.datetime.now(tz=dt.UTC) + shift()).astimezone(LONDON)


def today() -> dt.date:
    """Return the date it is in London."""
    return now().date()
