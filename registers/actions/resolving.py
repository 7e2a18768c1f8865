"""Resolving absences whose reason was not established: by a named person, within five school days (R8)."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from registers.actions.amending import amend_mark
from registers.models import Mark
from registers.rules.day import unexplained_code

NOT_ESTABLISHED: Final = "No reason could be established."
CAME_LATER: Final = "The child came later in the session."
REFUSED_AT_MOST: Final = 5


def _require_unexplained(mark: Mark) -> None:
    if mark.code != unexplained_code(mark.session.date):
        message = f"This absence is explained already: the mark says {mark.code}."
        raise ValidationError(message)


@transaction.atomic
def resolve_unexplained(
    marks: Iterable[Mark], *, code: str, reason: str, nature: str = "", by: Member, at: dt.datetime
) -> int:
    """Amend these unexplained absences to one code with one reason; return how many.

    All of them or none. Raises ValidationError for a machine, and where one of them is explained already, was changed
    meanwhile, or may not have the code.
    """
    refused, count = [], 0
    for mark in marks:
        try:
            _require_unexplained(mark)
            with transaction.atomic():
                amend_mark(mark, code=code, reason=reason, nature=nature, by=by, at=at)
        except ValidationError as error:
            refused.append((mark, error))
        count += 1
    if not refused:
        return count
    if count == 1:
        raise refused[0][1]
    told = [
        f"{mark.pupil.list_name}, {mark.session.date:%d %b} {mark.session.half}: {' '.join(error.messages)}"
        for mark, error in refused[:REFUSED_AT_MOST]
    ]
    raise ValidationError([*told, "Nothing was changed."])
