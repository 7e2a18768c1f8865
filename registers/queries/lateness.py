"""Late arrivals by pupil, by group, year or weekday, over any period; both dates included.

Counted while the pupil was on roll, as every other figure is. The plain definition beside it is
registers/rules/lateness.py; a property test holds them together.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from django.db import connection

from registers.queries.measures import REGISTRATION_GROUP, YEAR_GROUP, Grouping
from registers.queries.sessions import HALVES, marks_while_on_roll
from registers.rules.lateness import AFTER_CLOSE, LATE, Late, Lateness

PUPIL: Final = Grouping("mark.pupil_id")
WEEKDAY: Final = Grouping("EXTRACT(ISODOW FROM session.date)::int")
GROUPINGS: Final = {"pupil": PUPIL, "group": REGISTRATION_GROUP, "year": YEAR_GROUP, "weekday": WEEKDAY}

_COUNTED: Final = """
    SELECT {key} AS key, count(*) FILTER (WHERE mark.code <> %(after)s), count(*) FILTER (WHERE mark.code = %(after)s),
        COALESCE(sum(mark.minutes_late), 0), count(*) FILTER (WHERE mark.minutes_late IS NULL)
    FROM {marks} {grouped} WHERE mark.code = ANY(%(codes)s) GROUP BY 1 ORDER BY 1
"""
_EACH: Final = """
    SELECT mark.pupil_id, session.date, session.half, mark.code, mark.minutes_late, mark.id, mark.comment
    FROM {marks} WHERE mark.code = ANY(%(codes)s) ORDER BY session.date, session.half, mark.pupil_id
"""


def lateness(
    *, by: Grouping, from_date: dt.date, to_date: dt.date, pupil_ids: Collection[int] | None = None
) -> dict[Any, Lateness]:
    """Return each group's late arrivals, each in the pupil's group of that day. One query.

    The keys are ids of pupils or registration groups, year groups, or weekdays from 1; None is for marks of pupils
    who had no group that day.
    """
    statement = _COUNTED.format(key=by.key, marks=marks_while_on_roll(as_at=None), grouped=by.join)
    rows = _fetch(statement, LATE, from_date=from_date, to_date=to_date, pupil_ids=pupil_ids)
    return {key: Lateness(*counts) for key, *counts in rows}


def lates_of(
    *,
    from_date: dt.date,
    to_date: dt.date,
    pupil_ids: Collection[int] | None = None,
    codes: Collection[str] = LATE,
) -> dict[int, list[Late]]:
    """Return each late arrival by pupil, in the order of the sessions; pupils without one are left out. One query."""
    statement = _EACH.format(marks=marks_while_on_roll(as_at=None))
    found: dict[int, list[Late]] = {}
    for pupil_id, date, half, *rest in _fetch(
        statement, codes, from_date=from_date, to_date=to_date, pupil_ids=pupil_ids
    ):
        found.setdefault(pupil_id, []).append(Late(date, HALVES[half], *rest))
    return found


def _fetch(
    statement: str, codes: Collection[str], *, from_date: dt.date, to_date: dt.date, pupil_ids: Collection[int] | None
) -> list[tuple[Any, ...]]:
    wanted = None if pupil_ids is None else list(pupil_ids)
    parameters = {"from_date": from_date, "to_date": to_date, "pupil_ids": wanted, "codes": list(codes),
                  "after": AFTER_CLOSE}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
