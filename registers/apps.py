"""The registers room."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """The registers room."""

    name = "registers"
