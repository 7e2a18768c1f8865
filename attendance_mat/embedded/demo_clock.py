"""How far the demonstration's clock stands from the real one."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from attendance_mat.embedded import places, school_days
from attendance_mat.embedded.messages import RefusedError

LONDON = ZoneInfo("Europe/London")
OPENS = dt.time(8, 50)  # registers have just opened, and the first ones are in


def shift(kept: Path, *, at: str | None, now: dt.datetime) -> int:
    """Return the seconds to add to the real time: those kept from last time, unless `at` is given.

    With neither, they lead to ten to nine on the latest school day.
    """
    if at is None and kept.exists():
        return int(kept.read_text(encoding="ascii"))
    wanted = latest_school_morning(now) if at is None else read_moment(at)
    seconds = round((wanted - now).total_seconds())
    places.write_private(kept, str(seconds))
    return seconds


def latest_school_morning(now: dt.datetime) -> dt.datetime:
    """Return ten to nine, London time, on the latest day of the demo's calendar on which that has been."""
    here = now.astimezone(LONDON)
    day = here.date() if here.time() >= OPENS else here.date() - dt.timedelta(days=1)
    return dt.datetime.combine(school_days.latest_school_day(day), OPENS, tzinfo=LONDON)


def read_moment(text: str) -> dt.datetime:
    """Read "YYYY-MM-DD HH:MM", London time."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text):
        raise RefusedError(f'--at "{text}" is not a moment.', 'Write it as "2026-03-02 08:50".')
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)
    except ValueError as fault:
        raise RefusedError(f'--at "{text}" is not a moment: {fault}.', "Correct it.") from None
