"""The facts about a pupil that a trigger may ask for, other than counts of sessions."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from attendance_mat.policy.triggers import Condition, Period, Reached
from escalation.rules.arithmetic import day_in_words
from escalation.rules.counts import PupilFacts
from escalation.rules.windows import ONE_DAY, Reading
from registers.rules.age import compulsory_age_from, compulsory_age_until

UNEXPLAINED, WITHOUT_LEAVE = "N", "O"
OLDEST: Final = 36_525  # days; nobody on a roll is older
GROUPS: Final = {
    "fsm": "free school meals",
    "pupil_premium": "pupil premium",
    "sen": "special educational needs",
    "eal": "English as an additional language",
    "looked_after": "looked after",
    "social_worker": "has a social worker",
    "young_carer": "young carer",
}
PERIODS: Final = {Period.SCHOOL_DAYS: "school days", Period.WEEKS: "weeks", Period.TERMS: "terms"}


def fact_holds(condition: Condition, pupil: PupilFacts, *, reading: Reading, on: dt.date) -> bool:
    """Say whether a fact holds of a pupil on a day. The condition is neither a figure nor several joined."""
    if condition.reached:
        entered_on = pupil.entered.get(condition.reached.stage)
        return entered_on is not None and reading.is_long_ago(condition.reached, entered_on, on)
    if condition.groups:
        return any(kind in condition.groups and period.covers(on) for kind, period in pupil.characteristics)
    if condition.years:
        return any(year in condition.years and period.covers(on) for year, period in pupil.years)
    if condition.phases:
        return pupil.phase in condition.phases
    if condition.compulsory_age is not None:
        return pupil.is_compulsory_age(on) is condition.compulsory_age
    return pupil.carried_over is condition.carried_over


def fact_in_words(condition: Condition, pupil: PupilFacts, *, on: dt.date) -> str:
    """Return in words how a pupil stands to a fact."""
    if condition.reached:
        return _reached_in_words(condition.reached, pupil, on)
    if condition.groups:
        asked = ", ".join(GROUPS.get(kind, kind) for kind in condition.groups)
        has = sorted({GROUPS.get(kind, kind) for kind, period in pupil.characteristics if period.covers(on)})
        return f"Asked for: {asked}. On {day_in_words(on)}: {', '.join(has) or 'none of these'}."
    if condition.years:
        year = next((year for year, period in pupil.years if period.covers(on)), None)
        asked = ", ".join(map(str, condition.years))
        return f"Asked for: year group {asked}. In {'no year group' if year is None else f'year group {year}'}."
    if condition.phases:
        return f"Asked for: {', '.join(condition.phases)}. The school is {pupil.phase or 'of no named phase'}."
    if condition.compulsory_age is not None:
        return f"{'Is' if pupil.is_compulsory_age(on) else 'Is not'} of compulsory school age on {day_in_words(on)}."
    return f"{'Was' if pupil.carried_over else 'Was not'} put on this year's list by the end of last year."


def as_unexplained_then(pupil: PupilFacts, sessions: Iterable[Sequence[str]]) -> PupilFacts:
    """Return a pupil's facts with O read as N where N stood when a line was found to be crossed.

    `sessions` are those of its evidence: date, half and code. N has to become another code within five school days
    (statute.md R8); one that became O was never explained, so nothing about it has been put right.
    """
    then = {(date, half) for date, half, code in sessions if code == UNEXPLAINED}
    marks = [
        mark._replace(code=UNEXPLAINED)
        if mark.code == WITHOUT_LEAVE and (mark.date.isoformat(), mark.half.value) in then
        else mark
        for mark in pupil.marks
    ]
    return replace(pupil, marks=marks) if then else pupil


def _reached_in_words(reached: Reached, pupil: PupilFacts, on: dt.date) -> str:
    stage = reached.stage.replace("_", " ")
    entered_on = pupil.entered.get(reached.stage)
    if entered_on is None or entered_on > on:
        return f"Has not entered the stage “{stage}”."
    ago = f"; {reached.after} {PERIODS[reached.unit]} must have passed" if reached.after else ""
    return f"Entered the stage “{stage}” on {day_in_words(entered_on)}{ago}."


def compulsory_births(on: dt.date) -> tuple[dt.date, dt.date]:
    """Return the latest and the earliest date of birth of those of compulsory school age on a day."""
    oldest_known = on - OLDEST * ONE_DAY
    too_young = _first_birth(oldest_known, on + ONE_DAY, lambda dob: compulsory_age_from(dob) > on)
    not_too_old = _first_birth(oldest_known, on + ONE_DAY, lambda dob: compulsory_age_until(dob) > on)
    return too_young - ONE_DAY, not_too_old


def _first_birth(low: dt.date, high: dt.date, is_late_enough: Callable[[dt.date], bool]) -> dt.date:
    """Return the first date of birth from which something holds of everyone born later."""
    while low < high:
        middle = low + (high - low) // 2
        if is_late_enough(middle):
            high = middle
        else:
            low = middle + ONE_DAY
    return low
