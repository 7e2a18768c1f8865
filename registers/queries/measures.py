"""Every figure of attendance, by pupil and by group, for any period and as at any moment, in whole sessions.

One statement a school: marks are counted while the pupil was on roll, each by what its code meant on the day of
its session. The plain definition beside it is registers/rules/measures.py; a property test holds them together.
Dates are inclusive. With `as_at`, only marks received by that moment count, with the codes they then had.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db import connection

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import HeadlineAges, PersistentAbsence, SevereAbsence
from registers.models import Characteristic
from registers.queries.sessions import marks_while_on_roll
from registers.rules import codes
from registers.rules.calendar import SchoolYear
from registers.rules.codes import Statistical
from registers.rules.measures import Measures, total

# Marks are first tallied by code and era (a stretch of time in which no code changes its meaning), so that what
# a code means is looked up once for each tally instead of once for each mark.
_COUNTS: Final = """
    SELECT key, sum(times * present) AS present, sum(times * authorised) AS authorised,
        sum(times * unauthorised) AS unauthorised, sum(times * late) AS late, sum(times * too_late) AS too_late
    FROM ({tally}) AS tally
    JOIN unnest(%(era)s::int[], %(code)s::text[], %(present)s::int[], %(authorised)s::int[],
            %(unauthorised)s::int[], %(late)s::int[], %(too_late)s::int[])
        AS meaning (era, code, present, authorised, unauthorised, late, too_late) USING (era, code)
    GROUP BY key
"""
_TALLY: Final = """
    SELECT {key} AS key, mark.code, width_bucket(session.date, %(eras)s::date[]) AS era, count(*)::int AS times
    FROM {marks} {grouped}
    GROUP BY 1, 2, 3
"""
# Everybody's marks as they stand are tallied era by era without a look at who was on roll, which would cost more than
# the count itself; then those made off the roll are taken away, of the few pupils who were not on it all along.
_TALLY_OF_AN_ERA: Final = """
    SELECT mark.pupil_id AS key, mark.code, {era} AS era, count(*)::int AS times FROM registers_mark AS mark
    WHERE mark.session_id = ANY(ARRAY(
        SELECT id FROM registers_session WHERE date BETWEEN %(first_{era})s AND %(last_{era})s
    ))
    GROUP BY 1, 2
    UNION ALL
"""
_LESS_THOSE_OFF_ROLL: Final = """
    SELECT partly.id, mark.code, width_bucket(mark.date, %(eras)s::date[]), -count(*)::int
    FROM (
        SELECT id FROM registers_pupil AS pupil WHERE NOT EXISTS (
            SELECT FROM registers_rollperiod AS roll, (
                SELECT min(date) AS first, max(date) AS last FROM registers_session
                WHERE date BETWEEN %(from_date)s AND %(to_date)s
            ) AS held
            WHERE roll.pupil_id = pupil.id AND roll.from_date <= held.first
                AND COALESCE(roll.until_date, 'infinity') > held.last
        )
    ) AS partly
    CROSS JOIN LATERAL (
        SELECT mark.code, session.date FROM registers_mark AS mark JOIN registers_session AS session
            ON session.id = mark.session_id AND session.date BETWEEN %(from_date)s AND %(to_date)s
        WHERE mark.pupil_id = partly.id OFFSET 0
    ) AS mark
    WHERE NOT EXISTS (
        SELECT FROM registers_rollperiod AS roll WHERE roll.pupil_id = partly.id
            AND mark.date >= roll.from_date AND mark.date < COALESCE(roll.until_date, 'infinity')
    )
    GROUP BY 1, 2, 3
"""
_BY_PUPIL: Final = """
WITH counts AS ({counts}), pupils AS (
    SELECT pupil.id, pupil.upn,
        NOT pupil.boarder AND pupil.dob > %(born_after)s AND pupil.dob <= %(born_by)s AS headline,
        COALESCE(present, 0) AS present, COALESCE(authorised, 0) AS authorised,
        COALESCE(unauthorised, 0) AS unauthorised, COALESCE(late, 0) AS late, COALESCE(too_late, 0) AS too_late,
        present + authorised + unauthorised AS possible, authorised + unauthorised AS missed
    FROM registers_pupil AS pupil LEFT JOIN counts ON counts.key = pupil.id
    WHERE EXISTS (
        SELECT FROM registers_rollperiod AS roll WHERE roll.pupil_id = pupil.id
            AND roll.from_date <= %(to_date)s AND COALESCE(roll.until_date, 'infinity') > %(from_date)s
    ) AND (%(pupil_ids)s::bigint[] IS NULL OR pupil.id = ANY(%(pupil_ids)s::bigint[]))
)
SELECT id, upn, present, authorised, unauthorised, late, too_late,
    (headline AND possible > 0) IS TRUE,
    (possible > 0 AND 100 * missed >= %(persistent)s * possible) IS TRUE,
    (possible > 0 AND 100 * missed >= %(severe)s * possible) IS TRUE
