"""The product's face: page frame, components, formats."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Lets Django find this room's template tags."""

    name = "attendance_mat.web"
