"""Changing what the admission register says: what it said before stays, with why, by whom and on whose word (R12)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from attendance_mat.accounts.member import Member
from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.web.formats import day
from registers.actions.entering import require_not_family
from registers.models import Pupil

NO_REASON: Final = "Give the reason: it is kept with the change."
NOTHING_CHANGED: Final = "Nothing was changed: every particular says this already."


@dataclass(frozen=True)
class Said:
    """Why something is changed, on whose word, by whom and when."""

    reason: str
    word_of: str
    by: Member
    at: dt.datetime


def locked(pupil: Pupil) -> Pupil:
    """Return a pupil as they now stand, held so that two who change the entry take turns. One query."""
    return Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)


def require_may_change(pupil: Pupil, said: Said) -> None:
    """Refuse a reason of spaces, and a member of staff who is family of the pupil (decision 10)."""
    if not said.reason.strip():
        raise ValidationError({"reason": NO_REASON})
    require_not_family(pupil.pk, by=said.by)


def changes_to(row: models.Model, values: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields to write: those whose value the person changed from what their page showed.

    What somebody else changed meanwhile stands where this person left it alone, and is refused, by field and with what
    it says now, where both changed it.
    """
    changed: dict[str, Any] = {}
    clashes: dict[str, str] = {}
    for name, value in values.items():
        stored = getattr(row, name)
        if same(value, stored) or same(value, seen.get(name)):
            continue
        if same(seen.get(name), stored):
            changed[name] = value
        else:
            clashes[name] = (
                f"Someone else changed this to “{in_words(row, name, stored) or 'nothing'}” while you worked. "
                "What you entered is still here: save again to put it in its place."
            )
    if clashes:
        raise ValidationError(clashes)
    return changed


def amend(pupil: Pupil, row: models.Model, changed: Mapping[str, Any], said: Said, *, subject: str) -> None:
    """Write new values and, for each, what it said before. In the caller's transaction. Two queries."""
    AdmissionAmendment.objects.bulk_create(
        [
            amendment(pupil, subject, name, in_words(row, name, getattr(row, name)), in_words(row, name, value), said)
            for name, value in changed.items()
        ]
    )
    type(row)._default_manager.filter(pk=row.pk).update(**changed)
    for name, value in changed.items():
        setattr(row, name, value)


def amendment(
    pupil: Pupil, subject: str, particular: str, original: str, amended: str, said: Said
) -> AdmissionAmendment:
    """Return an unsaved amendment, with the name and role of who makes it as they are today."""
    return AdmissionAmendment(
        pupil=pupil, subject=subject, particular=particular, original=original, amended=amended,
        reason=said.reason.strip(), word_of=said.word_of.strip(), amended_by=said.by.user,
        amended_by_name=said.by.name, amended_by_role=said.by.role, amended_at=said.at,
    )  # fmt: skip


def same(value: Any, other: Any) -> bool:
    """Say whether two values are one to a reader: spaces at the ends and the kind of line break do not count."""
    return bool(_plain(value) == _plain(other))


def in_words(row: models.Model, name: str, value: Any) -> str:
    """Return a value as the page says it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.date):
        return day(value)
    field = row._meta.get_field(name)
    choices = dict(field.flatchoices) if isinstance(field, models.Field) else {}
    return str(choices.get(value, "" if value is None else value))


def _plain(value: Any) -> Any:
    return "\n".join(value.strip().splitlines()) if isinstance(value, str) else value or ""