FROM pupils ORDER BY upn COLLATE "C", id
"""
_ON_THE_DAY: Final = """
LEFT JOIN {table} AS dated ON dated.pupil_id = mark.pupil_id
    AND session.date >= dated.from_date AND session.date < COALESCE(dated.until_date, 'infinity')
"""


class Grouping(NamedTuple):
    """How figures are grouped: the SQL of a group's key, and of the join that finds it on the day of the mark."""

    key: str
    join: str = ""


SCHOOL: Final = Grouping("'school'")
DAY: Final = Grouping("session.date")
SEX: Final = Grouping("pupil.sex", "JOIN registers_pupil AS pupil ON pupil.id = mark.pupil_id")
YEAR_GROUP: Final = Grouping("dated.year", _ON_THE_DAY.format(table="registers_pupilyear"))
REGISTRATION_GROUP: Final = Grouping(
    "dated.group_id", _ON_THE_DAY.format(table="registers_groupmember") + "AND dated.kind = 'registration'"
)

# The keys are a characteristic's kind, a space and a day; a pupil with two kinds that day counts in both.
CHARACTERISTIC_BY_DAY: Final = Grouping(
    "dated.kind || ' ' || session.date", _ON_THE_DAY.format(table="registers_characteristic")
)


def characteristic(kind: Characteristic.Kind) -> Grouping:
    """Return the grouping by a characteristic: its value on the day, "yes" where it has none to give."""
    join = _ON_THE_DAY.format(table="registers_characteristic") + f"AND dated.kind = '{kind.value}'"
    return Grouping("CASE dated.value WHEN '' THEN 'yes' ELSE dated.value END", join)


@dataclass(frozen=True, slots=True)
class PupilFigures:
    """A pupil's measures over a period, and what published statistics make of them.

    `in_headline` is for a day pupil aged 5 to 15 on 31 August with at least one possible session (R59).
    """

    pupil_id: int
    upn: str
    measures: Measures
    in_headline: bool
    is_persistent: bool
    is_severe: bool


@dataclass(frozen=True, slots=True)
class Headline:
    """Pupils in the published rates, and how many of them were persistently and severely absent (R55, R56, R59)."""

    pupils: int
    persistent: int
    severe: int


def pupil_figures(
    *, from_date: dt.date, to_date: dt.date, as_at: dt.datetime | None = None, pupil_ids: Collection[int] | None = None
) -> list[PupilFigures]:
    """Return the figures of every pupil on roll in the period, leavers too, in the order of their UPNs. One query.

    Whoever was on roll without a mark is there with zeros. Ages are those of the school year of `to_date`.
    """
    parameters = _parameters(from_date, to_date, as_at, pupil_ids) | _statistics(to_date)
    if as_at is None and pupil_ids is None:
        tally, days = _tally_of_everybody(from_date, to_date)
        parameters |= days
    else:
        tally = _TALLY.format(key="mark.pupil_id", marks=marks_while_on_roll(as_at=as_at), grouped="")
    counts = _COUNTS.format(tally=tally)
    rows = _fetch(_BY_PUPIL.format(counts=counts), parameters)
    return [PupilFigures(pupil_id, upn, Measures(*rest[:5]), *rest[5:]) for pupil_id, upn, *rest in rows]


def pupil_measures(
    *, from_date: dt.date, to_date: dt.date, as_at: dt.datetime | None = None, pupil_ids: Collection[int] | None = None
) -> dict[int, Measures]:
    """Return the measures of every pupil on roll in the period. One query."""
    figures = pupil_figures(from_date=from_date, to_date=to_date, as_at=as_at, pupil_ids=pupil_ids)
    return {row.pupil_id: row.measures for row in figures}


