"""Triggers in SQL: the conditions of many stages as columns of one statement, each compared in whole numbers.

escalation/rules/triggers.py is the plain definition. What SQL does not know (how long ago a stage was entered) is
NULL, so that three-valued logic keeps whoever might be meant: a pupil is a candidate unless a condition is FALSE.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from attendance_mat.policy.triggers import WHOLE, Condition, Count, Line, Sign, Span, Unit, Window
from escalation.models import PastStep, PupilStage
from escalation.rules.facts import compulsory_births
from escalation.rules.history import END_OF_YEAR
from escalation.rules.windows import ONE_DAY, Days, Reading
from registers.queries.measures import eras
from registers.rules.calendar import SchoolYear

SIGNS: Final = {Sign.BELOW: "<", Sign.AT_OR_BELOW: "<=", Sign.MORE_THAN: ">", Sign.OR_MORE: ">="}
UNKNOWN: Final = "NULL::boolean"
RUN_MARGIN: Final = 40  # school days of other marks that a run may pass over before it is left to the rule
DATED: Final = """EXISTS (
    SELECT FROM {table} AS dated WHERE dated.pupil_id = pupil.id AND dated.{field} = ANY({values})
        AND dated.from_date <= %(as_of)s AND COALESCE(dated.until_date, 'infinity') > %(as_of)s
)"""

# A stage that counts for a school year (queries/stages.py): entered in it, or earlier and not left.
AT_STAGE: Final = """EXISTS (
    SELECT FROM escalation_pupilstage AS entered WHERE entered.pupil_id = pupil.id AND entered.stage = {stage}
        AND entered.withdrawn_at IS NULL AND entered.entered_on <= %(as_of)s
        AND (entered.entered_on >= %(year)s OR entered.left_on IS NULL OR entered.left_on > %(as_of)s)
)"""
CARRIED_OVER: Final = """(EXISTS (
    SELECT FROM escalation_pupilstage AS entered WHERE entered.pupil_id = pupil.id
        AND entered.withdrawn_at IS NULL AND entered.source = %(carried_over)s
        AND entered.entered_on BETWEEN %(year)s AND %(as_of)s
) OR EXISTS (
    SELECT FROM escalation_paststep AS past WHERE past.pupil_id = pupil.id
        AND past.kind = %(of_stage)s AND past.name = %(end_of_year)s
        AND past.on_date BETWEEN %(year)s AND %(as_of)s
))"""


@dataclass(frozen=True)
class Sum:
    """Sessions, whole days or spells of a kind between two days; of no kind, the sessions possible."""

    unit: Unit
    count: Count | None
    days: Days


@dataclass
class Compiled:
    """Conditions as SQL over named sums and runs, and all that those need."""

    reading: Reading
    as_of: dt.date
    phase: str
    sums: dict[Sum, str] = field(default_factory=dict)
    runs: dict[Count, str] = field(default_factory=dict)
    longest_run: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)

    def condition(self, condition: Condition) -> str:
        """Return a condition as an SQL expression: true, false, or NULL where SQL cannot say."""
        if condition.line:
            return self._line(condition.line)
        if condition.all_of or condition.any_of:
            word = " AND " if condition.all_of else " OR "
            return f"({word.join(self.condition(part) for part in condition.all_of or condition.any_of)})"
        if condition.none_of:
            return f"NOT ({' OR '.join(self.condition(part) for part in condition.none_of)})"
        return self._fact(condition)

    def bounds(self) -> list[dt.date]:
        """Return the days that part the calendar, so that every window is a number of stretches.

        No code changes its meaning within a stretch.
        """
        ends = {edge for each in self.sums for edge in (each.days.first, each.days.last + ONE_DAY)}
        if self.runs:
            ends |= {self.runs_from()}
        first = min(ends, default=self.as_of)
        return sorted({*ends, *(day for day in eras() if first < day <= self.as_of)})

    def _line(self, line: Line) -> str:
        sign = SIGNS[line.sign]
        if line.window is None:
            self.longest_run = max(self.longest_run, line.than + 1)
            return f"{self.runs.setdefault(line.count, f'run_{line.count}')} {sign} {line.than}"
        if line.window.span is Span.SINCE_STAGE:
            return self._unknown_at(line.window.stage or "")
        days = self.days_of(line.window)
        match line.unit:
            case Unit.PERCENT:
                counted, possible = self.sum(line.count, days), self.sum(None, days)
                minimum = self.reading.minimum_possible(self.as_of)
                return f"({possible} >= {minimum} AND {WHOLE} * {counted} {sign} {line.than} * {possible})"
            case Unit.POINTS_FALL:
                return self._fall(line, line.window, days)
        return f"{self.sum(line.count, days, line.unit)} {sign} {line.than}"

    def _fall(self, line: Line, window: Window, days: Days) -> str:
        before = self.reading.before(window, self.as_of)
        if before is None:
            return "FALSE"
        now, of_now = self.sum(line.count, days), self.sum(None, days)
        then, of_then = self.sum(line.count, before), self.sum(None, before)
        return (
            f"({of_now} * {of_then} > 0 AND {WHOLE} * ({then} * {of_now} - {now} * {of_then}) {SIGNS[line.sign]} "
            f"{line.than} * {of_now} * {of_then})"
        )

    def sum(self, count: Count | None, days: Days, unit: Unit = Unit.SESSIONS) -> str:
        """Return the name of a sum, which the statement will then have; of no kind, it is of the sessions possible."""
        return self.sums.setdefault(Sum(unit, count, days), f"sum_{len(self.sums)}")

    def days_of(self, window: Window) -> Days:
        """Return the days of a window, other than one since a stage; none where it has not begun."""
        first = self.reading.first_day(window, self.as_of) or self.as_of
        return Days(min(first, self.as_of + ONE_DAY), self.as_of)

    def _fact(self, condition: Condition) -> str:
        if condition.groups:
            return self._dated("registers_characteristic", "kind", list(condition.groups), "text")
        if condition.years:
            return self._dated("registers_pupilyear", "year", list(condition.years), "smallint")
        if condition.phases:
            return str(self.phase in condition.phases).upper()
        if condition.compulsory_age is not None:
            youngest, oldest = compulsory_births(self.as_of)
            name = f"born_{len(self.parameters)}"
            self.parameters |= {f"{name}_from": oldest, f"{name}_to": youngest}
            within = f"pupil.dob BETWEEN %({name}_from)s AND %({name}_to)s"
            return within if condition.compulsory_age else f"NOT {within}"
        if condition.reached:
            entered = condition.reached
            return self._at_stage(entered.stage) if entered.after < 1 else self._unknown_at(entered.stage)
        self.parameters |= {
            "year": SchoolYear.of(self.as_of).starts,
            "carried_over": PupilStage.Source.CARRIED_OVER.value,
            "of_stage": PastStep.Kind.STAGE.value,
            "end_of_year": END_OF_YEAR,
        }
        return CARRIED_OVER if condition.carried_over else f"NOT {CARRIED_OVER}"

    def _at_stage(self, stage: str) -> str:
        name = f"stage_{len(self.parameters)}"
        self.parameters |= {name: stage, "year": SchoolYear.of(self.as_of).starts}
        return AT_STAGE.format(stage=f"%({name})s")

    def _unknown_at(self, stage: str) -> str:
        """Return what is false of pupils who have not entered a stage, and unknown of the others."""
        return f"({self._at_stage(stage)} AND {UNKNOWN})"

    def _dated(self, table: str, column: str, values: list[Any], kind: str) -> str:
        name = f"asked_{len(self.parameters)}"
        self.parameters[name] = values
        return DATED.format(table=table, field=column, values=f"%({name})s::{kind}[]")

    def runs_from(self) -> dt.date:
        """Return the first day that a run is followed back to; a longer one is left to the rule."""
        days = self.reading.calendar.days[: self.reading.calendar.until(self.as_of)]
        return next(iter(days[-(self.longest_run + RUN_MARGIN) :]), self.as_of)
