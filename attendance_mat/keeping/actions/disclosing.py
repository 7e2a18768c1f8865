"""Writing down what left the product about which pupils: to whom, what for, by whom and when."""

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.models import Disclosure


class For(NamedTuple):
    """Who is to have a file, and what for."""

    recipient: str
    purpose: str


@transaction.atomic
def disclose(
    content: bytes,
    *,
    what: str,
    to: For,
    pupils: Collection[int],
    from_date: dt.date | None = None,
    until_date: dt.date | None = None,
    by: Member,
    at: dt.datetime,
) -> Disclosure:
    """Write down that a file about some pupils was made for somebody. It can be known again by its digest."""
    made = Disclosure.objects.create(
        what=what,
        recipient=to.recipient,
        purpose=to.purpose,
        pupils=sorted(pupils),
        from_date=from_date,
        until_date=until_date,
        digest=hashlib.sha256(content).hexdigest(),
        by=by.user,
        by_name=by.name,
        by_role=by.role,
        at=at,
    )
    record(Event.RECORDS_DISCLOSED, made, by=by, at=at, what=what, pupils=len(pupils))
    return made
