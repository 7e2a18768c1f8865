"""What the authority is told of a name entered or deleted: made, asked for, sent."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.telling import tell_of_overdue_returns
from attendance_mat.admission.models import AuthorityReturn
from attendance_mat.admission.queries import returns as queries
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.models import RollPeriod
from registers.rules.calendar import LONDON


def make_return(kind: str, period: RollPeriod, *, due: dt.date | None, at: dt.datetime) -> AuthorityReturn:
    """Make the task of telling the authority, in the caller's transaction; a second call makes no second one."""
    made, _ = AuthorityReturn.objects.get_or_create(
        kind=kind, roll_period=period, defaults={"due_date": due, "made_at": at}
    )
    return made


@transaction.atomic
def send_return(found: AuthorityReturn, *, how: str, by: Member, at: dt.datetime) -> AuthorityReturn:
    """Record that a return was sent, and how. A second press records nothing more."""
    found = queries.locked(found)
    require_not_family(found.roll_period.pupil_id, by=by)
    if found.sent_at is not None:
        return found
    found.sent_at, found.sent_by, found.sent_by_name, found.sent_how = at, by.user, by.name, how
    found.save(update_fields=["sent_at", "sent_by", "sent_by_name", "sent_how"])
    record(Event.RETURN_SENT, found, by=by, at=at, pupil=found.roll_period.pupil_id, of=found.kind)
    tell_of_overdue_returns(at=at)
    return found


@transaction.atomic
def ask_for_return(found: AuthorityReturn, *, due: dt.date, by: Member, at: dt.datetime) -> AuthorityReturn:
    """Record that the authority asked for a return it is otherwise not owed, and by which day (R20, R21)."""
    found = queries.locked(found)
    if found.due_date is not None or found.sent_at is not None:
        message = "This return is due or sent already: nothing was changed."
        raise ValidationError(message)
    if due < at.astimezone(LONDON).date():
        raise ValidationError({"due": "Give today or a later day: the authority asks for what is to come."})
    found.due_date = due
    found.save(update_fields=["due_date"])
    record(Event.RETURN_ASKED_FOR, found, by=by, at=at, pupil=found.roll_period.pupil_id, due=due.isoformat())
    return found
