"""Our own models, for tests that hold for each of them."""

from django.apps import apps
from django.conf import settings
from django.db import models

OURS = {app.rpartition(".")[2] for app in settings.INSTALLED_APPS if not app.startswith("django")}


def our_models() -> list[type[models.Model]]:
    """Return every model of ours."""
    found = [model for model in apps.get_models() if model.__module__.split(".")[0] in {"attendance_mat", *OURS}]
    return [model for model in found if not model.__module__.startswith("django")]


def own_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields a model stores, but for its number."""
    return [field for field in model._meta.fields if not field.primary_key]
