"""What the letters room does because of what happened below it (decision 21)."""

import datetime as dt
from typing import Final

from attendance_mat.accounts.member import machine
from attendance_mat.audit.consumers import consumes
from attendance_mat.audit.models import AuditEvent, Event
from letters.actions import withdraw_letter
from letters.models import Letter
from registers.models import Pupil

MACHINE: Final = "Letters"
DIED: Final = "The pupil has died."


@consumes(Event.PUPIL_DIED, name="letters.pupil-died")
def withdraw_all(event: AuditEvent, at: dt.datetime) -> None:
    """Withdraw every letter that waits about a pupil who has died. None could have been sent since: see telling.py."""
    if not Pupil.objects.filter(pk=event.detail["pupil"], died_on__isnull=False).exists():
        return  # recorded by mistake and taken back since
    by = machine(MACHINE, at=at)
    for letter in Letter.objects.filter(pupil=event.detail["pupil"], state=Letter.State.PROPOSED):
        withdraw_letter(letter, because=DIED, by=by, at=at)
