"""The trust and its schools."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """The trust, its schools, and what policy each has adopted."""

    name = "attendance_mat.trust"
    label = "trust"
