"""Finishing a register as it was pressed on a device, which may have had no connection then: once, however often sent.

A register is finished at the moment at which the server does it, because until then others could correct its marks; the
event says besides when the person pressed.
"""

import datetime as dt
from uuid import UUID

from django.core.exceptions import ValidationError

from attendance_mat.accounts.member import Member
from registers.actions.saving import Reply, answered_once
from registers.actions.taking import finish_register
from registers.actions.taking_lessons import finish_lesson_register
from registers.models import LessonRegister, Register
from registers.rules.calendar import LONDON
from registers.rules.marks import CLOCKS_MAY_DIFFER_BY


def finish_as_pressed(
    register: Register, *, pressed_at: dt.datetime, key: UUID, digest: str, by: Member, at: dt.datetime
) -> Reply:
    """Finish a register and return the reply; a repeat of the same request gets the same reply.

    Raises ValidationError while children have no mark, or for a moment that cannot be true; KeyReusedError for a key
    used with another body.
    """
    _require_sense(pressed_at, register.session.date, at=at)
    return answered_once(
        lambda: _reply(finish_register(register, by=by, at=at, pressed_at=pressed_at), at=at),
        key=key, digest=digest, by=by, at=at,
    )  # fmt: skip


def finish_lesson_as_pressed(
    register: LessonRegister, *, pressed_at: dt.datetime, key: UUID, digest: str, by: Member, at: dt.datetime
) -> Reply:
    """Finish a lesson's register and return the reply, as `finish_as_pressed` does for the statutory ones."""
    _require_sense(pressed_at, register.date, at=at)
    return answered_once(
        lambda: _reply(finish_lesson_register(register, by=by, at=at, pressed_at=pressed_at), at=at),
        key=key, digest=digest, by=by, at=at,
    )  # fmt: skip


def _require_sense(pressed_at: dt.datetime, day: dt.date, *, at: dt.datetime) -> None:
    if pressed_at > at + CLOCKS_MAY_DIFFER_BY:
        message = "Finish was pressed in the future: check the clock of this device."
        raise ValidationError(message)
    if pressed_at.astimezone(LONDON).date() < day:
        message = "Finish was pressed before the day of the register."
        raise ValidationError(message)


def _reply(register: Register | LessonRegister, *, at: dt.datetime) -> Reply:
    finished_at = register.finished_at or at
    return {
        "saved_at": at.astimezone(LONDON).isoformat(timespec="seconds"),
        "rows": [],
        "finished_at": finished_at.astimezone(LONDON).isoformat(timespec="seconds"),
    }
