"""Recording that a pupil or a contact has died: at once, with nobody's approval (decision 11)."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.amending import Said, amend, locked, require_may_change
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import as_date
from registers.models import Contact, Pupil

DIED: Final = "Recorded as having died."
NOT_YET: Final = "Enter a day that has been: today or before."
NOT_RECORDED: Final = "No death is recorded here. Nothing was changed."


@transaction.atomic
def record_pupils_death(pupil: Pupil, *, on: dt.date, word_of: str = "", by: Member, at: dt.datetime) -> None:
    """Record that a pupil has died. From this moment nothing leaves about them; rooms above stop what they queued."""
    said = Said(DIED, word_of, by, at)
    pupil = locked(pupil)
    _require_been(on, at)
    require_may_change(pupil, said)
    if pupil.died_on != on:
        amend(pupil, pupil, {"died_on": on}, said, subject="pupil")
        record(Event.PUPIL_DIED, pupil, by=by, at=at, pupil=pupil.pk)


@transaction.atomic
def record_contacts_death(contact: Contact, *, on: dt.date, word_of: str = "", by: Member, at: dt.datetime) -> None:
    """Record that a contact has died. From this moment nothing leaves to them, about any pupil they are recorded for.

    They are the same person where name and telephone are the same: the family's other pupils need no second telling.
    """
    said = Said(DIED, word_of, by, at)
    _require_been(on, at)
    require_may_change(contact.pupil, said)
    for row in _same_person(contact):
        if row.died_on != on:
            amend(row.pupil, row, {"died_on": on}, said, subject=f"contact {row.pk}")
            record(Event.CONTACT_DIED, row, by=by, at=at, pupil=row.pupil_id)


@transaction.atomic
def take_back_death(row: Pupil | Contact, *, reason: str, word_of: str = "", by: Member, at: dt.datetime) -> None:
    """Correct a death recorded by mistake. What was withdrawn stays withdrawn: a person decides what is sent."""
    said = Said(reason, word_of, by, at)
    pupil = locked(row if isinstance(row, Pupil) else row.pupil)
    require_may_change(pupil, said)
    row.refresh_from_db(fields=["died_on"])
    if row.died_on is None:
        raise ValidationError(NOT_RECORDED)
    subject = "pupil" if isinstance(row, Pupil) else f"contact {row.pk}"
    amend(pupil, row, {"died_on": None}, said, subject=subject)
    record(Event.PARTICULARS_CHANGED, row, by=by, at=at, pupil=pupil.pk, particulars=["died_on"])


def _require_been(on: dt.date, at: dt.datetime) -> None:
    if on > as_date(at):
        raise ValidationError({"on": NOT_YET})


def _same_person(contact: Contact) -> list[Contact]:
    """Return a contact and the same person's rows for other pupils, held in one order. One query."""
    rows = Contact.objects.select_for_update(of=("self",), no_key=True).select_related("pupil").order_by("pk")
    if not contact.phone:
        return list(rows.filter(pk=contact.pk))
    return list(rows.filter(name__iexact=contact.name, phone=contact.phone))
