"""What the absence room does because of what happened below it (decision 21)."""

import datetime as dt
from typing import Final

from absence.actions.tasks import drop_task
from absence.queries.tasks import still_to_do
from attendance_mat.accounts.member import machine
from attendance_mat.audit.consumers import consumes
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Pupil

MACHINE: Final = "Absence"
DIED: Final = "The pupil has died."


@consumes(Event.PUPIL_DIED, name="absence.pupil-died")
def drop_tasks_about(event: AuditEvent, at: dt.datetime) -> None:
    """Drop whatever was still to be done about a pupil who has died."""
    if not Pupil.objects.filter(pk=event.detail["pupil"], died_on__isnull=False).exists():
        return  # recorded by mistake and taken back since
    by = machine(MACHINE, at=at)
    for task in still_to_do().filter(pupil=event.detail["pupil"]):
        drop_task(task, because=DIED, by=by, at=at)
