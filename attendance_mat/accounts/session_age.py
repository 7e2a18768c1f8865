"""When a session began, and how long it still lasts; a device keeps nothing readable for longer."""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from attendance_mat import clock

BEGAN: Final = "began"  # in the session: the moment its person signed in


def note_beginning(*, request: HttpRequest, **_: Any) -> None:
    """Note when somebody signs in; the receiver of Django's signal."""
    request.session[BEGAN] = clock.now().isoformat()


def seconds_left(session: SessionBase, *, at: dt.datetime) -> int:
    """Return how many seconds a session lasts from a moment on: of the whole since its person signed in."""
    began = session.get(BEGAN)
    age = (at - dt.datetime.fromisoformat(began)).total_seconds() if began else 0
    return max(0, settings.SESSION_COOKIE_AGE - int(age))
