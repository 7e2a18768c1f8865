"""Letting go of marks that a device kept and that cannot be sent: the log keeps them, and the office hears of it."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.saving import Reply, answered_once
from registers.models import Group, TimetabledLesson


class Discarded(NamedTuple):
    """One mark as it was chosen on a device, for a child who may no longer be in the person's registers."""

    pupil_id: int
    code: str
    made_at: dt.datetime


def discard_marks(
    of: Group | TimetabledLesson, marks: Sequence[Discarded], *, on: dt.date, half: str, key: UUID, digest: str,
    by: Member, at: dt.datetime,
) -> Reply:  # fmt: skip
    """Record that a person discarded what a device kept of a register, with what it said; once under its key.

    `half` is "" for a lesson. Raises KeyReusedError for a key used with another body.
    """
    said = [{"pupil": mark.pupil_id, "code": mark.code, "made_at": mark.made_at.isoformat()} for mark in marks]

    def discard() -> Reply:
        record(Event.MARKS_DISCARDED, of, by=by, at=at, date=on.isoformat(), half=half, marks=said)
        return {"discarded": len(said)}

    return answered_once(discard, key=key, digest=digest, by=by, at=at)
