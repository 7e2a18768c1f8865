"""Which night's check ought to be done by now."""

import datetime as dt


def newest_night_due(at: dt.datetime, *, runs_at: dt.time) -> dt.date:
    """Return the latest date whose marks ought to have been checked by a moment, in London's time.

    A night's check runs from `runs_at` on the marks of the day before.
    """
    checked = 1 if at.time() >= runs_at else 2
    return at.date() - dt.timedelta(days=checked)


def is_behind(as_of: dt.date | None, *, due: dt.date) -> bool:
    """Say whether a school's figures are older than they ought to be, or it has none."""
    return as_of is None or as_of < due
