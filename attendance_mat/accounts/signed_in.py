"""Whose session a request comes with, read by statements of our own: both are asked at every request."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from attendance_mat.accounts.models import User
from attendance_mat.rows import row_by


class SessionStore(db.SessionStore):
    """Sessions in the database. (Django's setting names this module, and looks for this name in it.)"""

    def _get_session_from_db(self) -> Session | None:
        """Return the session of the key that a browser sent, while it lasts; forget a key that opens none."""
        found = row_by(Session, "session_key", self.session_key)
        if found and found.expire_date > timezone.now():  # noqa: TID251 - as Django wrote it: no demonstration's clock
            return found
        self._session_key = None
        return None


class People(ModelBackend):
    """Signs people in by address and password, and finds who is signed in."""

    def get_user(self, user_id: Any) -> User | None:
        """Return who is signed in, while they are active."""
        person = row_by(User, "id", user_id)
        return person if person and self.user_can_authenticate(person) else None
