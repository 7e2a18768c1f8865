"""What the schools publish to the trust."""

from django.apps import AppConfig


class PublishedConfig(AppConfig):
    """Figures that schools publish, so that the trust's page is one read (decision 22)."""

    name = "attendance_mat.published"
    label = "published"
