"""Settling a contradiction: a child was marked here though not expected."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.models import Contradiction


@transaction.atomic
def settle_contradiction(contradiction: Contradiction, *, outcome: str, by: Member, at: dt.datetime) -> Contradiction:
    """Record which was right and who said so. The mark itself changes only by an amendment.

    Raises ValidationError when somebody has settled it already, or to a member who is family of the child.
    """
    row = Contradiction.objects.select_for_update(of=("self",)).select_related("mark").get(pk=contradiction.pk)
    if row.settled_at is not None:
        message = "Somebody has settled this already."
        raise ValidationError(message)
    require_not_family(row.mark.pupil_id, by=by)
    row.settled_at, row.settled_by, row.outcome = at, by.user, outcome
    row.save(update_fields=["settled_at", "settled_by", "outcome"])
    record(Event.CONTRADICTION_SETTLED, row, by=by, at=at, mark=row.mark_id)  # the words may name a child
    return row
