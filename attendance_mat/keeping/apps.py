"""The keeping room."""

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    """The keeping room."""

    name = "attendance_mat.keeping"
    label = "keeping"
