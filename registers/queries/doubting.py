"""Finds what in the registers cannot be right: one statement for each way of being wrong, over all pupils at once."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from registers.rules import codes, doubts
from registers.rules.calendar import LONDON, Half
from registers.rules.doubts import DoubtKind, FoundDoubt
from registers.rules.signing_out import CODES

_HELD: Final = """
WITH held AS MATERIALIZED (
    SELECT id, date, half FROM registers_session WHERE date BETWEEN %(first)s AND %(last)s
)
"""
_ON_ROLL: Final = """(
    SELECT 1 FROM registers_rollperiod AS roll WHERE roll.pupil_id = mark.pupil_id
    AND held.date >= roll.from_date AND held.date < COALESCE(roll.until_date, 'infinity')
)"""
_DUE: Final = """due.ended_at IS NULL AND held.date >= due.from_date AND held.date < due.until_date
    AND due.halves IN (held.half, 'both')"""
_PARTS: Final = {":held": _HELD, ":on_roll": _ON_ROLL, ":due": _DUE}
_OFF_ROLL: Final = """:held
SELECT mark.pupil_id, mark.session_id, mark.code FROM registers_mark AS mark JOIN held ON held.id = mark.session_id
WHERE mark.code = ANY(%(present)s::text[]) AND NOT EXISTS :on_roll
"""
# A few marks of a planned closure among a school at work are the ones that are wrong, and another's to settle.
_NO_SESSION: Final = """:held, counted AS (
    SELECT mark.session_id, count(*) FILTER (WHERE mark.code = %(closure)s) AS closed,
        count(*) FILTER (WHERE mark.code = ANY(%(present)s::text[])) AS present
    FROM registers_mark AS mark
    WHERE mark.session_id IN (
        SELECT planned.session_id FROM registers_mark AS planned JOIN held ON held.id = planned.session_id
        WHERE planned.code = %(closure)s
    ) GROUP BY mark.session_id
)
SELECT mark.pupil_id, mark.session_id, mark.code FROM registers_mark AS mark JOIN held ON held.id = mark.session_id
LEFT JOIN counted ON counted.session_id = held.id
WHERE mark.code = ANY(%(present)s::text[])
    AND (held.date = ANY(%(without_school)s::date[]) OR counted.closed > counted.present)
"""
# A session counts as held once any mark of it stands, so that a calendar entered ahead of the marks doubts nobody.
_BLANK: Final = """:held
SELECT roll.pupil_id, held.id, held.date, held.half, COALESCE(twin.code, ''), COALESCE(due.code, '')
FROM held
JOIN registers_rollperiod AS roll
    ON held.date >= roll.from_date AND held.date < COALESCE(roll.until_date, 'infinity')
JOIN registers_pupil AS pupil ON pupil.id = roll.pupil_id AND NOT pupil.boarder
    AND (pupil.died_on IS NULL OR held.date < pupil.died_on)
JOIN registers_groupmember AS place ON place.pupil_id = pupil.id AND place.kind = 'registration'
    AND held.date >= place.from_date AND held.date < COALESCE(place.until_date, 'infinity')
LEFT JOIN registers_mark AS mark ON mark.pupil_id = pupil.id AND mark.session_id = held.id AND mark.code <> ''
LEFT JOIN held AS other ON other.date = held.date AND other.half <> held.half
LEFT JOIN registers_mark AS twin ON twin.pupil_id = pupil.id AND twin.session_id = other.id AND twin.code <> ''
LEFT JOIN registers_expectedmark AS due ON due.pupil_id = pupil.id AND :due
WHERE mark.id IS NULL
    AND EXISTS (SELECT 1 FROM registers_mark AS any_mark WHERE any_mark.session_id = held.id AND any_mark.code <> '')
