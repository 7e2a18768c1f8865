"""What people and timers do with letters: propose, send, withdraw, flag."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from letters import queries
from letters.gateways import paper, pdf
from letters.models import Letter, SentLetter
from registers.actions.entering import require_not_family
from registers.models import Contact, Pupil
from registers.rules.calendar import LONDON

_NOT_SENT: Final = "Nothing was sent."
WITHDRAWN: Final = f"This letter has been withdrawn. {_NOT_SENT}"
NOBODY: Final = f"There is nobody this letter may be sent to. {_NOT_SENT}"
CHANGED: Final = f"Who may be told has changed since this page was opened. {_NOT_SENT} Look again before you send it."
BEREAVED: Final = f"A death in this family is recorded. {_NOT_SENT} Read the warning on the letter's page first."
ALREADY_SENT: Final = "This letter has been sent, so it cannot be withdrawn."
NOT_YET_SENT: Final = "This letter has not been sent: withdraw it."


@transaction.atomic
def propose_letter(
    pupil: Pupil, *, template: str, origin: str, figures: Mapping[str, Any], by: Member, at: dt.datetime
) -> Letter:
    """Put a letter before a person for review, with its figures as they now stand.

    The caller gives the figures that are the letter's ground; the attendance of the school year so far joins them.
    One origin has one letter of a template, so asking again returns that letter as it is, sent or withdrawn included.
    """
    frozen = {**figures, "attendance": queries.attendance_figures(pupil, at=at)}
    paper.require_complete(template, frozen)
    letter, made = Letter.objects.get_or_create(
        template=template,
        origin=origin,
        defaults={"pupil": pupil, "figures": frozen, "proposed_at": at, "proposed_by": by.user},
    )
    if made:
        record(Event.LETTER_PROPOSED, letter, by=by, at=at, pupil=pupil.pk, template=template, origin=origin)
    return letter


@transaction.atomic
def send_letter(letter: Letter, *, by: Member, at: dt.datetime, reviewed: str | None = None) -> list[SentLetter]:
    """Store each copy as it leaves, one PDF a household and one row for each person told; return those rows.

    Who may be told is asked again here, with the letter, the pupil and the contacts locked. `reviewed` is the
    `queries.Recipients.digest` of the people on the page that was approved: if they have changed since, nothing
    leaves. A letter already sent is not sent again. Raises ValidationError, saying why nothing leaves.
    """
    letter = queries.locked(letter)
    if letter.state == Letter.State.SENT:
        return list(letter.copies.all())
    if letter.state == Letter.State.WITHDRAWN:
        raise ValidationError(WITHDRAWN)
    require_not_family(letter.pupil_id, by=by)
    recipients = queries.recipients(letter.pupil, asked_by=by, lock=True)
    if not recipients.households:
        raise ValidationError(NOBODY)
    if reviewed is not None and reviewed != recipients.digest:
        raise ValidationError(CHANGED)
    if recipients.bereaved and reviewed is None:
        raise ValidationError(BEREAVED)
    enclosure = queries.certificate_for(letter)
    copies = []
    for household in recipients.households:
        content = pdf.render(paper.letter_html(letter, household, enclosure, on=at.astimezone(LONDON).date()))
        copies += [_store(letter, contact, household, content, by=by, at=at) for contact in household.contacts]
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=at, sent_by=by.user)
    record(Event.LETTER_SENT, letter, by=by, at=at, pupil=letter.pupil_id, copies=[copy.digest for copy in copies])
    return copies


def _store(
    letter: Letter, contact: Contact, household: queries.Household, content: bytes, *, by: Member, at: dt.datetime
) -> SentLetter:
    return SentLetter.objects.create(
        letter=letter,
        contact=contact,
        addressee=household.names,
        address="\n".join(household.address_lines),
        pdf=content,
        digest=hashlib.sha256(content).hexdigest(),
        sent_at=at,
        sent_by_name=by.name,
        sent_by_role=by.role,
    )


@transaction.atomic
def withdraw_letter(letter: Letter, *, because: str, by: Member, at: dt.datetime) -> Letter:
    """Take back a letter that has not been sent, and say why. One already withdrawn stays as it is."""
    letter = queries.locked(letter)
    if letter.state == Letter.State.WITHDRAWN:
        return letter
    if letter.state == Letter.State.SENT:
        raise ValidationError(ALREADY_SENT)
    require_not_family(letter.pupil_id, by=by)
    letter.state = Letter.State.WITHDRAWN
    letter.withdrawn_at, letter.withdrawn_because = at, because
    letter.save(update_fields=["state", "withdrawn_at", "withdrawn_because"])
    record(Event.LETTER_WITHDRAWN, letter, by=by, at=at, pupil=letter.pupil_id)
    return letter


@transaction.atomic
def flag_letter(letter: Letter, *, because: str, by: Member, at: dt.datetime) -> Letter:
    """Mark a letter that has been sent and whose ground has since gone, so that a person decides what to say.

    The first reason stays; a letter not yet sent is withdrawn, not flagged.
    """
    letter = queries.locked(letter)
    if letter.state != Letter.State.SENT:
        raise ValidationError(NOT_YET_SENT)
    if letter.flagged_at is None:
        letter.flagged_at, letter.flagged_because = at, because
        letter.save(update_fields=["flagged_at", "flagged_because"])
        record(Event.LETTER_FLAGGED, letter, by=by, at=at, pupil=letter.pupil_id)
    return letter
