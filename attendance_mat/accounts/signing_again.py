"""Asking somebody who is signed in for their password once more, before what only they may do."""

from typing import Final

from attendance_mat.accounts import throttle
from attendance_mat.accounts.models import User

WRONG: Final = "That is not your password. Try again."
WAIT: Final = f"There have been too many tries. Wait {throttle.MINUTES} minutes, then try again."


def wrong_password(user: User, password: str, *, place: str) -> str | None:
    """Return why a password does not sign its person in again, or nothing. Failures count as those of signing in do.

    `place` is the browser's network address.
    """
    if throttle.is_throttled(user.email, place):
        return WAIT
    if not user.check_password(password):
        throttle.count_failure(user.email, place)
        return WRONG
    throttle.forget_failures(user.email, place)
    return None
