"""Holds: while one lasts, no stage fires for a pupil and no letter is drafted by one."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import as_date
from escalation.models import Hold
from escalation.queries import ladder as queries
from escalation.queries.cases import letters_not_sent, refuse_family
from letters.actions import withdraw_letter
from registers.models import Pupil

BACKWARDS: Final = "The hold would end before it begins. Choose a later last day, or none."
NOT_NOW: Final = "A hold was placed for the pupil."
ENDED: Final = "This hold has ended already. Nothing was changed."


@transaction.atomic
def place_hold(
    pupil: Pupil,
    *,
    reason: Hold.Reason,
    words: str,
    from_date: dt.date,
    until_date: dt.date | None,
    restricted: bool = False,
    by: Member,
    at: dt.datetime,
) -> Hold:
    """Hold back stages and their letters for a pupil from a day, until another if one is given, and say why.

    Where it begins at once, letters that cases have drafted and nobody has sent are withdrawn.
    """
    refuse_family(pupil, by)
    if until_date and until_date <= from_date:
        raise ValidationError(BACKWARDS)
    queries.take_turns(pupil.pk)
    hold = Hold.objects.create(
        pupil=pupil,
        reason=reason,
        words=words,
        restricted=restricted,
        from_date=from_date,
        until_date=until_date,
        placed_at=at,
        placed_by=by.user,
        placed_by_name=by.name,
        placed_by_role=by.role,
    )
    until = until_date.isoformat() if until_date else None
    record(Event.HOLD_PLACED, hold, by=by, at=at, pupil=pupil.pk, from_date=from_date.isoformat(), until_date=until)
    if from_date <= as_date(at):
        for letter in letters_not_sent(pupil.pk):
            withdraw_letter(letter, because=NOT_NOW, by=by, at=at)
    return hold


@transaction.atomic
def end_hold(hold: Hold, *, by: Member, at: dt.datetime) -> Hold:
    """End a hold today. The next night proposes what then still stands."""
    refuse_family(hold.pupil, by)
    queries.take_turns(hold.pupil_id)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    today = as_date(at)
    if hold.ended_at or (hold.until_date and hold.until_date <= today):
        raise ValidationError(ENDED)
    hold.until_date, hold.ended_at, hold.ended_by = max(today, hold.from_date), at, by.user
    hold.save(update_fields=["until_date", "ended_at", "ended_by"])
    record(Event.HOLD_ENDED, hold, by=by, at=at, pupil=hold.pupil_id)
    return hold
