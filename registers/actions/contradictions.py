"""Settling a contradiction: a child was marked here though not expected."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.models import Contradiction


@transaction.atomic
def settle_contradiction(contradiction: Contradiction, *, outcome: str, by: Member, at: dt.datetime) -> Contradiction:
    """Record which was right and who said so. The mark itself changes only by an amendment.

    Raises ValidationError when somebody has settled it already.
    """
    row = Contradiction.objects.select_for_update().get(pk=contradiction.pk)
    if row.settled_at is not None:
        message = "Somebody has settled this already."
        raise ValidationError(message)
    row.settled_at, row.settled_by, row.outcome = at, by.user, outcome
    row.save(update_fields=["settled_at", "settled_by", "outcome"])
    record(Event.CONTRADICTION_SETTLED, row, by=by, at=at, outcome=outcome)
    return row
