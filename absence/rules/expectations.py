"""When pupils are to be on site, and from when they are late: the notice for families and for the gate."""

import datetime as dt
from typing import NamedTuple

from attendance_mat.policy.school_day import Gates
from attendance_mat.policy.session_times import SessionTimes


class Expectation(NamedTuple):
    """A session of some year groups: when to be on site, its start, and when its register closes.

    `years` is empty for all the others. No time is named for being on site where the policy names none.
    """

    session: str
    years: tuple[int, ...]
    on_site_by: dt.time | None
    starts: dt.time
    closes: dt.time


def expectations(
    *, morning: SessionTimes, afternoon: SessionTimes, gates: Gates, open_minutes: int
) -> list[Expectation]:
    """Return every session with its times, the morning first, each year group of its own time after the rest.

    Being on site in good time is asked for and is no lateness: a pupil is late from the start. Source: ALP-4.03.
    """
    asked = [minutes for minutes in (gates.earliest_minutes_before, gates.latest_minutes_before) if minutes is not None]
    lead = max(asked, default=None)
    found = []
    for name, times, before in (("Morning", morning, lead), ("Afternoon", afternoon, None)):
        own = [((), times.starts), *((each.years, each.starts) for each in times.by_year)]
        found += [
            Expectation(name, years, None if before is None else _later(starts, -before), starts,
                        _later(starts, open_minutes))
            for years, starts in own
        ]  # fmt: skip
    return found


def _later(time: dt.time, minutes: int) -> dt.time:
    return (dt.datetime.combine(dt.date.min + dt.timedelta(days=1), time) + dt.timedelta(minutes=minutes)).time()
