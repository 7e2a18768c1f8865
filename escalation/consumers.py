"""What the escalation room does because of what happened below it, and because of its own findings (decision 21)."""

import datetime as dt

from attendance_mat.accounts.member import machine
from attendance_mat.audit.consumers import consumes
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from escalation import actions
from escalation.actions.night import MACHINE
from escalation.models import Finding
from escalation.queries.night import last_night
from registers.models import Pupil


@consumes(Event.MARK_AMENDED, name="escalation.recheck")
def recheck_the_pupil(event: AuditEvent, at: dt.datetime) -> None:
    """Clear what an amended mark no longer bears out, without waiting for the night."""
    pupil = Pupil.objects.get(pk=event.detail["pupil"])
    if not Finding.objects.filter(pupil=pupil, cleared_on__isnull=True).exists():
        return
    school = current_school()
    actions.recheck_pupil(
        pupil,
        policy=policy_for(school),
        as_of=last_night(school) or at.date(),
        by=machine(MACHINE, at=at),
        at=at,
    )


@consumes(Event.THRESHOLD_CROSSED, name="escalation.follow-up")
def follow_up(event: AuditEvent, at: dt.datetime) -> None:
    """Open the case that policy asks for, and propose its letter."""
    finding = Finding.objects.select_related("pupil").get(pk=event.subject_id)
    school = current_school()
    by = machine(MACHINE, at=at)
    actions.follow_up_crossing(finding, school=school, policy=policy_for(school), by=by, at=at)


@consumes(Event.THRESHOLD_CLEARED, name="escalation.undo")
def undo(event: AuditEvent, at: dt.datetime) -> None:
    """Take back the letter of a crossing that has been undone."""
    actions.undo_crossing(Finding.objects.get(pk=event.subject_id), by=machine(MACHINE, at=at), at=at)