"""
_NOT_IN_FORCE: Final = """:held, known AS (
    SELECT * FROM unnest(%(codes)s::text[], %(froms)s::date[], %(untils)s::date[]) AS row(code, from_date, until_date)
), wrong AS (
    SELECT said.code, said.date FROM (
        SELECT DISTINCT mark.code, held.date FROM registers_mark AS mark JOIN held ON held.id = mark.session_id
        WHERE mark.code <> ''
    ) AS said
    WHERE NOT EXISTS (
        SELECT 1 FROM known WHERE known.code = said.code AND said.date >= known.from_date
        AND said.date < COALESCE(known.until_date, 'infinity')
    )
)
SELECT mark.pupil_id, mark.session_id, mark.code, held.date FROM wrong JOIN held ON held.date = wrong.date
JOIN registers_mark AS mark ON mark.session_id = held.id AND mark.code = wrong.code
"""
_FOR_SOME_AGES: Final = """:held
SELECT mark.pupil_id, mark.session_id, mark.code, held.date, pupil.dob FROM registers_mark AS mark
JOIN held ON held.id = mark.session_id JOIN registers_pupil AS pupil ON pupil.id = mark.pupil_id
WHERE mark.code = ANY(%(aged)s::text[])
"""
# What a teacher settled at once by "They are here" is a Contradiction, and settled there (decision 5).
_PRESENT_THOUGH_EXPECTED: Final = """:held
SELECT mark.pupil_id, mark.session_id, mark.code, due.code, due.origin FROM registers_expectedmark AS due
JOIN held ON :due
JOIN registers_mark AS mark ON mark.pupil_id = due.pupil_id AND mark.session_id = held.id
WHERE mark.code = ANY(%(attending)s::text[])
    AND (due.code <> ALL(%(to_confirm)s::text[]) OR EXISTS (
        SELECT 1 FROM registers_expectedconfirmation AS seen
        WHERE seen.expected_id = due.id AND seen.session_id = held.id))
    AND NOT EXISTS (SELECT 1 FROM registers_contradiction AS told WHERE told.mark_id = mark.id)
"""
# A mark made of a child who had gone out at the office and had not come in again before the register closed.
_MARKED_THOUGH_OUT: Final = """:held, door AS (
    SELECT DISTINCT ON (entry) pupil_id, kind, at, reason, struck FROM registers_movement
    WHERE at >= %(first)s::date::timestamp AT TIME ZONE 'Europe/London'
        AND at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Europe/London'
    ORDER BY entry, id DESC
)
SELECT mark.pupil_id, mark.session_id, mark.code, gone.at, gone.reason
FROM door AS gone JOIN held ON held.date = (gone.at AT TIME ZONE 'Europe/London')::date
JOIN registers_mark AS mark ON mark.pupil_id = gone.pupil_id AND mark.session_id = held.id
JOIN registers_register AS register ON register.id = mark.register_id
WHERE gone.kind = 'out' AND NOT gone.struck AND mark.code = ANY(%(attending)s::text[])
    AND gone.at < COALESCE(mark.arrived_at, mark.made_at)
    AND NOT EXISTS (
        SELECT 1 FROM door AS back WHERE back.pupil_id = gone.pupil_id AND back.kind = 'in' AND NOT back.struck
        AND back.at > gone.at AND back.at <= GREATEST(register.closes_at, COALESCE(mark.arrived_at, mark.made_at)))
    AND NOT EXISTS (SELECT 1 FROM registers_contradiction AS told WHERE told.mark_id = mark.id)
