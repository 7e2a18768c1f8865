"""A pass to print a school's paper of today: signed, so that it can be checked while the database is down."""

import datetime as dt
from typing import Final, NamedTuple

from django.core import signing

SALT: Final = "registers.paper"
COOKIE: Final = "paper-"  # and the school's name in addresses


class Pass(NamedTuple):
    """Who may print which school's paper, on which day."""

    school: str
    user_id: int
    day: dt.date


def written(given: Pass) -> str:
    """Return a pass as a signed text."""
    return signing.dumps([given.school, given.user_id, given.day.isoformat()], salt=SALT)


def read(text: str) -> Pass | None:
    """Return the pass that a text is, or None if it is not one of ours."""
    try:
        school, user_id, day = signing.loads(text, salt=SALT)
        return Pass(school, user_id, dt.date.fromisoformat(day))
    except (signing.BadSignature, ValueError, TypeError):
        return None
