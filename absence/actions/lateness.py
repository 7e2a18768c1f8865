"""What a pupil's lates have come to: each step found once, withdrawn where a late is corrected away.

Source: ALP-11.02, WAT-3.19, WAT-7.11, WAT-7.13, HCC-2.6.07, JTM-8.12.
"""

import datetime as dt
from typing import Final

from django.db import transaction

from absence.actions.detentions import cancel_detention, offer_detention
from absence.actions.tasks import ask_for, drop_tasks_of
from absence.models import LatenessFinding, Task
from absence.queries import lateness as queries
from absence.rules.lateness import Due
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.lateness import LateAction, LatenessSteps
from attendance_mat.policy.school_day import InspectionHours
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from attendance_mat.web.formats import day
from letters.actions import flag_letter, propose_letter, withdraw_letter
from letters.models import Letter
from registers.models import Pupil
from registers.queries.sessions import nth_school_day_after
from registers.rules.calendar import LONDON

NO_LONGER: Final = "A late was corrected, and the number is no longer reached."
TASKS: Final = {
    LateAction.CONTACT: Task.Kind.CONTACT,
    LateAction.MEETING: Task.Kind.MEETING,
    LateAction.SUPPORT: Task.Kind.OTHER,
    LateAction.AUTHORITY: Task.Kind.OTHER,
}


@transaction.atomic
def review_lateness(pupil_id: int, *, on: dt.date, by: Member, at: dt.datetime) -> list[LatenessFinding]:
    """Look again at a pupil's lates in the week, half term, term and year of a day; return the steps newly found.

    A step is proposed once, by a late of that day or after it and not before the school's go-live date. One whose
    number is no longer reached is withdrawn with whatever came of it that nobody has done.
    """
    pupil = Pupil.objects.select_for_update(no_key=True).get(pk=pupil_id)  # two who look at one pupil take turns
    school = current_school()
    policy = policy_for(school)
    terms = policy.terms(LatenessSteps, on=on)
    if pupil.died_on or not terms.steps:
        return []
    due = queries.dues(on, policy=policy, pupil_ids=[pupil_id]).get(pupil_id, [])
    standing = queries.standing(pupil, over=queries.stretches_of(on, policy=policy).values())
    named = {(step.does.value, step.words) for step in terms.steps}
    for finding in standing:
        if (finding.does, finding.words) in named and not any(_is_of(finding, each) for each in due):
            withdraw_finding(finding, because=NO_LONGER, by=by, at=at)
    new = [each for each in due if not any(_is_of(finding, each) for finding in standing)]
    begins = max(on, school.go_live_date)
    return [_find(pupil, each, by=by, at=at) for each in new if each.reached.date >= begins]


@transaction.atomic
def withdraw_finding(finding: LatenessFinding, *, because: str, by: Member, at: dt.datetime) -> None:
    """Take back a finding: open detentions are cancelled, tasks dropped, letters withdrawn, or flagged where sent."""
    finding.withdrawn_at, finding.withdrawn_because = at, because
    finding.save(update_fields=["withdrawn_at", "withdrawn_because"])
    record(Event.LATENESS_WITHDRAWN, finding, by=by, at=at, pupil=finding.pupil_id, does=finding.does)
    for detention in finding.detentions.all():
        if detention.is_open:
            cancel_detention(detention, because=because, by=by, at=at)
    drop_tasks_of(finding.origin, because=because, by=by, at=at)
    for letter in Letter.objects.filter(origin=finding.origin):
        end = flag_letter if letter.state == Letter.State.SENT else withdraw_letter
        end(letter, because=because, by=by, at=at)


def _is_of(finding: LatenessFinding, due: Due) -> bool:
    """Say whether a finding is of a step that is due: at each late of its own where it comes again, else once."""
    if (finding.does, finding.words, finding.from_date) != (due.step.does.value, due.step.words, due.over.first):
        return False
    reached = (finding.reached_on, finding.reached_half) == (due.reached.date, due.reached.half.value)
    return reached or not due.step.each_further


def _find(pupil: Pupil, due: Due, *, by: Member, at: dt.datetime) -> LatenessFinding:
    finding = LatenessFinding.objects.create(
        pupil=pupil,
        does=due.step.does.value,
        words=due.step.words,
        number=due.number,
        from_date=due.over.first,
        until_date=due.over.last + dt.timedelta(days=1),
        reached_on=due.reached.date,
        reached_half=due.reached.half.value,
        lates=queries.kept(due.lates),
        found_at=at,
    )
    record(Event.LATENESS_FOUND, finding, by=by, at=at, pupil=pupil.pk, does=finding.does, lates=due.number)
    _propose(finding, pupil, due, by=by, at=at)
    return finding


def _propose(finding: LatenessFinding, pupil: Pupil, due: Due, *, by: Member, at: dt.datetime) -> None:
    """Put what the step asks for before the people it is for."""
    step = due.step
    within = nth_school_day_after(due.reached.date, step.after_school_days)
    if step.does is LateAction.DETENTION:
        offer_detention(finding, words=step.words, minutes=step.minutes or 0, on=within, by=by, at=at)
    elif step.does is LateAction.LETTER:
        figures = _figures(finding, due)
        propose_letter(pupil, template=step.letter or "", origin=finding.origin, figures=figures, by=by, at=at)
    else:
        closes = policy_for(current_school()).terms(InspectionHours, on=within).closes
        ask_for(
            TASKS[step.does],
            words=f"{step.words}: {arithmetic(due)}",
            origin=finding.origin,
            due_at=dt.datetime.combine(within, closes, tzinfo=LONDON),
            by=by,
            at=at,
            of=Role(step.role),
            pupil=pupil,
        )


def _figures(finding: LatenessFinding, due: Due) -> dict[str, object]:
    return {
        "rule": "lateness",
        "label": due.step.words,
        "arithmetic": arithmetic(due),
        "from": due.over.first.isoformat(),
        "to": due.reached.date.isoformat(),
        "sessions": [late[:3] for late in finding.lates],
        "lates": finding.lates,
    }


def arithmetic(due: Due) -> str:
    """Return how a step was reached, in a sentence."""
    times = "once" if due.number == 1 else f"{due.number} times"
    on = ", ".join(f"{day(late.date)} ({late.code})" for late in due.lates)
    return f"late {times} from {day(due.over.first)}: {on}."
