"""Days and moments as a command is given them."""

import datetime as dt
from argparse import ArgumentTypeError

from attendance_mat import clock


def a_date(text: str) -> dt.date:
    """Return a date such as 2026-01-05."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"{text} is not a date such as 2026-01-05."
        raise ArgumentTypeError(message) from error


def a_moment(text: str) -> dt.datetime:
    """Return a moment such as 2026-01-05T09:30, London's unless it says otherwise.

    Of an hour that came twice, as the clocks went back, it is the second: by then both were known.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text} is not a moment such as 2026-01-05T09:30."
        raise ArgumentTypeError(message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.LONDON, fold=1)
