"""Giving a copy of a pupil's record to somebody, and certifying one."""

import datetime as dt
import hashlib
import secrets
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.actions.disclosing import For, disclose
from attendance_mat.keeping.gateways import copies as gateway
from attendance_mat.keeping.gateways.copies import Stamp
from attendance_mat.keeping.queries.copies import Copy
from letters.models import CertifiedCopy
from registers.actions.entering import require_not_family
from registers.rules.calendar import LONDON

CHANGED: Final = "The record changed since you looked at it. Look at the copy again before you certify it."
ONE_DAY: Final = dt.timedelta(days=1)


@transaction.atomic
def give_copy(copy: Copy, *, by: Member, at: dt.datetime) -> bytes:
    """Return a copy that says it is not certified, and write down for whom it was made and why."""
    content = gateway.pdf_of(copy, on=at.astimezone(LONDON).date())
    _disclose(copy, content, what=copy.asked.what.value, by=by, at=at)
    return content


@transaction.atomic
def certify_copy(copy: Copy, *, seen: str, by: Member, at: dt.datetime) -> CertifiedCopy:
    """Certify a copy as it was looked at, and keep it. `seen` is the digest of what the page showed.

    Raises ValidationError where the record says something else by now, or is of the member's own family.
    """
    require_not_family(copy.pupil.pk, by=by)
    on = at.astimezone(LONDON).date()
    if seen != gateway.digest_of(copy, on=on):
        raise ValidationError(CHANGED)
    stamp = Stamp(f"C{on:%y%m%d}-{secrets.token_hex(4).upper()}", by.name, by.role, at)
    content = gateway.pdf_of(copy, on=on, stamp=stamp)
    certified = CertifiedCopy.objects.create(
        what=copy.asked.what.value,
        pupil=copy.pupil,
        from_date=copy.first,
        until_date=copy.last + ONE_DAY,
        as_at=copy.asked.as_at,
        reference=stamp.reference,
        pdf=content,
        digest=hashlib.sha256(content).hexdigest(),
        certified_by=by.user,
        certified_by_name=by.name,
        certified_by_role=by.role,
        certified_at=at,
    )
    record(Event.COPY_CERTIFIED, certified, by=by, at=at, pupil=copy.pupil.pk, reference=stamp.reference)
    _disclose(copy, content, what=f"certified {copy.asked.what}", by=by, at=at)
    return certified


def _disclose(copy: Copy, content: bytes, *, what: str, by: Member, at: dt.datetime) -> None:
    contact = copy.asked.contact
    to = For(contact.name if contact else copy.asked.recipient, copy.asked.purpose)
    disclose(
        content, what=what, to=to, pupils=[copy.pupil.pk], from_date=copy.first, until_date=copy.last + ONE_DAY,
        by=by, at=at,
    )  # fmt: skip
