"""Why a pupil is on, or not on, the list of a stage or a national rule on a day: the sum, and the ladder's answer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Stage
from attendance_mat.policy.schema import FollowUp
from attendance_mat.policy.triggers import Condition, Unit
from escalation.rules.arithmetic import amount, days_in_words, line_in_words
from escalation.rules.episodes import held_since
from escalation.rules.findings import Finding
from escalation.rules.ladder import Answer, Crossing, Standing, may_fire
from escalation.rules.triggers import Judgement, PupilFacts, judge, stage_episode
from registers.rules.calendar import Half, SessionMark
from registers.rules.lessons import LessonMissed

NOT_IN_FORCE: Final = "No law set this line on that day."
NOT_CROSSED: Final = "Its line is not crossed."
BEFORE_GO_LIVE: Final = "The line was crossed before the school went live: that proposes nothing."
NO_CASE: Final = "By itself it opens no case: stages of the policy say what is done about such absence."


@dataclass(frozen=True)
class Node:
    """One condition as a page shows it: met or not, and either its sum or what it joins.

    `asks` says how the `parts` are joined. `days` are the sessions counted, a row a day: the date, and the morning's
    and the afternoon's code. `lessons` are the lessons counted.
    """

    met: bool
    words: str = ""
    asks: str = ""
    parts: tuple["Node", ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    to_clear: str = ""
    days: tuple[tuple[dt.date, str, str], ...] = ()
    lessons: tuple[LessonMissed, ...] = ()


def tree(judgement: Judgement) -> Node:
    """Return a judgement as a page shows it, with all it is made of."""
    if judgement.parts:
        return Node(judgement.met, asks=_asks(judgement.condition), parts=tuple(map(tree, judgement.parts)))
    if not judgement.condition.line:
        return Node(judgement.met, judgement.arithmetic)
    return Node(
        judgement.met,
        judgement.arithmetic,
        facts=_facts(judgement),
        to_clear=judgement.to_clear,
        days=by_day(judgement.sessions),
        lessons=judgement.lessons,
    )


def tree_of(finding: Finding) -> Node:
    """Return what a national rule found as a page shows it."""
    counted = f"{finding.value} {finding.unit}"
    of = f" of {finding.possible} possible" if finding.possible is not None else ""
    facts = (("Counted", counted + of), ("The line", f"{finding.threshold} {finding.unit}"))
    return Node(finding.met, finding.arithmetic, facts=facts, days=by_day(finding.sessions))


def by_day(sessions: Iterable[SessionMark]) -> tuple[tuple[dt.date, str, str], ...]:
    """Return sessions a row a day: the date, and the morning's and the afternoon's code, empty where not counted."""
    rows = []
    for date, marks in groupby(sorted(sessions), key=attrgetter("date")):
        said = {mark.half: mark.code for mark in marks}
        rows.append((date, said.get(Half.AM, ""), said.get(Half.PM, "")))
    return tuple(rows)


def standing_on(standing: Standing, on: dt.date, *, today: dt.date) -> Standing:
    """Return where a pupil stood on a day: what came after it had not come, and what ended after it still ran."""
    if on >= today:
        return standing
    times = (time for time in standing.times if time.entered_on and time.entered_on <= on)
    then = tuple(replace(time, over_on=None) if time.over_on and time.over_on > on else time for time in times)
    return replace(standing, times=then)


def ladder_says(
    stage: Stage, pupil: PupilFacts, *, standing: Standing, policy: Policy, on: dt.date, go_live: dt.date
) -> Answer:
    """Say whether a stage may fire for a pupil on a day, and why or why not; not before the school had it."""
    crossed = stage_episode(stage, pupil, policy=policy, as_of=on)
    crossing = None
    if crossed and stage.when:
        until = standing.acted_until(stage.key)
        is_new = until is None or judge(stage.when, pupil, policy=policy, as_of=on, acted_until=until).met
        crossing = Crossing(crossed.reached_on, is_new=is_new)
    live_from = max(go_live, held_since(stage, policy=policy, on=on))
    return may_fire(stage, crossing=crossing, standing=standing, on=on, go_live=live_from)


def follow_up_says(finding: Finding, step: FollowUp | None, *, go_live: dt.date) -> str:
    """Say what a national rule leads to where it is met, and why it does not."""
    if finding.reached_on is None:
        return NOT_CROSSED
    if step is None or not step.opens_case:
        return NO_CASE
    if finding.reached_on < go_live:
        return BEFORE_GO_LIVE
    return f"It opens a case, or joins the one that is open. Next step: {step.next_step}"


def _asks(condition: Condition) -> str:
    if condition.all_of:
        return "All of these must hold"
    return "Any one of these is enough" if condition.any_of else "None of these may hold"


def _facts(judgement: Judgement) -> tuple[tuple[str, str], ...]:
    line, first, last = judgement.condition.line, judgement.first_day, judgement.last_day
    if not line or not first or not last:
        return ()
    value = judgement.value or 0
    share = f"{value} of {judgement.possible} possible sessions"
    counted = share if line.unit is Unit.PERCENT else amount(value, line.unit)
    window = days_in_words(first, last).removeprefix("from ")
    return ("Counted", counted), ("The line", line_in_words(line)), ("Window", window)
