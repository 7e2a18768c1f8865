"""Takes what a school did about absence before it came here, so that nothing is asked of a family twice."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record_each
from attendance_mat.policy.ladder import Review, Stage
from attendance_mat.policy.triggers import Period
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import day
from escalation.actions.importing_history_checks import HistoryChecks, WantedStep
from escalation.gateways.history_csv import SHAPE, history_rows
from escalation.models import Case, CaseNote, PastStep, PupilStage
from escalation.queries.history import open_cases, running_stages
from escalation.rules.history import END_OF_YEAR, times_at_stage
from escalation.rules.ladder import furthest, review_day
from escalation.rules.windows import Calendar
from registers.actions.importing import Taking
from registers.actions.importing_job import Effect, ImportJob
from registers.rules.calendar import LONDON, SchoolYear

LINES_NAMED: Final = 20
LONGEST_STAGE: Final = 60  # of a case
SOON: Final = Review(after=5, unit=Period.SCHOOL_DAYS)  # to look at a stage whose review has passed already
AGAIN: Final = "The stage was reached again, as the imported history says."
YEAR_OVER: Final = "The school year ended."
AT_STAGE: Final = "The pupil has come to this stage here since. A history holds what was done before that."


def take_history(job: ImportJob) -> None:
    """Keep every step that is not in yet; a stage reached becomes the pupil's time at that stage.

    Ten reads, and seven writes at most, however long the file is.
    """
    table, checks = job.table(SHAPE), HistoryChecks(job)
    wanted = [step for row in history_rows(table, job.faults) if (step := checks.wanted(row))]
    job.ignored = table.ignored
    _tell_too_old(job, checks)
    for step in wanted:
        _count(job, step)
    new = [step for step in wanted if step.is_new]
    stages = HistoryStages(job, checks)
    stages.plan(step for step in new if step.row.kind == PastStep.Kind.STAGE and step.row.name != END_OF_YEAR)
    if job.writes:
        PastStep.objects.bulk_create([_past_step(step, job) for step in new], batch_size=1000)
        stages.write()
    job.detail["too_old"] = len(checks.too_old)


HISTORY: Final = Taking(take_history, Event.HISTORY_IMPORTED)


class HistoryStages:
    """The times at stages that a history leads to. Of one pupil and stage only the last can still be running."""

    def __init__(self, job: ImportJob, checks: HistoryChecks) -> None:
        self.job, self.checks = job, checks
        self.running = running_stages()
        policy = policy_for(job.school)
        self.pack = policy.pack_name(on=checks.policy_on)
        self.calendar = Calendar(checks.roll.sessions)
        self.terms = self.calendar.read_by(policy).partings(dt.date.max).terms
        self.added: list[PupilStage] = []
        self.ended: list[PupilStage] = []

    def plan(self, steps: Iterable[WantedStep]) -> None:
        """Work out the rows of new steps."""
        at_stage = attrgetter("key.pupil_id", "key.name")
        for (pupil_id, name), group in groupby(sorted(steps, key=at_stage), key=at_stage):
            running, reached = self.running.get((pupil_id, name)), list(group)
            if running and running.source != PupilStage.Source.HISTORY:
                self._refuse_later(reached, running)
            self._plan_stage(pupil_id, self.checks.ladders.stage(name), reached, running)

    def write(self) -> None:
        """Write the rows. What ends goes before what begins: a pupil is at a stage once at a time."""
        PupilStage.objects.bulk_update(self.ended, ["left_on", "left_because"], batch_size=500)
        running = [row for row in self.added if row.left_on is None]
        self._put_in_cases(running)
        PupilStage.objects.bulk_create(self.added, batch_size=1000)
        CaseNote.objects.bulk_create([self._note(row) for row in running], batch_size=1000)

    def _put_in_cases(self, running: Sequence[PupilStage]) -> None:
        """Put the stages that still run into their pupils' open cases, so that somebody looks at them again."""
        at: dict[int, dict[str, PupilStage]] = defaultdict(dict)
        for row in running:
            at[row.pupil_id][row.stage] = row
        cases = open_cases(at.keys())
        new = [self._case(stages) for pupil_id, stages in at.items() if pupil_id not in cases]
        for case in Case.objects.bulk_create(new, batch_size=1000):
            cases[case.pupil_id] = case
        for row in running:
            row.case = cases[row.pupil_id]
        record_each(
            ((Event.CASE_OPENED, case, {"pupil": case.pupil_id}) for case in new), by=self.job.by, at=self.job.at
        )

    def _case(self, stages: Mapping[str, PupilStage]) -> Case:
        """Return a new case of a pupil who is at these stages, to be looked at on the furthest one's review."""
        row = stages[furthest(stages, self.checks.ladders) or next(iter(stages))]
        due_date = row.review_on
        if due_date is None or due_date <= self.job.on:
            due_date = review_day(SOON, self.job.on, self.calendar.days)
        return Case(
            pupil_id=row.pupil_id,
            stage=row.label[:LONGEST_STAGE],
            next_step=f"Review “{row.label}”.",
            due_date=due_date,
            opened_at=self.job.at,
        )

    def _note(self, row: PupilStage) -> CaseNote:
        by = self.job.by
        words = (
            f"“{row.label}” was reached on {day(row.entered_on)}, as the imported history says."
            if row.entered_on
            else ""
        )
        return CaseNote(case=row.case, words=words, by=by.user, by_name=by.name, by_role=by.role, at=self.job.at)

    def _refuse_later(self, reached: Iterable[WantedStep], running: PupilStage) -> None:
        for step in reached:
            if running.entered_on is None or step.key.on_date > running.entered_on:
                self.job.faults.add(step.row.line, "date", step.row.date.isoformat(), AT_STAGE)

    def _plan_stage(
        self, pupil_id: int, stage: Stage, reached: Iterable[WantedStep], running: PupilStage | None
    ) -> None:
        since = running.entered_on if running else None
        days = {step.key.on_date for step in reached}
        ends = times_at_stage(days | {since} if since else days, on=self.job.on)
        for entered_on, left_on in ends.items():
            if entered_on != since:
                self.added.append(self._row(pupil_id, stage, entered_on, left_on))
            elif running and left_on:
                running.left_on, running.left_because = left_on, _why_left(entered_on, left_on)
                self.ended.append(running)

    def _row(self, pupil_id: int, stage: Stage, entered_on: dt.date, left_on: dt.date | None) -> PupilStage:
        """Return a time at a stage, proposed and entered as the day begins, so that times stand in their order."""
        began_at = dt.datetime.combine(entered_on, dt.time(), LONDON)
        review = review_day(stage.review, entered_on, self.calendar.days, self.terms) if stage.review else None
        return PupilStage(
            pupil_id=pupil_id,
            pack=self.pack,
            ladder=self.checks.ladders.ladder_of(stage.key).key,
            stage=stage.key,
            label=stage.label,
            source=PupilStage.Source.HISTORY,
            proposed_at=began_at,
            entered_on=entered_on,
            entered_at=began_at,
            acted_until_date=entered_on,
            review_on=review,
            left_on=left_on,
            left_because=_why_left(entered_on, left_on) if left_on else "",
        )


