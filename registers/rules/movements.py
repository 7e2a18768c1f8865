"""What is recorded of children who leave and come back during the day."""

from enum import StrEnum
from typing import Final


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
