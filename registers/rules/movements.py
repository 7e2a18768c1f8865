"""What is recorded of children who leave and come back during the day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registers.rules.calendar import LONDON


class MovementKind(StrEnum):
    """What happened."""

    OUT = "out"
    IN = "in"
    TIME_OUT = "time out"
    TIME_BACK = "time back"
    REFUSED = "refused"  # somebody came for the child, and the child was not released

    @property
    def label(self) -> str:
        """Return it in words."""
        return KINDS[self]


KINDS: Final = {
    MovementKind.OUT: "Signed out",
    MovementKind.IN: "Came in",
    MovementKind.TIME_OUT: "Left a lesson for time out",
    MovementKind.TIME_BACK: "Back from time out",
    MovementKind.REFUSED: "Not released",
}


class Leaving(StrEnum):
    """Why a pupil leaves during the day."""

    APPOINTMENT = "appointment"
    ILLNESS = "illness"
    LEAVE = "leave"
    LUNCH = "lunch"
    OTHER = "other"
    WALKED_OUT = "walked out"

    @property
    def label(self) -> str:
        """Return it in words."""
        return REASONS[self]


REASONS: Final = {
    Leaving.APPOINTMENT: "Medical or dental appointment",
    Leaving.ILLNESS: "Taken ill in school",
    Leaving.LEAVE: "Leave that was granted",
    Leaving.LUNCH: "Lunch off the premises",
    Leaving.OTHER: "Something else",
    Leaving.WALKED_OUT: "Left without permission",
}


class CheckedBy(StrEnum):
    """What let the child go with whoever collects, or alone."""

    CONTACT = "contact"
    PASSWORD = "password"  # noqa: S105 - that one was given, not what it is
    PERMIT = "permit"
    AUTHORISER = "authoriser"

    @property
    def label(self) -> str:
        """Return it in words."""
        return CHECKS[self]


CHECKS: Final = {
    CheckedBy.CONTACT: "Contact who may collect",
    CheckedBy.PASSWORD: "The password was right",
    CheckedBy.PERMIT: "Permission recorded",
    CheckedBy.AUTHORISER: "Authorised by a member of staff",
}


class PermitKind(StrEnum):
    """What a pupil may do by themselves."""

    WALKS_HOME = "walks home"
    LEAVES_SITE = "leaves site"
    TIME_OUT = "time out"

    @property
    def label(self) -> str:
        """Return it in words."""
        return PERMITS[self]


PERMITS: Final = {
    PermitKind.WALKS_HOME: "May walk home alone",
    PermitKind.LEAVES_SITE: "May leave the premises during the day",
    PermitKind.TIME_OUT: "May leave a classroom for time out",
}


def minutes_between(out_at: dt.datetime, back_at: dt.datetime) -> int:
    """Return the minutes from one time to another as a clock without a hand for seconds shows them."""
    out, back = (each.replace(second=0, microsecond=0) for each in (out_at, back_at))
    return (back - out) // dt.timedelta(minutes=1)


def is_in_order(at: dt.datetime, door: Sequence[tuple[bool, dt.datetime]]) -> bool:
    """Say whether one of a pupil's leavings and comings in may be at another time: it stays between its neighbours.

    `door` holds each of the day in order, with whether it is the one.
    """
    place = next(index for index, (is_it, _) in enumerate(door) if is_it)
    before, after = [when for _, when in door[:place]], [when for _, when in door[place + 1 :]]
    return all(when < at for when in before) and all(when > at for when in after)


@dataclass(frozen=True)
class Outing:
    """A pupil's time away during a day, or out of a lesson: from when, and until when, if it is over."""

    pupil_id: int
    out_at: dt.datetime
    back_at: dt.datetime | None = None
    due_back_at: dt.datetime | None = None

    @property
    def minutes(self) -> int | None:
        """Return the whole minutes away; none while it lasts."""
        return minutes_between(self.out_at, self.back_at) if self.back_at else None

    def is_beyond(self, register_closes_at: dt.datetime, *, at: dt.datetime) -> bool:
        """Say whether a pupil due back before a register closed had not come by then (AET-7.15, ALP-7.15)."""
        if self.due_back_at is None or self.due_back_at > register_closes_at or at <= register_closes_at:
            return False
        return self.back_at is None or self.back_at > register_closes_at

    def is_overdue(self, at: dt.datetime) -> bool:
        """Say whether a pupil who is still out was due back before this moment."""
        return self.back_at is None and self.due_back_at is not None and self.due_back_at < at


@dataclass(frozen=True)
class SignedOut:
    """When a child left at the office, who had not come back by the close of the register."""

    at: dt.datetime
    due_back_at: dt.datetime | None

    def in_words(self, *, sees_reasons: bool) -> str:
        """Return what a register says of the child: to the office when they left, to a classroom no more than that they
        are not expected (decision 6)."""
        if not sees_reasons:
            return "Not expected"
        back = f", due back {self.due_back_at.astimezone(LONDON):%H:%M}" if self.due_back_at else ""
        return f"Signed out {self.at.astimezone(LONDON):%H:%M}{back}"
