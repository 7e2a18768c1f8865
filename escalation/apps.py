"""The escalation room."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    """The escalation room."""

    name = "escalation"
