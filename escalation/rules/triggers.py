"""Whether a trigger holds for one pupil at a day's end, and the sum: the plain definition of the trigger language.

escalation/queries/stages.py finds the same pupils in one statement; a property test holds the two together.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.dated import Source
from attendance_mat.policy.ladder import Ladders, Stage
from attendance_mat.policy.triggers import WHOLE, Condition, Count, Line, Unit
from escalation.rules import arithmetic, evidence, findings
from escalation.rules.arithmetic import Figure, stands
from escalation.rules.counts import PupilFacts, Tally
from escalation.rules.every_day import Answer, EveryDay
from escalation.rules.facts import fact_holds, fact_in_words
from escalation.rules.findings import Finding
from escalation.rules.thresholds import Episode
from escalation.rules.windows import ONE_DAY, Days, Reading
from registers.rules.calendar import SchoolYear, SessionMark
from registers.rules.lessons import LessonMissed

__all__ = ["Judgement", "PupilFacts", "holds", "judge", "stage_episode", "stage_finding", "whole_condition"]

UNITS: Final = {
    Unit.WHOLE_DAYS: findings.Unit.SCHOOL_DAYS,
    Unit.CONSECUTIVE_DAYS: findings.Unit.SCHOOL_DAYS,
    Unit.SPELLS: findings.Unit.SPELLS,
    Unit.LESSONS: findings.Unit.LESSONS,
    Unit.POINTS_FALL: findings.Unit.POINTS,
}


@dataclass(frozen=True)
class Judgement:
    """What one condition comes to for a pupil, with its sum; a joined one has those of its `parts`.

    Of a figure: `value` and `threshold` in the unit of the condition (a share's threshold in percent, its value in
    sessions of those `possible`), the days it is of, the sessions or lessons that make it, and what would clear or meet
    it. For attendance the sessions are those missed.
    """

    condition: Condition
    met: bool
    arithmetic: str
    parts: tuple["Judgement", ...] = ()
    value: int | None = None
    possible: int | None = None
    threshold: int | None = None
    unit: Unit | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    sessions: tuple[SessionMark, ...] = ()
    lessons: tuple[LessonMissed, ...] = ()
    to_clear: str = ""

    def figures(self) -> list["Judgement"]:
        """Return every figure within, in order, those that hold first."""
        found = [self] if self.condition.line else [figure for part in self.parts for figure in part.figures()]
        return sorted(found, key=lambda figure: not figure.met)


def holds(
    condition: Condition, pupil: PupilFacts, *, reading: Reading, on: dt.date, acted_until: dt.date | None = None
) -> bool:
    """Say whether a condition holds for a pupil at the end of a day. The same as `judge`, without the words."""
    line = condition.line
    if line:
        return figure_of(line, pupil, reading=reading, on=on, acted_until=acted_until).met
    if condition.all_of:
        return all(holds(part, pupil, reading=reading, on=on, acted_until=acted_until) for part in condition.all_of)
    if condition.any_of:
        return any(holds(part, pupil, reading=reading, on=on, acted_until=acted_until) for part in condition.any_of)
    if condition.none_of:
        parts = condition.none_of
        return not any(holds(part, pupil, reading=reading, on=on, acted_until=acted_until) for part in parts)
    return fact_holds(condition, pupil, reading=reading, on=on)


def judge(
    condition: Condition, pupil: PupilFacts, *, policy: Policy, as_of: dt.date, acted_until: dt.date | None = None
) -> Judgement:
    """Return whether a condition holds for a pupil at the end of a day, and the sum.

    With `acted_until`, sessions and days up to then have been acted upon and are not counted; shares still are.
    """
    reading = pupil.calendar.read_by(policy)
    line = condition.line
    if line:
        return _judge_line(condition, line, pupil, reading, as_of, acted_until)
    of_parts = condition.all_of or condition.any_of or condition.none_of
    if not of_parts:
        met = fact_holds(condition, pupil, reading=reading, on=as_of)
        return Judgement(condition, met, fact_in_words(condition, pupil, on=as_of))
    parts = tuple(judge(part, pupil, policy=policy, as_of=as_of, acted_until=acted_until) for part in of_parts)
    is_met = [part.met for part in parts]
    met = all(is_met) if condition.all_of else any(is_met) is bool(condition.any_of)
    return Judgement(condition, met, _joined(condition, parts), parts)


def whole_condition(stage: Stage, *, policy: Policy, as_of: dt.date) -> Condition | None:
    """Return a stage's trigger with the pupils its ladder holds for; None where a person decides."""
    if stage.when is None:
        return None
    stated = policy.find(Ladders, on=as_of)
    ladders = [ladder for ladder in stated.value.ladders if stage in ladder.stages] if stated else []
    for_whom = ladders[0].holds_for if ladders else None
    return Condition(all_of=(for_whom, stage.when)) if for_whom else stage.when