def _why_left(entered_on: dt.date, left_on: dt.date) -> str:
    return YEAR_OVER if left_on == SchoolYear.of(entered_on).until else AGAIN


def _past_step(step: WantedStep, job: ImportJob) -> PastStep:
    return PastStep(
        pupil_id=step.key.pupil_id,
        kind=step.row.kind,
        name=step.row.name,
        on_date=step.row.date,
        contact_id=step.key.contact_id,
        parent_name=step.row.parent,
        outcome=step.row.outcome,
        imported_at=job.at,
        imported_by=job.by.user,
    )


def _count(job: ImportJob, step: WantedStep) -> None:
    effect = Effect.NEW if step.is_new else Effect.UNCHANGED
    job.counts[effect] += 1
    row = step.row
    cells = (row.upn or row.local_id, row.kind.label, row.name, row.date.isoformat(), row.parent)
    job.show(row.line, cells, effect, "New" if step.is_new else "No change")


def _tell_too_old(job: ImportJob, checks: HistoryChecks) -> None:
    """Name the lines that are left out for their age."""
    lines = checks.too_old
    if not lines:
        return
    named = ", ".join(str(line) for line in lines[:LINES_NAMED])
    rest = f" and {len(lines) - LINES_NAMED:,} more" if len(lines) > LINES_NAMED else ""
    job.said.append(f"Older than three years, before {day(checks.oldest)}, and left out: lines {named}{rest}.")
