"""The one statement that counts all that a school's triggers ask about, and answers each of them for every pupil."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Final

from attendance_mat.policy.triggers import Count, Unit
from escalation.queries.triggers import Compiled, Sum
from escalation.rules.counts import classes
from escalation.rules.windows import ONE_DAY
from registers.rules import codes
from registers.rules.lessons import LessonCode

# Marks are first tallied by pupil, code and stretch of days; what a code means is looked up once for each tally.
# Whole days, runs and spells look only at marks that say something other than present: a day is whole if those of the
# kind and those of no possible session are together all the sessions held. `number` counts the school's days. OFFSET 0
# has marks and sessions joined before the roll, which the planner would else cross with every session.
_HELD: Final = """
held AS MATERIALIZED (
    SELECT id, date, half, width_bucket(date, %(bounds)s::date[]) AS stretch,
        dense_rank() OVER (ORDER BY date) AS number, count(*) OVER (PARTITION BY date) AS of_day
    FROM registers_session WHERE date BETWEEN %(first)s AND %(as_of)s
), meaning AS MATERIALIZED (
    SELECT * FROM unnest(%(stretches)s::int[], %(codes)s::text[]{columns}) AS meaning (stretch, code{names})
)"""
_TALLY: Final = """, tally AS (
    SELECT pupil_id, {sums} FROM (
        SELECT mark.pupil_id, mark.code, mark.stretch, count(*)::int AS times
        FROM (
            SELECT mark.pupil_id, mark.code, held.stretch, held.date
            FROM registers_mark AS mark JOIN held ON held.id = mark.session_id WHERE held.date >= %(tally_from)s
            OFFSET 0
        ) AS mark {on_roll}
        GROUP BY 1, 2, 3
    ) AS said JOIN meaning USING (stretch, code) GROUP BY pupil_id
)"""
_DAY: Final = """, day AS MATERIALIZED (
    SELECT mark.pupil_id, mark.date, mark.stretch, mark.number, mark.of_day,
        {of_kinds}, sum((meaning.code IS NULL)::int) AS none
    FROM (
        SELECT mark.pupil_id, mark.code, held.* FROM registers_mark AS mark JOIN held ON held.id = mark.session_id
        WHERE held.date >= %(days_from)s AND mark.code <> '' AND mark.code <> ALL(%(elsewhere)s::text[])
        OFFSET 0
    ) AS mark {on_roll}
    LEFT JOIN meaning ON meaning.stretch = mark.stretch AND meaning.code = mark.code
    GROUP BY 1, 2, 3, 4, 5
)"""
_WHOLE: Final = """, whole AS (SELECT pupil_id, {sums} FROM day GROUP BY pupil_id)"""
_RUN: Final = """, {name} AS (
    SELECT pupil_id, count(*) FILTER (WHERE {kind} > 0) AS days, min(date) AS since FROM (
        SELECT *, number + row_number() OVER (PARTITION BY pupil_id ORDER BY number DESC) AS place
        FROM day WHERE {kind} + none = of_day
    ) AS adjacent WHERE place = (SELECT max(number) FROM held) + 1 GROUP BY pupil_id
)"""
_SPELL: Final = """, spell AS (
    SELECT pupil_id, {sums} FROM (
        SELECT mark.pupil_id, mark.stretch, missed,
            lag(missed) OVER running AS before, lag(mark.stretch) OVER running AS stretch_before
        FROM (
            SELECT mark.pupil_id, mark.code, held.* FROM registers_mark AS mark JOIN held ON held.id = mark.session_id
            WHERE held.date >= %(spells_from)s OFFSET 0
        ) AS mark {on_roll}
        JOIN meaning ON meaning.stretch = mark.stretch AND meaning.code = mark.code
        WINDOW running AS (PARTITION BY mark.pupil_id ORDER BY mark.date, mark.half)
    ) AS possible_session GROUP BY pupil_id
)"""
_LESSON: Final = """, lesson AS (
    SELECT pupil_id, {sums} FROM (
        SELECT mark.pupil_id, held_day.stretch
        FROM registers_lessonmark AS mark JOIN registers_lessonregister AS taken ON taken.id = mark.register_id
        JOIN (SELECT DISTINCT date, stretch FROM held) AS held_day ON held_day.date = taken.date
        JOIN registers_rollperiod AS roll ON roll.pupil_id = mark.pupil_id
            AND taken.date >= roll.from_date AND taken.date < COALESCE(roll.until_date, 'infinity')
        WHERE mark.code = %(lesson_missed)s AND taken.date >= %(lessons_from)s
    ) AS missed GROUP BY pupil_id
)"""
_ON_ROLL: Final = """JOIN registers_rollperiod AS roll ON roll.pupil_id = mark.pupil_id
            AND mark.date >= roll.from_date AND mark.date < COALESCE(roll.until_date, 'infinity')"""
_SUMS: Final = """
SELECT pupil.id, pupil.dob{figures} FROM registers_pupil AS pupil{joins}
WHERE EXISTS (
    SELECT FROM registers_rollperiod AS roll WHERE roll.pupil_id = pupil.id
        AND roll.from_date <= %(as_of)s AND COALESCE(roll.until_date, 'infinity') > %(as_of)s
)
"""
_ANSWER: Final = """
SELECT * FROM (SELECT pupil.id, {conditions} FROM ({sums}) AS pupil) AS answer WHERE {any_of_them}
"""


def statement(compiled: Compiled, conditions: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the statement and its parameters: a pupil's id, and whether each condition holds."""
    return _Statement(compiled).over(conditions)


