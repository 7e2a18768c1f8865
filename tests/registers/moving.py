"""Children leave and come back in tests: one call for a movement, and the moments of the Monday."""

import datetime as dt
import uuid

from attendance_mat.accounts.member import Member
from attendance_mat.clock import LONDON
from registers.models import Movement, Pupil
from registers.rules.movements import MovementKind

MONDAY = dt.date(2026, 11, 23)


def monday(clock: str) -> dt.datetime:
    """Return a moment of that Monday, such as "10:05"."""
    return dt.datetime.combine(MONDAY, dt.time.fromisoformat(clock), tzinfo=LONDON)


def make_movement(pupil: Pupil, kind: MovementKind, at: str, *, by: Member, **fields: object) -> Movement:
    """Write a movement as the database takes it, past any rule of the desk."""
    defaults: dict[str, object] = {
        "entry": uuid.uuid4(), "recorded_by": by.user, "recorded_by_name": by.name, "recorded_by_role": by.role,
        "recorded_at": monday(at),
    }  # fmt: skip
    return Movement.objects.create(pupil=pupil, kind=kind, at=monday(at), **{**defaults, **fields})
