"""What the escalation room does because of what happened below it, and because of its own findings (decision 21)."""

import datetime as dt

from django.db.models import Exists, OuterRef

from attendance_mat.accounts.member import Member, machine
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.consumers import consumes
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from escalation import actions
from escalation.actions.crossings import DIED
from escalation.actions.night import MACHINE
from escalation.models import Finding
from escalation.queries.cases import open_case_of
from escalation.queries.ladder import running
from escalation.queries.night import last_night
from escalation.rules.findings import Rule
from letters.models import Letter
from registers.models import Pupil

FALSIFIED = "Granted leave of {} sessions rested on a false application: decide whether to seek a penalty notice."
NATIONAL = frozenset(Rule)


@consumes(Event.MARK_AMENDED, Event.MARKS_IMPORTED, name="escalation.recheck")
def recheck_pupils(event: AuditEvent, at: dt.datetime) -> None:
    """Clear what amended marks no longer bear out, without waiting for the night."""
    amended = event.detail.get("amended_pupils", []) if event.kind == Event.MARKS_IMPORTED else [event.detail["pupil"]]
    open_finding = Finding.objects.filter(pupil=OuterRef("pk"), cleared_on__isnull=True)
    pupils = Pupil.objects.filter(Exists(open_finding), pk__in=amended)
    if not pupils:
        return
    school = current_school()
    policy, as_of, by = policy_for(school), last_night(school) or at.date(), machine(MACHINE, at=at)
    for pupil in pupils:
        actions.recheck_pupil(pupil, policy=policy, as_of=as_of, by=by, at=at)


@consumes(Event.LEAVE_FALSIFIED, name="escalation.offer-penalty")
def offer_penalty(event: AuditEvent, at: dt.datetime) -> None:
    """Put before a person, in the pupil's open case, whether to seek a penalty for leave got by a false application."""
    case = open_case_of(event.detail["pupil"])
    if case:
        occasion = actions.occasion_of(current_school(), by=machine(MACHINE, at=at), at=at)
        actions.offer_penalty(case, because=FALSIFIED.format(event.detail["sessions"]), occasion=occasion)


@consumes(Event.PUPIL_DIED, name="escalation.pupil-died")
def stop_everything(event: AuditEvent, at: dt.datetime) -> None:
    """Close the case of a pupil who has died, and end the stages outside it: every step still to do is cancelled."""
    pupils = Pupil.objects.filter(pk=event.detail["pupil"], died_on__isnull=False)
    if not pupils:
        return  # recorded by mistake and taken back since
    by = machine(MACHINE, at=at)
    case = open_case_of(event.detail["pupil"])
    if case:
        actions.close_case(case, because=DIED, by=by, at=at)
    occasion = actions.occasion_of(current_school(), by=by, at=at)
    for row in running(pupils):
        actions.leave_stage(row, because=DIED, occasion=occasion)


@consumes(Event.THRESHOLD_CROSSED, name="escalation.follow-up")
def follow_up(event: AuditEvent, at: dt.datetime) -> None:
    """Open the case that policy asks for, and propose its letter; or propose the stages that the pupil has come to."""
    finding = Finding.objects.select_related("pupil").get(pk=event.subject_id)
    school = current_school()
    by = machine(MACHINE, at=at)
    if finding.rule in NATIONAL:
        actions.follow_up_crossing(finding, school=school, policy=policy_for(school), by=by, at=at)
    else:
        actions.follow_up_stages(actions.occasion_of(school, by=by, at=at), pupil_ids=[finding.pupil_id])


@consumes(Event.THRESHOLD_CLEARED, name="escalation.undo")
def undo(event: AuditEvent, at: dt.datetime) -> None:
    """Take back what came of a crossing that has been undone."""
    finding, by = Finding.objects.get(pk=event.subject_id), machine(MACHINE, at=at)
    if finding.cleared_on is None:  # it has been taken up again since
        return
    if finding.rule in NATIONAL:
        actions.undo_crossing(finding, by=by, at=at)
        return
    occasion = actions.occasion_of(current_school(), by=by, at=at)
    actions.withdraw_stages(finding, undone=actions.is_undone(finding, occasion), occasion=occasion)


@consumes(Event.LETTER_SENT, Event.LETTER_WITHDRAWN, name="escalation.letter-step")
def settle_letter(event: AuditEvent, at: dt.datetime) -> None:
    """Let the step that asked for a letter end with it, in the name of whoever sent it or took it back."""
    by = Member(user=event.by, role=Role(event.by_role), school=None)
    occasion = actions.occasion_of(current_school(), by=by, at=event.at)
    actions.settle_letter_step(Letter.objects.get(pk=event.subject_id), occasion=occasion)
