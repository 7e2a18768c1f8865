"""Hiding a pupil, and naming who may find them all the same: the safeguarding lead's own acts (decision 11)."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.admission.actions.amending import Said, amend, locked, require_may_change
from attendance_mat.admission.models import NamedPerson
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import as_date
from registers.models import Pupil

NAMED_ALREADY: Final = "This person is named already."
ONE_DAY: Final = dt.timedelta(days=1)


@transaction.atomic
def set_hidden(pupil: Pupil, *, hidden: bool, reason: str, by: Member, at: dt.datetime) -> None:
    """Let a pupil be found only by the people named, or by everyone again. Asked twice, it changes nothing more."""
    said = Said(reason, "", by, at)
    pupil = locked(pupil)
    require_may_change(pupil, said)
    if pupil.hidden != hidden:
        amend(pupil, pupil, {"hidden": hidden}, said, subject="pupil")
        record(Event.PUPIL_HIDDEN if hidden else Event.PUPIL_SHOWN, pupil, by=by, at=at, pupil=pupil.pk)


@transaction.atomic
def name_person(pupil: Pupil, user: User, *, by: Member, at: dt.datetime) -> NamedPerson:
    """Let one person find a hidden pupil, until that is ended."""
    pupil = locked(pupil)
    if NamedPerson.objects.filter(pupil=pupil, user=user, until_date__isnull=True).exists():
        raise ValidationError({"user": NAMED_ALREADY})
    named = NamedPerson.objects.create(
        pupil=pupil, user=user, from_date=as_date(at), named_by=by.user, named_by_name=by.name, named_at=at
    )
    record(Event.PERSON_NAMED, named, by=by, at=at, pupil=pupil.pk, user=user.pk)
    return named


@transaction.atomic
def end_naming(named: NamedPerson, *, by: Member, at: dt.datetime) -> None:
    """End a naming: from this moment the person no longer finds the pupil. Ended twice, it stays as it is."""
    until = max(as_date(at), named.from_date + ONE_DAY)  # a period is never empty; what counts is that it has an end
    if NamedPerson.objects.filter(pk=named.pk, until_date__isnull=True).update(until_date=until):
        record(Event.NAMING_ENDED, named, by=by, at=at, pupil=named.pupil_id, user=named.user_id)
