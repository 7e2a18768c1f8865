"""The steps a stage asks for, put into its case; and where a case stands once they change."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Does, Ladders, Stage, StageAction
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import as_date
from escalation.models import Case, CaseNote, CaseTask, Finding, PupilStage
from escalation.queries import ladder as queries
from escalation.queries.cases import TASK
from escalation.queries.night import last_night
from escalation.queries.terms import term_so_far
from escalation.rules.episodes import held_since
from escalation.rules.ladder import furthest
from letters.actions import propose_letter
from registers.queries.sessions import nth_school_day_after

LONGEST_STAGE: Final = 60
LONGEST_STEP: Final = 200
DECIDE: Final = "Decide what comes next, or close the case."


@dataclass(frozen=True)
class Occasion:
    """Who does something about a pupil's stages, when, under which policy; marks have been read to `read_to`."""

    school: School
    policy: Policy
    by: Member
    at: dt.datetime
    read_to: dt.date

    @property
    def on(self) -> dt.date:
        """Return London's date of the moment."""
        return as_date(self.at)

    @property
    def ladders(self) -> Ladders:
        """Return the stages of the policy as it now is."""
        return queries.ladders(self.policy, on=self.on)

    def live_from(self, stage: Stage) -> dt.date:
        """Return the day from which crossing a stage's line proposes it: live, and with the stage as it is."""
        return max(self.school.go_live_date, self._held_since[stage.key])

    @cached_property
    def _held_since(self) -> dict[str, dt.date]:
        return {stage.key: held_since(stage, policy=self.policy, on=self.on) for stage in self.ladders.stages}


def occasion_of(school: School, *, by: Member, at: dt.datetime) -> Occasion:
    """Return the occasion of somebody doing something now: marks have been read to the last night. One query."""
    return Occasion(school, policy_for(school), by, at, read_to=last_night(school) or as_date(at))


def figures_of(row: PupilStage, finding: Finding | None) -> dict[str, Any]:
    """Return what a stage's letters quote: its finding's evidence, or the stage alone where a person decided."""
    evidence = dict(finding.evidence) if finding else {}
    return {**evidence, "rule": row.stage, "label": row.label}


def make_steps(
    row: PupilStage, case: Case, actions: Iterable[StageAction], *, figures: Mapping[str, Any], occasion: Occasion
) -> list[CaseTask]:
    """Put each step of a stage into its case, with its letter where it asks for one. A few queries a step."""
    wanted = list(actions)
    due = {n: due_day(occasion.on, n) for n in {action.within_school_days for action in wanted}}
    asked_by = [due[action.within_school_days] for action in wanted if action.does is Does.EVIDENCE]
    quoted = {**figures, "reply_by": min(asked_by).isoformat() if asked_by else None}
    return [
        make_step(row, case, action, due_date=due[action.within_school_days], figures=quoted, occasion=occasion)
        for action in wanted
    ]


def due_day(on: dt.date, within: int) -> dt.date:
    """Return the day so many school days after a day; 0 is the day itself. One query."""
    return nth_school_day_after(on, within) if within > 0 else on


def make_step(
    row: PupilStage,
    case: Case,
    action: StageAction,
    *,
    due_date: dt.date,
    figures: Mapping[str, Any],
    occasion: Occasion,
) -> CaseTask:
    """Put one step into a case. A letter that cannot be drafted says so in the step's words, and stops nothing."""
    task = CaseTask(
        case=case,
        stage=row,
        does=action.does,
        words=action.words,
        role=action.role,
        due_date=due_date,
        options=list(action.options),
        made_at=occasion.at,
    )
    if action.letter is None:
        task.save()
        return task
    try:
        with transaction.atomic():
            task.save()
            task.letter = propose_letter(
                row.pupil,
                template=action.letter,
                origin=f"{TASK}{task.pk}",
                figures={**figures, "term": term_so_far(row.pupil_id, policy=occasion.policy, on=occasion.on)},
                by=occasion.by,
                at=occasion.at,
            )
            task.save(update_fields=["letter"])
    except ValidationError as why:
        task.pk, task.letter = None, None
        task._state.adding = True
        task.words = f"{action.words} No letter was drafted. {' '.join(why.messages)}"
        task.save()
    return task


def note(case: Case, words: str, *, restricted: bool = False, by: Member, at: dt.datetime) -> CaseNote:
    """Write a note into a case."""
    return CaseNote.objects.create(
        case=case, words=words, restricted=restricted, by=by.user, by_name=by.name, by_role=by.role, at=at
    )


def bring_up_to_date(case: Case, ladders: Ladders) -> None:
    """Let a case say the furthest stage its pupil is at, and its earliest step still to do. Three queries."""
    times = list(PupilStage.objects.filter(queries.RUNNING, pupil=case.pupil_id, case__isnull=False))
    at = {row.stage: row.label for row in times if row.entered_on}
    top = furthest(at, ladders) or next(iter(at), None)
    if top:
        case.stage = at[top][:LONGEST_STAGE]
    task = queries.tasks_of(case).filter(queries.TO_DO).first()
    asked = next((row for row in times if row.entered_on is None), None)
    if task:
        case.next_step, case.due_date = shortened(task.words), task.due_date
    else:
        case.next_step = shortened(f"Agree to “{asked.label}”, or decline it.") if asked else DECIDE
    case.save(update_fields=["stage", "next_step", "due_date"])


def cancel_steps(tasks: Iterable[CaseTask], *, because: str, at: dt.datetime) -> None:
    """Cancel steps that are still to do. One query a step."""
    for task in tasks:
        task.cancelled_at, task.cancelled_because = at, because
        task.save(update_fields=["cancelled_at", "cancelled_because"])


def first_steps(stage: Stage) -> tuple[StageAction, ...]:
    """Return the steps of entering a stage: those that are not of its weekly reviews."""
    return tuple(action for action in stage.actions if not action.each_review)


def shortened(words: str) -> str:
    """Return words that fit a case's next step."""
    return words if len(words) <= LONGEST_STEP else f"{words[: LONGEST_STEP - 1]}…"
