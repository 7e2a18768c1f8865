"""What follows each night: stages that end or begin, the week's review on its day, and the turn of the school year."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from attendance_mat.accounts.member import machine
from attendance_mat.accounts.roles import Role
from attendance_mat.policy.ladder import Does, Stage, StageAction, WeeklyReview, WeeklyWriting, YearTurn
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.actions.crossings import each, end_stages_that_are_over, follow_up_stages
from escalation.actions.doing_steps import REVIEW
from escalation.actions.endings import leave_quietly
from escalation.actions.night import MACHINE
from escalation.actions.stages import carry_over
from escalation.actions.steps import Occasion, bring_up_to_date, cancel_steps, due_day, figures_of, make_step
from escalation.models import CaseTask, PupilStage
from escalation.queries import ladder as queries
from escalation.queries import reviews
from escalation.queries.night import last_night
from escalation.rules.ladder import Standing, find_stage, is_review_of_week
from escalation.rules.weeks import TwoWeeks
from letters.actions import withdraw_letter
from letters.models import Letter
from registers.models import Pupil
from registers.rules.calendar import SchoolYear

NEWER: Final = "A newer week takes its place."
YEAR_OVER: Final = "The school year ended."
YEAR_END: Final = "Send the letter about absence in the school year that has ended."


@dataclass(frozen=True)
class Week:
    """A school week that is reviewed: each pupil's sums in it and the week before, and where each pupil stands."""

    last_day: dt.date
    sums: Mapping[int, TwoWeeks]
    standing: Mapping[int, Standing]

    def may_be_written_about(self, pupil_id: int, on: dt.date) -> bool:
        """Say whether anything is drafted about a pupil now."""
        return self.standing[pupil_id].may_be_written_about(on)


def after_the_night(school: School, *, as_of: dt.date, at: dt.datetime) -> None:
    """Do what follows from a school's night; done again for the same night, it changes nothing more.

    A night older than the last one leads to nothing: the later one has read these marks too.
    """
    occasion = Occasion(school, policy_for(school), machine(MACHINE, at=at), at, read_to=as_of)
    if not occasion.ladders.stages or last_night(school) != as_of:
        return
    turn = occasion.policy.terms(YearTurn, on=as_of)
    if len(reviews.school_days_of_year(as_of)) <= turn.first_school_days:
        turn_the_year(occasion)
    end_stages_that_are_over(occasion)
    follow_up_stages(occasion)
    weekday = occasion.policy.terms(WeeklyReview, on=as_of).weekday
    ends_week = is_review_of_week(as_of, weekday=weekday, next_school_day=reviews.next_school_day(as_of))
    writing = occasion.policy.terms(WeeklyWriting, on=as_of)
    if ends_week and (occasion.on - as_of).days <= writing.within_days:
        review_week(occasion)


def review_week(occasion: Occasion) -> None:
    """Draft the week's messages and calls for every pupil at a stage that asks for them, and the reviews now due.

    A dozen queries, and a few for each step.
    """
    rows = list(queries.running(Pupil.objects.all()))
    pupil_ids = {row.pupil_id for row in rows}
    week = Week(
        occasion.read_to,
        reviews.two_weeks(occasion.read_to, pupil_ids=pupil_ids),
        queries.standings(pupil_ids, on=occasion.on),
    )
    each(rows, lambda row: _review(row, week, occasion))


@transaction.atomic
def _review(row: PupilStage, week: Week, occasion: Occasion) -> None:
    row, stage = queries.locked(row), find_stage(occasion.ladders, row.stage)
    over = row.left_on or row.withdrawn_at
    if over or row.case is None or not stage or not week.may_be_written_about(row.pupil_id, occasion.on):
        return
    sums = week.sums.get(row.pupil_id)
    for action in stage.actions:
        if action.each_review and sums:
            _step_of_week(row, action, sums, occasion)
    if row.review_on and row.review_on <= occasion.on:
        _ask_for_review(row, stage, sums, occasion)
    bring_up_to_date(row.case, occasion.ladders)