def stage_finding(stage: Stage, pupil: PupilFacts, *, policy: Policy, as_of: dt.date, source: Source) -> Finding:
    """Return what a stage's trigger finds of a pupil at a day's end, met or not.

    Its figure is the first that holds, or the first there is. Raises ValueError where a person decides.
    """
    condition = whole_condition(stage, policy=policy, as_of=as_of)
    if condition is None:
        message = f"The stage “{stage.key}” has no trigger."
        raise ValueError(message)
    reached_on = _reached_on(condition, pupil, policy, as_of)
    return _finding(stage, judge(condition, pupil, policy=policy, as_of=as_of), reached_on or as_of, source)


def stage_episode(stage: Stage, pupil: PupilFacts, *, policy: Policy, as_of: dt.date) -> Episode | None:
    """Return the episode of a stage that runs on a day, or nothing where its trigger does not hold.

    It begins on the first school day of the present stretch of school days, in this school year, at whose end the
    trigger holds, and its finding is as of that day: whichever night looks finds the same.
    """
    condition = whole_condition(stage, policy=policy, as_of=as_of)
    reached_on = _reached_on(condition, pupil, policy, as_of) if condition else None
    if condition is None or reached_on is None:
        return None
    source = policy.cited(Ladders, on=as_of).source
    then = judge(condition, pupil, policy=policy, as_of=reached_on)
    return Episode(reached_on, _finding(stage, then, reached_on, source))


def figure_of(
    line: Line, pupil: PupilFacts, *, reading: Reading, on: dt.date, acted_until: dt.date | None = None
) -> Figure:
    """Return what is counted for a pupil by the end of a day, and whether it stands to its number as it must."""
    tally, calendar = pupil.tally, reading.calendar
    until = calendar.until(on)
    if line.window is None:
        run = tally.run(line.count)[until]
        if acted_until:
            whole = tally.whole_days(line.count)
            run = min(run, whole[until] - whole[min(until, calendar.until(acted_until))])
        first = calendar.days[tally.run_begins(line.count, until)] if run else on
        first = max(first, acted_until + ONE_DAY) if acted_until and run else first
        return Figure(stands(line.sign, run, line.than), run, 0, first, on)
    first_day = reading.first_day(line.window, on, pupil.entered)
    if first_day is None:
        return Figure(met=False)
    if line.unit is Unit.PERCENT:
        return _share(line, tally, reading, Days(first_day, on))
    if line.unit is Unit.POINTS_FALL:
        return _fall(line, tally, reading, Days(first_day, on))
    if acted_until and acted_until >= first_day:
        first_day = acted_until + ONE_DAY
    value = _number(line, tally, calendar.until(first_day - ONE_DAY), until)
    return Figure(stands(line.sign, value, line.than), value, 0, first_day, on)


def _number(line: Line, tally: Tally, first: int, until: int) -> int:
    """Return the sessions, whole days or spells from one place in the calendar up to another."""
    if first >= until:
        return 0
    if line.unit is Unit.SPELLS:
        return tally.spells_between(first, until)
    by_day = tally.of_unit(line.unit, line.count)
    return by_day[until] - by_day[first]


def _share(line: Line, tally: Tally, reading: Reading, days: Days) -> Figure:
    value, possible = _counted(line.count, tally, reading, days)
    is_enough = possible >= reading.minimum_possible(days.last)
    met = is_enough and stands(line.sign, WHOLE * value, line.than * possible)
    return Figure(met, value, possible, days.first, days.last)


