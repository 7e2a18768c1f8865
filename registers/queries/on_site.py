"""Who is on the premises at a moment: one statement over marks, sign-outs, returns and lesson registers."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from registers.rules import codes
from registers.rules.calendar import LONDON
from registers.rules.codes import Statistical
from registers.rules.lessons import LessonCode
from registers.rules.movements import MovementKind

NO_GROUP: Final = "No group"
CAME_AFTER_CLOSE: Final = "U"  # an absence in the figures; the child is on the premises

# A child is on site who was seen to be there after whatever last said they were not: a sign-out, a mark of absence.
# Seen there: marked present or late, signed in, present in a lesson, elsewhere on site, back from time out.
_EVERYBODY: Final = """
WITH moved AS (
    SELECT * FROM (
        SELECT DISTINCT ON (entry) pupil_id, kind, at, due_back_at, lesson, struck FROM registers_movement
        WHERE at >= %(begins)s AND at < %(ends)s ORDER BY entry, id DESC
    ) AS last WHERE NOT struck AND at <= %(at)s
), known AS (
    SELECT mark.pupil_id, COALESCE(mark.arrived_at, mark.made_at) AS at,
        mark.code = ANY(%(here)s::text[]) AS is_in, false AS by_desk
    FROM registers_mark AS mark JOIN registers_session AS session ON session.id = mark.session_id
    WHERE session.date = %(on)s AND mark.code <> '' AND COALESCE(mark.arrived_at, mark.made_at) <= %(at)s
    UNION ALL
    SELECT seen.pupil_id, seen.made_at, true, false FROM registers_lessonmark AS seen
    JOIN registers_lessonregister AS lesson ON lesson.id = seen.register_id
    WHERE lesson.date = %(on)s AND seen.code = ANY(%(in_lesson)s::text[]) AND seen.made_at <= %(at)s
    UNION ALL
    SELECT pupil_id, at, kind <> %(out)s, true FROM moved
    WHERE kind = ANY(%(moves)s::text[])
), gone AS (
    SELECT DISTINCT ON (pupil_id) pupil_id, at, by_desk FROM known WHERE NOT is_in
    ORDER BY pupil_id, at DESC, by_desk DESC
), stands AS (
    SELECT known.pupil_id,
        min(known.at) FILTER (WHERE known.is_in AND known.at > COALESCE(gone.at, '-infinity')) AS since
    FROM known LEFT JOIN gone ON gone.pupil_id = known.pupil_id GROUP BY known.pupil_id
), apart AS (
    SELECT DISTINCT ON (pupil_id) pupil_id, at, lesson, kind = %(time_out)s AS is_out FROM moved
    WHERE kind = ANY(%(time_outs)s::text[]) ORDER BY pupil_id, at DESC
), elsewhere AS (
    SELECT DISTINCT ON (seen.pupil_id) seen.pupil_id, seen.code, seen.place FROM registers_lessonmark AS seen
    JOIN registers_lessonregister AS lesson ON lesson.id = seen.register_id
    WHERE lesson.date = %(on)s AND lesson.starts_at <= %(at)s AND lesson.ends_at > %(at)s AND seen.made_at <= %(at)s
    ORDER BY seen.pupil_id, seen.made_at DESC
)
SELECT pupil.id, COALESCE(NULLIF(pupil.surname_in_use, ''), pupil.surname) || ', '
        || COALESCE(NULLIF(pupil.forename_in_use, ''), pupil.forename) AS list_name,
    COALESCE(grp.name, ''), stands.since, gone.at, COALESCE(gone.by_desk, false),
    CASE WHEN apart.is_out THEN 'Time out' || COALESCE(NULLIF(' from ' || apart.lesson, ' from '), '')
        WHEN elsewhere.code = %(elsewhere)s THEN elsewhere.place
        WHEN elsewhere.code = %(missing)s THEN %(not_in_lesson)s ELSE '' END,
    (SELECT moved.due_back_at FROM moved WHERE moved.pupil_id = pupil.id AND moved.kind = %(out)s
        ORDER BY moved.at DESC LIMIT 1)
FROM registers_rollperiod AS roll
JOIN registers_pupil AS pupil ON pupil.id = roll.pupil_id AND (pupil.died_on IS NULL OR pupil.died_on > %(on)s)
LEFT JOIN registers_groupmember AS place ON place.pupil_id = pupil.id AND place.kind = 'registration'
    AND %(on)s >= place.from_date AND %(on)s < COALESCE(place.until_date, 'infinity')
