"""The log of events."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    """Finds every room's consumers once all rooms are loaded."""

    name = "attendance_mat.audit"
    label = "audit"

    def ready(self) -> None:
        autodiscover_modules("consumers")
        import_module("attendance_mat.celery")  # the web server sends to our broker, not to Celery's default one
