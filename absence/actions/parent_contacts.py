"""The log of contact with parents: what was said to whom, when and how."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.models import ParentContact
from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.models import Contact, Pupil

TO_COME: Final = "This time is still to come. Enter when it took place."
ANOTHER_PUPILS: Final = "Choose one of this pupil's contacts."


@transaction.atomic
def log_parent_contact(
    pupil: Pupil, *, contact: Contact, made_at: dt.datetime, channel: str, outcome: str, words: str, by: Member,
    at: dt.datetime,
) -> ParentContact:  # fmt: skip
    """Keep what was said with a parent, as a person entered it. The same entered twice in a row is kept once.

    Source: WAT-3.10 (contact is made with the parents of poor attenders). One's own family is for somebody else
    (decision 10).
    """
    require_not_family(pupil.pk, by=by)
    if made_at > at:
        raise ValidationError({"made_at": TO_COME})
    if contact.pupil_id != pupil.pk:
        raise ValidationError({"contact": ANOTHER_PUPILS})
    said = {"contact": contact, "made_at": made_at, "channel": channel, "outcome": outcome, "words": words.strip()}
    Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)  # two presses of one button take turns
    logged, is_new = ParentContact.objects.get_or_create(
        pupil=pupil,
        entered_by=by.user,
        **said,
        defaults={"entered_by_name": by.name, "entered_by_role": by.role, "entered_at": at},
    )
    if is_new:
        record(Event.PARENT_CONTACTED, logged, by=by, at=at, pupil=pupil.pk, channel=channel, outcome=outcome)
    return logged
