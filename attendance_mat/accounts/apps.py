"""People, what they are here, and what they may do."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from attendance_mat.accounts.session_age import note_beginning


class AccountsConfig(AppConfig):
    """People, memberships and permissions."""

    name = "attendance_mat.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Have every session say when it began."""
        user_logged_in.connect(note_beginning, dispatch_uid="accounts.session-began")
