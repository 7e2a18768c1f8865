"""People, what they are here, and what they may do."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, memberships and permissions."""

    name = "attendance_mat.accounts"
    label = "accounts"
