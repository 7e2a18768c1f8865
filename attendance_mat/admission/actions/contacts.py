"""Adding, changing, ordering and ending a pupil's contacts. None is ever removed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.amending import (
    NOTHING_CHANGED,
    Said,
    amend,
    amendment,
    changes_to,
    in_words,
    locked,
    require_may_change,
)
from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import as_date
from registers.models import Contact, Pupil

PARTICULARS: Final = (
    "name", "relationship", "parental_responsibility", "liable_as", "lives_with", "emergency", "phone", "email",
    "channel", "language", "barrier", "address", "address_confidential", "no_contact", "court_order", "may_collect",
    "collect_password",
)  # fmt: skip
NO_NAME: Final = "Enter the contact's name."
ENDED: Final = "This person is no longer a contact. Nothing was changed."
ORDER_MOVED: Final = "The order of the contacts has changed since this page was opened. Look again and move them."
ORDERED: Final = "The order in which to try them."


@transaction.atomic
def add_contact(
    pupil: Pupil, values: Mapping[str, Any], *, reason: str, word_of: str = "", by: Member, at: dt.datetime
) -> Contact:
    """Add a contact, tried after all the others; each particular is entered in the register as an amendment."""
    said = Said(reason, word_of, by, at)
    pupil = locked(pupil)
    require_may_change(pupil, said)
    _require_name(values)
    last = Contact.objects.filter(pupil=pupil).aggregate(last=Max("position"))["last"] or 0
    contact = Contact.objects.create(pupil=pupil, position=last + 1, word_of=word_of, **values)
    AdmissionAmendment.objects.bulk_create(
        [
            amendment(pupil, f"contact {contact.pk}", name, "", in_words(contact, name, value), said)
            for name, value in values.items()
            if value
        ]
    )
    record(Event.CONTACT_ADDED, contact, by=by, at=at, pupil=pupil.pk)
    return contact


@transaction.atomic
def change_contact(
    contact: Contact,
    values: Mapping[str, Any],
    *,
    seen: Mapping[str, Any],
    reason: str,
    word_of: str = "",
    by: Member,
    at: dt.datetime,
) -> list[str]:
    """Change what is recorded of a contact and return which particulars. `seen` is what the page showed of each."""
    said = Said(reason, word_of, by, at)
    pupil, contact = _held(contact, said)
    _require_name(values)
    changed = changes_to(contact, values, seen)
    if not changed:
        raise ValidationError(NOTHING_CHANGED)
    amend(pupil, contact, changed, said, subject=f"contact {contact.pk}")
    Contact.objects.filter(pk=contact.pk).update(word_of=word_of)
    record(Event.CONTACT_CHANGED, contact, by=by, at=at, pupil=pupil.pk, particulars=sorted(changed))
    return list(changed)


@transaction.atomic
def move_contact_up(contact: Contact, *, seen: int, by: Member, at: dt.datetime) -> None:
    """Let a contact be tried before the one who stands above. `seen` is the position the page showed."""
    said = Said(ORDERED, "", by, at)
    pupil, contact = _held(contact, said)
    if contact.position != seen:
        raise ValidationError(ORDER_MOVED)
    above = Contact.objects.filter(pupil=pupil, position__lt=seen, ended_on__isnull=True).order_by("-position").first()
    if above is None:
        return
    last = Contact.objects.filter(pupil=pupil).aggregate(last=Max("position"))["last"]
    upper = above.position
    Contact.objects.filter(pk=contact.pk).update(position=last + 1)  # out of the way: no two share a position
    amend(pupil, above, {"position": seen}, said, subject=f"contact {above.pk}")
    amend(pupil, contact, {"position": upper}, said, subject=f"contact {contact.pk}")
    record(Event.CONTACT_CHANGED, contact, by=by, at=at, pupil=pupil.pk, particulars=["position"])


@transaction.atomic
def end_contact(contact: Contact, *, reason: str, word_of: str = "", by: Member, at: dt.datetime) -> None:
    """Let a person be a contact no longer, from today. Nothing leaves to them from this moment; the record stays."""
    said = Said(reason, word_of, by, at)
    pupil, contact = _held(contact, said)
    amend(pupil, contact, {"ended_on": as_date(at)}, said, subject=f"contact {contact.pk}")
    record(Event.CONTACT_ENDED, contact, by=by, at=at, pupil=pupil.pk)


def _held(contact: Contact, said: Said) -> tuple[Pupil, Contact]:
    """Return the pupil and the contact as they now stand, both held; refuse one who is no longer a contact."""
    pupil = locked(contact.pupil)
    require_may_change(pupil, said)
    held = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if held.ended_on is not None:
        raise ValidationError(ENDED)
    return pupil, held


def _require_name(values: Mapping[str, Any]) -> None:
    if not str(values.get("name", "")).strip():
        raise ValidationError({"name": NO_NAME})
