"""What attendance was before and after each letter and stage (HCC 2.5.09)."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import QuerySet

from attendance_mat.policy.ladder import StepImpact
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from escalation.models import Case, PupilStage
from escalation.queries.cases import letters_of
from escalation.rules.weeks import BeforeAndAfter, before_and_after
from letters.models import Letter
from registers.models import Pupil
from registers.queries.sessions import session_marks, sessions_held


class Step(NamedTuple):
    """Something that was done for a pupil on a day, and what attendance was before and after it."""

    pupil: Pupil
    on: dt.date
    words: str
    compared: BeforeAndAfter | None


class Done(NamedTuple):
    """Something that was done for a pupil on a day."""

    pupil: Pupil
    on: dt.date
    words: str


def impact_of(case: Case, *, until: dt.date) -> list[Step]:
    """Return each letter sent and each stage entered for a case's pupil, with attendance either side. Four queries."""
    letters = letters_of(case).filter(sent_at__isnull=False).select_related("pupil")
    stages = PupilStage.objects.filter(pupil=case.pupil_id, entered_on__isnull=False, withdrawn_at__isnull=True)
    return compared(_done(letters, stages.select_related("pupil")), until=until)


def impact_between(pupils: QuerySet[Pupil], first: dt.date, last: dt.date, *, until: dt.date) -> list[Step]:
    """Return each letter sent and stage entered in some days, both included, with attendance either side.

    Four queries, however many there are.
    """
    letters = Letter.objects.filter(pupil__in=pupils, sent_at__date__range=(first, last)).select_related("pupil")
    stages = PupilStage.objects.filter(
        pupil__in=pupils, entered_on__range=(first, last), withdrawn_at__isnull=True
    ).select_related("pupil")
    return compared(_done(letters, stages), until=until)


def _done(letters: Iterable[Letter], stages: Iterable[PupilStage]) -> list[Done]:
    written = [
        Done(row.pupil, row.sent_at.date(), f"Letter: {row.template.replace('-', ' ')}")
        for row in letters
        if row.sent_at
    ]
    entered = [Done(row.pupil, row.entered_on, f"Stage: {row.label}") for row in stages if row.entered_on]
    return sorted([*written, *entered], key=lambda step: (step.on, step.words))


def compared(steps: Collection[Done], *, until: dt.date) -> list[Step]:
    """Return steps with the same pupil's attendance over as many school days on either side.

    Two queries, besides the school's policy.
    """
    if not steps:
        return []
    terms = policy_for(current_school()).terms(StepImpact, on=until)
    first = min(step.on for step in steps) - dt.timedelta(days=terms.read_days)
    marks = session_marks({step.pupil.pk for step in steps}, from_date=first, to_date=until)
    days = sorted({date for date, _ in sessions_held(from_date=first, to_date=until)})
    return [
        Step(*step, before_and_after(marks[step.pupil.pk], days, step_on=step.on, until=until, terms=terms))
        for step in steps
    ]
