"""Which registers are out, since when, and whether one may be asked for. Source: WAT-3.17; numbers from the policy."""

import datetime as dt
from enum import StrEnum
from typing import Final

NOT_DUE: Final = "This register is not due yet."
SAVED: Final = "Marks are saved in this register: nobody is reminded of it."


class OutState(StrEnum):
    """How far a register that is not finished is."""

    NOT_DUE = "not due"  # its session or lesson has begun, and the school's margin is not over
    MISSING = "missing"  # the margin is over and nothing is saved
    BEGUN = "begun"  # marks are saved, and it is not finished


def out_state(*, due_at: dt.datetime, at: dt.datetime, is_saved: bool) -> OutState:
    """Return how far an unfinished register is; it is due once the school's margin after its start is over."""
    if is_saved:
        return OutState.BEGUN
    return OutState.NOT_DUE if at < due_at else OutState.MISSING


def minutes_over(due_at: dt.datetime, at: dt.datetime) -> int:
    """Return whole minutes since a register was due; 0 before."""
    return max(0, int((at - due_at) // dt.timedelta(minutes=1)))


def why_not_remind(state: OutState, *, last_at: dt.datetime | None, at: dt.datetime, again_after: int) -> str:
    """Say why nobody is to be reminded of a register now, in a sentence for whoever asks; "" where they may be."""
    if state is OutState.BEGUN:
        return SAVED
    if state is OutState.NOT_DUE:
        return NOT_DUE
    if last_at and at < last_at + dt.timedelta(minutes=again_after):
        return f"A reminder of this register was sent less than {again_after} minutes ago."
    return ""
