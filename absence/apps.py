"""The absence room."""

from django.apps import AppConfig


class AbsenceConfig(AppConfig):
    """The absence room."""

    name = "absence"
