"""A copy of one pupil's record for somebody: attendance certificate or registration certificate, at a moment."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.keeping.queries.admission import AdmissionEntry, contacts_at, entry_of
from attendance_mat.keeping.rules.particulars import sight_of_body, sight_of_contact
from letters.models import CertifiedCopy
from letters.queries import registration_certificate
from letters.rules.certificate import Certificate
from letters.rules.recipients import Purpose, may_be_told
from registers.models import Contact, Pupil
from registers.queries.scope import may_find
from registers.queries.telling import contact_facts, pupil_facts
from registers.rules.calendar import LONDON

NO_LONGER: Final = "They were no contact of this pupil at that moment."


class What(StrEnum):
    """What a copy is of."""

    ATTENDANCE = "attendance certificate"
    REGISTRATION = "registration certificate"


@dataclass(frozen=True)
class Asked:
    """What is asked for, for whom and what for. A contact is one of the pupil's; without one it is a body."""

    what: What
    first: dt.date | None
    last: dt.date | None
    as_at: dt.datetime
    contact: Contact | None
    recipient: str
    purpose: str


@dataclass(frozen=True)
class Copy:
    """A copy ready to be drawn: one of `certificate` and `entry` is there. Both days are included."""

    asked: Asked
    pupil: Pupil
    first: dt.date
    last: dt.date
    certificate: Certificate | None = None
    entry: AdmissionEntry | None = None


def copy_of(pupil: Pupil, asked: Asked, *, by: Member) -> Copy:
    """Return a copy of what its recipient may be told, as it stood at a moment. Three to six queries.

    Raises ValidationError by field where the recipient may not be told. Source: decision 11.
    """
    contacts = contacts_at(pupil, asked.as_at)
    facts = {contact.pk: contact_facts(contact) for contact in contacts}
    child, everyone = pupil_facts(pupil), list(facts.values())
    if asked.contact:
        recipient = facts.get(asked.contact.pk)
        if recipient is None:
            raise ValidationError({"contact": NO_LONGER})
        decision = may_be_told(recipient, child, Purpose.CERTIFICATE, released=may_find(by, pupil))
        if not decision.allowed:
            raise ValidationError({"contact": decision.why})
        sight = sight_of_contact(recipient, child, everyone)
    else:
        sight = sight_of_body(child, everyone)
    day = asked.as_at.astimezone(LONDON).date()
    if asked.what is What.ATTENDANCE and asked.first and asked.last:
        entries = registration_certificate(pupil, from_date=asked.first, to_date=asked.last, as_at=asked.as_at)
        return Copy(asked, pupil, asked.first, asked.last, certificate=entries)
    entry = entry_of(pupil, as_at=asked.as_at, sight=sight, contacts=contacts)
    first = min((time.first for time in entry.roll), default=day)
    return Copy(asked, pupil, min(first, day), day, entry=entry)


def certified_copies(pupil: Pupil) -> QuerySet[CertifiedCopy]:
    """Return the certified copies of a pupil's record without the PDFs themselves, the latest first. One query."""
    return CertifiedCopy.objects.filter(pupil=pupil).defer("pdf").order_by("-certified_at", "-pk")