def group_measures(
    *,
    by: Grouping,
    from_date: dt.date,
    to_date: dt.date,
    as_at: dt.datetime | None = None,
    pupil_ids: Collection[int] | None = None,
) -> dict[Any, Measures]:
    """Return each group's measures, sum over sum, each mark in the pupil's group on that day. One query.

    The keys are year groups, ids of registration groups, F and M, or values of a characteristic; None is for
    marks of pupils who had none that day. Groups without a mark that counts are left out. Source: statute.md R54.
    """
    tally = _TALLY.format(key=by.key, marks=marks_while_on_roll(as_at=as_at), grouped=by.join)
    counts = _COUNTS.format(tally=tally)
    rows = _fetch(counts + "ORDER BY key", _parameters(from_date, to_date, as_at, pupil_ids))
    return {key: Measures(*counts) for key, *counts in rows}


def school_measures(*, from_date: dt.date, to_date: dt.date, as_at: dt.datetime | None = None) -> Measures:
    """Return the whole school's measures, everyone on roll, sum over sum. One query."""
    return total(group_measures(by=SCHOOL, from_date=from_date, to_date=to_date, as_at=as_at).values())


def headline(figures: Iterable[PupilFigures]) -> Headline:
    """Return the counts that published statistics give of a school, as the database decided them (decision 19)."""
    counted = [row for row in figures if row.in_headline]
    return Headline(
        pupils=len(counted),
        persistent=sum(row.is_persistent for row in counted),
        severe=sum(row.is_severe for row in counted),
    )


def _tally_of_everybody(from_date: dt.date, to_date: dt.date) -> tuple[str, dict[str, dt.date]]:
    """Return the SQL that tallies everybody's marks as they stand, and the days it asks for by name."""
    starts = [day for day in eras() if day <= to_date]
    ends = [*(day - dt.timedelta(days=1) for day in starts[1:]), to_date]
    days: dict[str, dt.date] = {}
    statement = ""
    for era, (first, last) in enumerate(zip(starts, ends, strict=True), start=1):
        if last >= from_date:
            statement += _TALLY_OF_AN_ERA.format(era=era)
            days |= {f"first_{era}": max(first, from_date), f"last_{era}": last}
    return statement + _LESS_THOSE_OFF_ROLL, days


def _fetch(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _parameters(
    from_date: dt.date, to_date: dt.date, as_at: dt.datetime | None, pupil_ids: Collection[int] | None
) -> dict[str, Any]:
    wanted = None if pupil_ids is None else list(pupil_ids)
    return {"from_date": from_date, "to_date": to_date, "as_at": as_at, "pupil_ids": wanted, **_meanings()}


@lru_cache(maxsize=1)
def eras() -> tuple[dt.date, ...]:
    """Return the first day of each era, in order: a stretch of time in which no code changes its meaning."""
    return tuple(sorted({day for row in codes.periods() for day in (row.from_date, row.until_date) if day}))


@lru_cache(maxsize=1)
def _meanings() -> dict[str, list[Any]]:
    """Return the first day of each era, and column by column the codes that count in each. Source: statute.md R53."""
    counted = [
        (era, row)
        for era, first in enumerate(eras(), start=1)
        for row in codes.in_force(first)
        if row.counts_as_possible
    ]
    rows = [row for _, row in counted]
    return {
        "eras": list(eras()),
        "era": [era for era, _ in counted],
        "code": [row.code for row in rows],
        "present": [int(row.counts_as_present) for row in rows],
        "authorised": [int(row.statistical is Statistical.AUTHORISED) for row in rows],
        "unauthorised": [int(row.statistical is Statistical.UNAUTHORISED) for row in rows],
        "late": [int(row.code == "L") for row in rows],
        "too_late": [int(row.code == "U") for row in rows],
    }


def _statistics(on: dt.date) -> dict[str, Any]:
    """Return the shares and births that the law of a day sets; nothing where it set none."""
    law = national()
    persistent, severe = law.find(PersistentAbsence, on=on), law.find(SevereAbsence, on=on)
    ages = law.find(HeadlineAges, on=on)
    starts = SchoolYear.of(on).starts.year
    return {
        "persistent": persistent and persistent.value.percent,
        "severe": severe and severe.value.percent,
        "born_after": ages and ages.value.aged_on.of(starts - ages.value.oldest - 1),
        "born_by": ages and ages.value.aged_on.of(starts - ages.value.youngest),
    }