def _fall(line: Line, tally: Tally, reading: Reading, days: Days) -> Figure:
    """Compare a share with that of the window before, multiplied out: (a/b - c/d) against so many hundredths."""
    value, possible = _counted(line.count, tally, reading, days)
    before = reading.before(line.window, days.last) if line.window else None
    then, possible_then = _counted(line.count, tally, reading, before) if before else (0, 0)
    fell = WHOLE * (then * possible - value * possible_then)
    of = possible * possible_then
    met = of > 0 and stands(line.sign, fell, line.than * of)
    return Figure(met, value, possible, days.first, days.last, then, possible_then)


def _counted(count: Count, tally: Tally, reading: Reading, days: Days) -> tuple[int, int]:
    until = reading.calendar.until(days.last)
    first = min(until, reading.calendar.until(days.first - ONE_DAY))
    counted, possible = tally.sessions(count), tally.possible
    return counted[until] - counted[first], possible[until] - possible[first]


def _judge_line(
    condition: Condition, line: Line, pupil: PupilFacts, reading: Reading, on: dt.date, acted_until: dt.date | None
) -> Judgement:
    figure = figure_of(line, pupil, reading=reading, on=on, acted_until=acted_until)
    sessions = evidence.sessions_of(line, pupil, figure)
    minimum = reading.minimum_possible(on)
    of = figure.possible * figure.possible_before
    fell = WHOLE * (figure.value_before * figure.possible - figure.value * figure.possible_before) // of if of else 0
    return Judgement(
        condition=condition,
        met=figure.met,
        arithmetic=arithmetic.in_words(
            line, evidence.from_a_school_day(figure, pupil), minimum=minimum, sessions=sessions
        ),
        value=fell if line.unit is Unit.POINTS_FALL else figure.value,
        possible=figure.possible if line.unit in {Unit.PERCENT, Unit.POINTS_FALL} else None,
        threshold=line.than,
        unit=line.unit,
        first_day=figure.first,
        last_day=figure.last,
        sessions=sessions,
        lessons=evidence.lessons_of(line, pupil, figure),
        to_clear=arithmetic.to_clear(line, figure, minimum=minimum),
    )


def _reached_on(condition: Condition, pupil: PupilFacts, policy: Policy, as_of: dt.date) -> dt.date | None:
    """Return the first school day of the stretch, in this school year and up to a day, on which a condition holds.

    The pupil is on the roll on each of them.
    """
    reading = pupil.calendar.read_by(policy)
    every_day = _year_to(reading, as_of)
    reached_on = None
    for day, answer in zip(reversed(every_day.days), reversed(every_day.answers(condition, pupil)), strict=True):
        is_met = answer == Answer.YES or (answer and holds(condition, pupil, reading=reading, on=day))
        if not (is_met and pupil.is_on_roll(day)):
            break
        reached_on = day
    return reached_on


@lru_cache(maxsize=4)
def _year_to(reading: Reading, as_of: dt.date) -> EveryDay:
    """Return the school year's days up to a day; the same for all pupils of a school."""
    return EveryDay(reading, first=SchoolYear.of(as_of).starts, last=as_of)


def _finding(stage: Stage, judgement: Judgement, reached_on: dt.date, source: Source) -> Finding:
    figure = next(iter(judgement.figures()), judgement)
    is_share = figure.unit is Unit.PERCENT
    return Finding(
        rule=stage.key,
        value=max(0, figure.value or 0),
        threshold=_threshold(figure),
        unit=UNITS.get(figure.unit or Unit.SESSIONS, findings.Unit.SESSIONS),
        reached_on=reached_on if judgement.met else None,
        sessions=figure.sessions,
        lessons=figure.lessons,
        arithmetic=judgement.arithmetic,
        source=source,
        possible=figure.possible if is_share else None,
        percent=figure.threshold if is_share else None,
        label=stage.label,
        clause=stage.clause,
    )


def _threshold(figure: Judgement) -> int:
    """Return a figure's number in the unit of its value: for a share, the sessions at which it is crossed."""
    line = figure.condition.line
    if line and line.unit is Unit.PERCENT:
        return max(0, arithmetic.limit(line.sign, line.than, figure.possible or 0))
    return line.than if line else 0


def _joined(condition: Condition, parts: tuple[Judgement, ...]) -> str:
    said = " ".join(part.arithmetic for part in parts)
    return f"None of these may hold: {said}" if condition.none_of else said