LEFT JOIN registers_group AS grp ON grp.id = place.group_id
LEFT JOIN stands ON stands.pupil_id = pupil.id
LEFT JOIN gone ON gone.pupil_id = pupil.id
LEFT JOIN apart ON apart.pupil_id = pupil.id
LEFT JOIN elsewhere ON elsewhere.pupil_id = pupil.id
WHERE %(on)s >= roll.from_date AND %(on)s < COALESCE(roll.until_date, 'infinity')
ORDER BY grp.name NULLS LAST, list_name, pupil.id
"""


class Standing(StrEnum):
    """Where a child on the roll is at a moment. Everybody is in one of these."""

    ON_SITE = "on site"
    SIGNED_OUT = "signed out"
    NOT_IN = "not in"  # marked absent, or elsewhere off the premises
    NOT_YET = "not yet"  # no register has said

    @property
    def label(self) -> str:
        """Return it in words."""
        return WORDS[self]


WORDS: Final = {
    Standing.ON_SITE: "On site",
    Standing.SIGNED_OUT: "Signed out",
    Standing.NOT_IN: "Not in",
    Standing.NOT_YET: "Not marked yet",
}


@dataclass(frozen=True)
class Whereabouts:
    """One child at a moment: by which group they are counted, since when they stand so, and where if that is known."""

    pupil_id: int
    list_name: str
    group: str
    standing: Standing
    since: dt.datetime | None
    where: str = ""
    due_back_at: dt.datetime | None = None


def everybody(at: dt.datetime) -> list[Whereabouts]:
    """Return every child on roll that day and where each is at a moment, by group and name. One query.

    Hidden pupils are among them: a list that people are counted by leaves nobody out.
    """
    on = at.astimezone(LONDON).date()
    here = {row.code for row in codes.in_force(on) if row.statistical is Statistical.ATTENDING} | {CAME_AFTER_CLOSE}
    asked: dict[str, Any] = {
        "at": at,
        "on": on,
        "begins": dt.datetime.combine(on, dt.time.min, tzinfo=LONDON),
        "ends": dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min, tzinfo=LONDON),
        "here": sorted(here),
        "in_lesson": [LessonCode.PRESENT.value, LessonCode.LATE.value, LessonCode.ELSEWHERE.value],
        "out": MovementKind.OUT.value,
        "moves": [MovementKind.OUT.value, MovementKind.IN.value, MovementKind.TIME_BACK.value],
        "time_out": MovementKind.TIME_OUT.value,
        "time_outs": [MovementKind.TIME_OUT.value, MovementKind.TIME_BACK.value],
        "elsewhere": LessonCode.ELSEWHERE.value,
        "missing": LessonCode.ABSENT.value,
        "not_in_lesson": "Not in the lesson",
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVERYBODY, asked)
        rows = cursor.fetchall()
    return [_whereabouts(*row) for row in rows]


def _whereabouts(
    pupil_id: int, list_name: str, group: str, since: dt.datetime | None, gone_at: dt.datetime | None,
    by_desk: bool,  # noqa: FBT001 - the columns of the statement, in its order
    where: str, due_back_at: dt.datetime | None,
) -> Whereabouts:  # fmt: skip
    group = group or NO_GROUP
    if since:
        return Whereabouts(pupil_id, list_name, group, Standing.ON_SITE, since, where)
    if gone_at is None:
        return Whereabouts(pupil_id, list_name, group, Standing.NOT_YET, None)
    if by_desk:
        return Whereabouts(pupil_id, list_name, group, Standing.SIGNED_OUT, gone_at, due_back_at=due_back_at)
    return Whereabouts(pupil_id, list_name, group, Standing.NOT_IN, gone_at)


def on_site(at: dt.datetime) -> list[Whereabouts]:
    """Return the children on the premises at a moment, by group and name: pupil, group, where, since. One query."""
    return [row for row in everybody(at) if row.standing is Standing.ON_SITE]


def counted(rows: Iterable[Whereabouts]) -> dict[Standing, int]:
    """Return how many stand where, each named: together they are everybody on roll."""
    found = dict.fromkeys(Standing, 0)
    for row in rows:
        found[row.standing] += 1
    return found
