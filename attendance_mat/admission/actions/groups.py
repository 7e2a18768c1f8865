"""Dated facts of a pupil, and the workers of other services: added and ended, never removed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.amending import Said, amend, amendment, in_words, locked, require_may_change
from attendance_mat.admission.rules.seeing import may_see
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.models import Characteristic, Professional, Pupil

HELD_ALREADY: Final = "This is recorded for some of these days already. End that first, or begin after it."
ENDS_BEFORE: Final = "The first day it no longer holds comes after the first day it held."
ENDED: Final = "This has ended already. Nothing was changed."


@transaction.atomic
def add_characteristic(
    pupil: Pupil, *, kind: str, value: str = "", from_date: dt.date, reason: str, word_of: str = "", by: Member,
    at: dt.datetime,
) -> Characteristic:  # fmt: skip
    """Record, from a day on, that a pupil belongs to a group."""
    said = Said(reason, word_of, by, at)
    pupil = _held(pupil, kind, said)
    not_over = Q(until_date__isnull=True) | Q(until_date__gt=from_date)
    if Characteristic.objects.filter(not_over, pupil=pupil, kind=kind).exists():
        raise ValidationError({"from_date": HELD_ALREADY})
    made = Characteristic.objects.create(pupil=pupil, kind=kind, value=value, from_date=from_date)
    _entered(pupil, made, {"from_date": from_date, "value": value}, said, subject=f"group {kind}")
    record(Event.GROUP_ADDED, made, by=by, at=at, pupil=pupil.pk)
    return made


@transaction.atomic
def end_characteristic(
    row: Characteristic, *, until_date: dt.date, reason: str, word_of: str = "", by: Member, at: dt.datetime
) -> None:
    """Let a pupil belong to a group no longer, from a day on."""
    _end(row, Characteristic.objects, until_date, Said(reason, word_of, by, at), subject=f"group {row.kind}")
    record(Event.GROUP_ENDED, row, by=by, at=at, pupil=row.pupil_id)


@transaction.atomic
def add_professional(
    pupil: Pupil, values: Mapping[str, Any], *, reason: str, word_of: str = "", by: Member, at: dt.datetime
) -> Professional:
    """Record a worker of another service, from a day on; several of a kind may be named."""
    said = Said(reason, word_of, by, at)
    pupil = _held(pupil, values["kind"], said)
    made = Professional.objects.create(pupil=pupil, **values)
    _entered(pupil, made, values, said, subject=f"professional {made.kind}")
    record(Event.PROFESSIONAL_ADDED, made, by=by, at=at, pupil=pupil.pk)
    return made


@transaction.atomic
def end_professional(
    row: Professional, *, until_date: dt.date, reason: str, word_of: str = "", by: Member, at: dt.datetime
) -> None:
    """Let a worker be concerned with a pupil no longer, from a day on."""
    _end(row, Professional.objects, until_date, Said(reason, word_of, by, at), subject=f"professional {row.kind}")
    record(Event.PROFESSIONAL_ENDED, row, by=by, at=at, pupil=row.pupil_id)


def _held(pupil: Pupil, kind: str, said: Said) -> Pupil:
    """Return the pupil held; refuse a kind that this member may not even see."""
    if not may_see(kind, may=said.by.may):
        raise PermissionDenied
    pupil = locked(pupil)
    require_may_change(pupil, said)
    return pupil


def _entered(
    pupil: Pupil, row: Characteristic | Professional, values: Mapping[str, Any], said: Said, *, subject: str
) -> None:
    for name, value in values.items():
        if value:
            amendment(pupil, subject, name, "", in_words(row, name, value), said).save()


def _end(row: Any, rows: Any, until_date: dt.date, said: Said, *, subject: str) -> None:
    pupil = _held(row.pupil, row.kind, said)
    held = rows.get(pk=row.pk)
    if held.until_date is not None:
        raise ValidationError(ENDED)
    if until_date <= held.from_date:
        raise ValidationError({"until_date": ENDS_BEFORE})
    amend(pupil, held, {"until_date": until_date}, said, subject=subject)