ORDER BY gone.at
"""
# Days of suspension that are marked, and those still to come that are expected; runs of them, in school days.
_SIXTH_DAY: Final = """
WITH day AS (
    SELECT date, row_number() OVER (ORDER BY date) AS number, (array_agg(id ORDER BY half))[1] AS session_id
    FROM registers_session WHERE date BETWEEN %(first)s AND %(horizon)s GROUP BY date
), away AS (
    SELECT mark.pupil_id, session.date FROM registers_mark AS mark
    JOIN registers_session AS session ON session.id = mark.session_id AND session.date >= %(first)s
    WHERE mark.code = %(suspended)s
    UNION
    SELECT due.pupil_id, session.date FROM registers_expectedmark AS due
    JOIN registers_session AS session ON session.date >= due.from_date AND session.date < due.until_date
        AND session.date > %(last)s
    WHERE due.code = %(suspended)s AND due.ended_at IS NULL
), run AS (
    SELECT away.pupil_id, away.date, day.session_id,
        day.number - row_number() OVER (PARTITION BY away.pupil_id ORDER BY day.number) AS island
    FROM away JOIN day USING (date)
), placed AS (
    SELECT pupil_id, session_id, row_number() OVER one_run AS place, min(date) OVER one_run AS since
    FROM run WINDOW one_run AS (PARTITION BY pupil_id, island ORDER BY date)
)
SELECT pupil_id, session_id, since FROM placed WHERE place = %(provision_from)s
"""


def contradictions_within(first: dt.date, last: dt.date, *, provision_from: int) -> list[FoundDoubt]:
    """Return what is wrong in one school's registers from one day to another, but for what another school says.

    Eight queries, whatever the number of pupils. The school day of a suspension from which education is due (the
    sixth: R39) is told before it comes.
    """
    asked = {
        "first": first,
        "last": last,
        "present": doubts.at_school_or_activity(last),
        "attending": doubts.attending(last),
        "closure": doubts.planned_closure(last),
        "without_school": doubts.days_without_school(first, last),
        "aged": doubts.for_some_ages_only(),
        "to_confirm": sorted({row.code for row in codes.periods() if row.confirm_child}),
        "codes": [row.code for row in codes.periods()],
        "froms": [row.from_date for row in codes.periods()],
        "untils": [row.until_date for row in codes.periods()],
        "suspended": doubts.SUSPENDED,
        "provision_from": provision_from,
        "horizon": last + dt.timedelta(weeks=8),
    }
    return [
        *_marked(DoubtKind.OFF_ROLL, _OFF_ROLL, asked),
        *_marked(DoubtKind.NO_SESSION, _NO_SESSION, asked, offered=str(asked["closure"])),
        *_blanks(asked),
        *_not_in_force(asked),
        *_wrong_ages(asked),
        *_present_though_expected(asked),
        *_marked_though_out(asked),
        *_sixth_days(asked),
    ]


def _rows(sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        for name, part in _PARTS.items():
            sql = sql.replace(name, part)
        cursor.execute(sql, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _marked(kind: DoubtKind, sql: str, asked: dict[str, Any], *, offered: str = "") -> Iterator[FoundDoubt]:
    for pupil, session, code in _rows(sql, asked):
        yield FoundDoubt(pupil, kind, session, {"code": code}, offered)


def _blanks(asked: dict[str, Any]) -> Iterator[FoundDoubt]:
    for pupil, session, date, half, other_half, expected in _rows(_BLANK, asked):
        offered = doubts.offered_for_blank(Half(half), other_half=other_half, expected=expected, on=date)
        kind = DoubtKind.ONE_SESSION if other_half else DoubtKind.BLANK
        yield FoundDoubt(pupil, kind, session, {"other_half": other_half, "expected": expected}, offered)


def _not_in_force(asked: dict[str, Any]) -> Iterator[FoundDoubt]:
    for pupil, session, code, date in _rows(_NOT_IN_FORCE, asked):
        offered = doubts.offered_for_era(code, on=date)
        yield FoundDoubt(pupil, DoubtKind.NOT_IN_FORCE, session, {"code": code}, offered)


def _wrong_ages(asked: dict[str, Any]) -> Iterator[FoundDoubt]:
    for pupil, session, code, date, dob in _rows(_FOR_SOME_AGES, asked):
        offered = doubts.offered_for_age(code, dob=dob, on=date)
        if offered is not None:
            yield FoundDoubt(pupil, DoubtKind.WRONG_AGE, session, {"code": code}, offered)


def _present_though_expected(asked: dict[str, Any]) -> Iterator[FoundDoubt]:
    for pupil, session, code, expected, origin in _rows(_PRESENT_THOUGH_EXPECTED, asked):
        out = origin.startswith(doubts.SIGNED_OUT)
        kind = DoubtKind.SIGNED_OUT if out else DoubtKind.LEAVE_BUT_PRESENT
        yield FoundDoubt(pupil, kind, session, {"code": code, "expected": expected}, expected)


def _marked_though_out(asked: dict[str, Any]) -> Iterator[FoundDoubt]:
    for pupil, session, code, out_at, reason in _rows(_MARKED_THOUGH_OUT, asked):
        said = {"code": code, "out_at": f"{out_at.astimezone(LONDON):%H:%M}"}
        yield FoundDoubt(pupil, DoubtKind.SIGNED_OUT, session, said, CODES.get(reason, ""))


def _sixth_days(asked: dict[str, Any]) -> Iterator[FoundDoubt]:
    for pupil, session, since in _rows(_SIXTH_DAY, asked):
        yield FoundDoubt(pupil, DoubtKind.SIXTH_DAY, session, {"code": doubts.SUSPENDED, "since": since.isoformat()})
