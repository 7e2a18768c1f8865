"""Changing a pupil's own particulars."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.amending import (
    NOTHING_CHANGED,
    Said,
    amend,
    changes_to,
    locked,
    require_may_change,
)
from attendance_mat.admission.rules.particulars import is_born_in_the_future
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import as_date
from registers.models import Pupil

PARTICULARS: Final = (
    "forename", "middle_names", "surname", "forename_in_use", "surname_in_use", "sex", "dob", "upn", "former_upn",
    "address", "address_confidential", "boarder", "enrolment_status", "last_school", "last_school_address",
    "next_school", "next_school_date", "next_address", "next_address_date", "next_address_with",
)  # fmt: skip
BORN_LATER: Final = "A date of birth cannot be in the future."
NUMBER_TAKEN: Final = "Another pupil of this school has this number."


@transaction.atomic
def change_particulars(
    pupil: Pupil,
    values: Mapping[str, Any],
    *,
    seen: Mapping[str, Any],
    reason: str,
    word_of: str = "",
    by: Member,
    at: dt.datetime,
) -> list[str]:
    """Change particulars of the admission register and return which. What each said before stays on record.

    `seen` is what the page showed of each. Raises ValidationError, by field where there is one, and changes nothing.
    """
    said = Said(reason, word_of, by, at)
    pupil = locked(pupil)
    require_may_change(pupil, said)
    changed = changes_to(pupil, values, seen)
    if not changed:
        raise ValidationError(NOTHING_CHANGED)
    _require_possible(pupil, changed, today=as_date(at))
    amend(pupil, pupil, changed, said, subject="pupil")
    record(Event.PARTICULARS_CHANGED, pupil, by=by, at=at, pupil=pupil.pk, particulars=sorted(changed))
    return list(changed)


def _require_possible(pupil: Pupil, changed: Mapping[str, Any], *, today: dt.date) -> None:
    if "dob" in changed and is_born_in_the_future(changed["dob"], today=today):
        raise ValidationError({"dob": BORN_LATER})
    upn = changed.get("upn")
    if upn and Pupil.objects.filter(upn=upn).exclude(pk=pupil.pk).exists():
        raise ValidationError({"upn": NUMBER_TAKEN})