def _step_of_week(row: PupilStage, action: StageAction, sums: TwoWeeks, occasion: Occasion) -> None:
    """Put a week's step into the case once, whichever stage asks; one of an earlier week not done gives way to it."""
    due, told = due_day(sums.this_week.last, action.within_school_days), f"{action.words} {sums.in_words}"
    before = CaseTask.objects.filter(case=row.case, does=action.does, words__startswith=action.words)
    if row.case is None or before.filter(due_date__gte=due).exists():
        return
    for task in before.filter(queries.TO_DO).select_related("letter"):
        if task.letter and task.letter.state == Letter.State.PROPOSED:
            withdraw_letter(task.letter, because=NEWER, by=occasion.by, at=occasion.at)
        cancel_steps([task], because=NEWER, at=occasion.at)
    figures = {**figures_of(row, row.finding), **sums.as_figures()}
    of_week = StageAction(action.does, told, action.role, action.within_school_days, action.letter)
    make_step(row, row.case, of_week, due_date=due, figures=figures, occasion=occasion)


def _ask_for_review(row: PupilStage, stage: Stage, sums: TwoWeeks | None, occasion: Occasion) -> None:
    """Ask a person to decide, once, whether the pupil stays at the stage."""
    asked = CaseTask.objects.filter(queries.TO_DO, stage=row, options=list(REVIEW))
    if row.case is None or asked.exists():
        return
    role = stage.actions[0].role if stage.actions else Role.ATTENDANCE_OFFICER.value
    CaseTask.objects.create(
        case=row.case,
        stage=row,
        does=Does.DECISION,
        words=f"Review “{row.label}”. {sums.in_words if sums else ''}".strip(),
        role=role,
        due_date=due_day(occasion.on, 1),
        options=list(REVIEW),
        made_at=occasion.at,
    )


def turn_the_year(occasion: Occasion) -> None:
    """End last year's stages that figures led to, and begin this year where last year's end says (WAT-A3.17).

    Whoever was persistently absent over the whole of last year begins at the stage that carries over, with the letter
    about it. A year that ended before the school went live proposes nothing.
    """
    year = SchoolYear.of(occasion.read_to)
    decided = {stage.key for stage in occasion.ladders.stages if stage.when is None}
    old = queries.running(Pupil.objects.all()).filter(entered_on__lt=year.starts).exclude(stage__in=decided)
    each(old, lambda row: _end_with_year(row, occasion))
    stage = next((stage for stage in occasion.ladders.stages if stage.carries_over), None)
    before = year.starts - dt.timedelta(days=1)
    if stage is None or before < occasion.school.go_live_date:
        return
    absent = reviews.persistently_absent(before)
    standing = queries.standings(absent, on=occasion.on)
    known = reviews.carried_over(year)
    for pupil in Pupil.objects.filter(pk__in=absent.keys() - known):
        if standing[pupil.pk].may_be_written_about(occasion.on):
            each([pupil], lambda pupil: _begin_year(pupil, stage, absent[pupil.pk], occasion))


@transaction.atomic
def _end_with_year(row: PupilStage, occasion: Occasion) -> None:
    row = queries.locked(row)
    if row.left_on is None and row.withdrawn_at is None:  # pragma: no branch - unless somebody was quicker
        leave_quietly(row, because=YEAR_OVER, by=occasion.by, at=occasion.at)
        if row.case and row.case.closed_at is None:
            bring_up_to_date(row.case, occasion.ladders)


@transaction.atomic
def _begin_year(pupil: Pupil, stage: Stage, figures: dict[str, Any], occasion: Occasion) -> None:
    queries.take_turns(pupil.pk)
    if queries.running_at(pupil.pk, stage.key) or pupil.pk in reviews.carried_over(SchoolYear.of(occasion.read_to)):
        return
    row = carry_over(pupil, stage, occasion=occasion)
    if row.case:  # pragma: no branch - a stage that is entered stands in a case
        days = occasion.policy.terms(YearTurn, on=occasion.on).letter_within_school_days
        letter = StageAction(Does.LETTER, YEAR_END, "attendance_officer", days, "end-of-year-letter")
        due = due_day(occasion.on, days)
        quoted = {**figures, "rule": "end-of-year", "label": stage.label, "next_stage": stage.label}
        make_step(row, row.case, letter, due_date=due, figures=quoted, occasion=occasion)
        bring_up_to_date(row.case, occasion.ladders)
