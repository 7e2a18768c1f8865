"""The letters room."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """The letters room."""

    name = "letters"
