"""The log of events."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    """Finds every room's consumers once all rooms are loaded."""

    name = "attendance_mat.audit"
    label = "audit"

    def ready(self) -> None:
        autodiscover_modules("consumers")
