"""The admission room."""

from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """The admission room."""

    name = "attendance_mat.admission"
    label = "admission"