def sums_statement(compiled: Compiled) -> tuple[str, dict[str, Any]]:
    """Return the statement and its parameters: each pupil on roll, the date of birth, and the sums in their order."""
    return _Statement(compiled).sums()


class _Statement:
    """The parts of the statement that the compiled conditions need, and no others."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.bounds = compiled.bounds()
        by_unit = {unit: [each for each in compiled.sums if each.unit is unit] for unit in Unit}
        self.sessions, self.whole, self.spells, self.lessons = (
            by_unit[Unit.SESSIONS],
            by_unit[Unit.WHOLE_DAYS],
            by_unit[Unit.SPELLS],
            by_unit[Unit.LESSONS],
        )
        self.day_kinds = sorted({*compiled.runs, *(each.count for each in self.whole if each.count)})
        kinds = {each.count for each in compiled.sums if each.count}
        self.kinds = sorted({*kinds, *self.day_kinds, *({Count.MISSED} if self.spells else ())})

    def over(self, conditions: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """Return the statement that answers conditions, and its parameters."""
        answers = [f"({said}) AS answer_{n}" for n, said in enumerate(conditions)]
        with_, joins = self._tables()
        answer = _ANSWER.format(
            conditions=", ".join(answers),
            sums=_SUMS.format(figures="".join(self._figures()), joins=_joined(joins)),
            any_of_them=" OR ".join(f"answer_{n} IS NOT FALSE" for n in range(len(answers))),
        )
        return with_ + answer, self.compiled.parameters | self._parameters()

    def sums(self) -> tuple[str, dict[str, Any]]:
        """Return the statement that gives the sums themselves, and its parameters."""
        with_, joins = self._tables()
        figures = "".join(self._figures())
        return with_ + _SUMS.format(figures=figures, joins=_joined(joins)), self._parameters()

    def _tables(self) -> tuple[str, list[str]]:
        """Return the common tables that are needed, and the names of those with a row a pupil."""
        if not self.bounds:
            return "", []
        kinds = {"columns": "".join(f", %({kind}s)s::boolean[]" for kind in self.kinds), "names": _names(self.kinds)}
        parts, joins = ["WITH " + _HELD.strip().format(**kinds)], []
        if self.sessions:
            parts.append(_TALLY.format(sums=", ".join(map(self._of_sessions, self.sessions)), on_roll=_ON_ROLL))
            joins.append("tally")
        if self.day_kinds:
            of_kinds = ", ".join(f"count(*) FILTER (WHERE {kind}) AS {kind}" for kind in self.day_kinds)
            parts.append(_DAY.format(of_kinds=of_kinds, on_roll=_ON_ROLL))
        if self.whole:
            parts.append(_WHOLE.format(sums=", ".join(map(self._of_whole_days, self.whole))))
            joins.append("whole")
        for kind, name in self.compiled.runs.items():
            parts.append(_RUN.format(name=name, kind=kind))
            joins.append(name)
        if self.spells:
            parts.append(_SPELL.format(sums=", ".join(map(self._of_spells, self.spells)), on_roll=_ON_ROLL))
            joins.append("spell")
        if self.lessons:
            parts.append(_LESSON.format(sums=", ".join(map(self._of_lessons, self.lessons))))
            joins.append("lesson")
        return "".join(parts), joins

    def _figures(self) -> Iterable[str]:
        for name in self.compiled.sums.values():
            yield f", COALESCE({name}, 0) AS {name}"
        for name in self.compiled.runs.values():
            yield (
                f", CASE WHEN {name}.since = %(days_begin)s AND {name}.days < {self.compiled.longest_run} THEN NULL "
                f"ELSE COALESCE({name}.days, 0) END AS {name}"
            )

    def _of_sessions(self, each: Sum) -> str:
        kind = f"{each.count} AND " if each.count else ""
        return f"sum(times) FILTER (WHERE {kind}{self._within(each)}) AS {self.compiled.sums[each]}"

    def _of_whole_days(self, each: Sum) -> str:
        is_whole = f"{each.count} > 0 AND {each.count} + none = of_day"
        return f"count(*) FILTER (WHERE {is_whole} AND {self._within(each)}) AS {self.compiled.sums[each]}"

    def _of_spells(self, each: Sum) -> str:
        begins = f"(before IS NOT TRUE OR stretch_before < {self._stretch(each.days.first)})"
        return f"count(*) FILTER (WHERE missed AND {begins} AND {self._within(each)}) AS {self.compiled.sums[each]}"

    def _of_lessons(self, each: Sum) -> str:
        return f"count(*) FILTER (WHERE {self._within(each)}) AS {self.compiled.sums[each]}"

    def _within(self, each: Sum) -> str:
        first, until = self._stretch(each.days.first), self._stretch(each.days.last + ONE_DAY)
        return f"stretch >= {first} AND stretch < {until}"

    def _stretch(self, day: dt.date) -> int:
        """Return the number of the stretch that begins with a day."""
        return bisect_left(self.bounds, day) + 1

    def _parameters(self) -> dict[str, Any]:
        as_of, days = self.compiled.as_of, self.compiled.reading.calendar.days
        if not self.bounds:
            return {"as_of": as_of}
        firsts = [each.days.first for each in self.whole] + ([self.compiled.runs_from()] if self.compiled.runs else [])
        days_from = min(firsts, default=as_of)
        begins = self.compiled.reading.calendar.until(days_from - ONE_DAY)
        meanings = [
            (number, code, classes(code, first))
            for number, first in enumerate(self.bounds, start=1)
            for code in sorted({row.code for row in codes.in_force(first) if row.counts_as_possible})
        ]
        return {
            "as_of": as_of,
            "bounds": self.bounds,
            "first": self.bounds[0],
            "tally_from": min((each.days.first for each in self.sessions), default=as_of),
            "spells_from": min((each.days.first for each in self.spells), default=as_of),
            "lessons_from": min((each.days.first for each in self.lessons), default=as_of),
            "lesson_missed": LessonCode.ABSENT.value,
            "days_from": days_from,
            "days_begin": days[begins] if 0 < begins < len(days) else None,
            "elsewhere": self._elsewhere(days_from),
            "stretches": [number for number, _, _ in meanings],
            "codes": [code for _, code, _ in meanings],
            **{f"{kind}s": [kind in counted for _, _, counted in meanings] for kind in self.kinds},
        }

    def _elsewhere(self, since: dt.date) -> list[str]:
        """Return the codes that say nothing of the days asked about: always possible, and never of a kind asked for."""
        firsts = [since, *(day for day in self.bounds if day > since)]
        asked = set(self.day_kinds)
        counted = {name: [classes(name, day) for day in firsts] for name in {row.code for row in codes.periods()}}
        return sorted(name for name, said in counted.items() if all(each and not each & asked for each in said))


def _joined(tables: Iterable[str]) -> str:
    return "".join(f" LEFT JOIN {table} ON {table}.pupil_id = pupil.id" for table in tables)


def _names(kinds: Iterable[Count]) -> str:
    return "".join(f", {kind}" for kind in kinds)
