"""What people and timers do with letters and with notices to all families."""

from letters.actions.letters import (
    ALREADY_SENT,
    BEREAVED,
    CHANGED,
    NOBODY,
    NOT_YET_SENT,
    WITHDRAWN,
    flag_letter,
    propose_letter,
    send_letter,
    withdraw_letter,
)

__all__ = [
    "ALREADY_SENT",
    "BEREAVED",
    "CHANGED",
    "NOBODY",
    "NOT_YET_SENT",
    "WITHDRAWN",
    "flag_letter",
    "propose_letter",
    "send_letter",
    "withdraw_letter",
]
