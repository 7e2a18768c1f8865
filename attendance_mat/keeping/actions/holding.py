"""Legal holds: while one lasts, nothing it covers is disposed of."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.models import LegalHold
from registers.models import Pupil

NO_REASON: Final = "Give the reason: it is read by whoever asks why the records were kept."
LIFTED: Final = "This hold is lifted already."


@transaction.atomic
def place_hold(*, pupil: Pupil | None, reason: str, by: Member, at: dt.datetime) -> LegalHold:
    """Keep one pupil's records, or (None) the whole school's, until the hold is lifted."""
    if not reason.strip():
        raise ValidationError(NO_REASON)
    hold = LegalHold.objects.create(
        pupil=pupil, reason=reason.strip(), placed_by=by.user, placed_by_name=by.name, placed_by_role=by.role,
        placed_at=at,
    )  # fmt: skip
    record(Event.LEGAL_HOLD_PLACED, hold, by=by, at=at, pupil=pupil.pk if pupil else None)
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, *, because: str, by: Member, at: dt.datetime) -> None:
    """Let what a hold covered go when its period is over. Raises ValidationError without a reason, or twice."""
    if not because.strip():
        raise ValidationError(NO_REASON)
    locked = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if locked.lifted_at:
        raise ValidationError(LIFTED)
    locked.lifted_at, locked.lifted_by, locked.lifted_because = at, by.user, because.strip()
    locked.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    record(Event.LEGAL_HOLD_LIFTED, hold, by=by, at=at)
