"""The sessions a school held, and each pupil's marks at them, as they stand or stood at a moment."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import connection

from registers.models import Session
from registers.rules.calendar import Half, SessionMark, school_days_after

_AS_THEY_STAND: Final = "registers_mark AS mark"
# A mark said at a moment what its first change received after that moment found there.
_AS_THEY_STOOD: Final = """(
    SELECT mark.pupil_id, mark.session_id, COALESCE(later.original_code, mark.code) AS code
    FROM registers_mark AS mark
    LEFT JOIN (
        SELECT DISTINCT ON (mark_id) mark_id, original_code FROM registers_markamendment
        WHERE received_at > %(as_at)s ORDER BY mark_id, number
    ) AS later ON later.mark_id = mark.id
    WHERE mark.received_at <= %(as_at)s
) AS mark"""
_HELD_WHILE_ON_ROLL: Final = """
JOIN registers_session AS session ON session.id = mark.session_id
    AND session.date BETWEEN %(from_date)s AND %(to_date)s
JOIN registers_rollperiod AS roll ON roll.pupil_id = mark.pupil_id
    AND session.date >= roll.from_date AND session.date < COALESCE(roll.until_date, 'infinity')
    AND (%(pupil_ids)s::bigint[] IS NULL OR roll.pupil_id = ANY(%(pupil_ids)s::bigint[]))
"""
FRIDAY: Final = 5
HALVES: Final = {half.value: half for half in Half}


def marks_while_on_roll(*, as_at: dt.datetime | None) -> str:
    """Return the SQL that joins marks to sessions, from `from_date` to `to_date`, on whose day the pupil was on roll.

    It asks for those two parameters, for `pupil_ids` (None for everyone) and for `as_at`; it gives `mark`,
    `session` and `roll`.
    """
    return (_AS_THEY_STOOD if as_at else _AS_THEY_STAND) + _HELD_WHILE_ON_ROLL


def session_marks(
    pupil_ids: Collection[int], *, from_date: dt.date, to_date: dt.date, as_at: dt.datetime | None = None
) -> dict[int, list[SessionMark]]:
    """Return each pupil's marks while on roll, in the order of the sessions; both dates inclusive. One query.

    Every pupil asked for is there. A cleared mark is left out: it is as if none had been made.
    """
    found: dict[int, list[SessionMark]] = {pupil_id: [] for pupil_id in pupil_ids}
    parameters = {"from_date": from_date, "to_date": to_date, "as_at": as_at, "pupil_ids": list(found)}
    statement = (
        "SELECT mark.pupil_id, session.date, session.half, mark.code FROM "  # noqa: S608 - our own constants
        + marks_while_on_roll(as_at=as_at)
        + "WHERE mark.code <> '' ORDER BY session.date, session.half"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for pupil_id, date, half, code in cursor.fetchall():
            found[pupil_id].append(SessionMark(date, HALVES[half], code))
    return found


def sessions_held(*, from_date: dt.date, to_date: dt.date) -> list[tuple[dt.date, Half]]:
    """Return every session in the school's calendar between two dates, both inclusive, in order. One query."""
    rows = Session.objects.filter(date__range=(from_date, to_date)).order_by("date", "half")
    return [(date, Half(half)) for date, half in rows.values_list("date", "half")]


def nth_school_day_after(on: dt.date, n: int) -> dt.date:
    """Return the nth school day after a day, or the nth weekday where the calendar ends before it; 0 is the day itself.

    One query, none for the day itself.
    """
    if n == 0:
        return on
    days = Session.objects.filter(date__gt=on).order_by("date").values_list("date", flat=True).distinct()
    coming = list(days[:n])
    weekdays = (on + dt.timedelta(days=i) for i in range(1, 2 * n + 3))
    return school_days_after(coming, on, n) or [day for day in weekdays if day.isoweekday() <= FRIDAY][n - 1]
