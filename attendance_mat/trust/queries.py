"""Reads of the trust's own tables."""

from django.db.models import QuerySet

from attendance_mat import selected
from attendance_mat.trust.models import School, SchoolOpening, Trust


def the_trust() -> Trust | None:
    """Return the trust that this deployment serves, or None before it is set up. One query."""
    return Trust.objects.first()


def schools() -> QuerySet[School]:
    """Return the schools that are in use, by name. One query."""
    return School.objects.filter(migration_failed=False).order_by("name")


def schema_names() -> list[str]:
    """Return the schema of each school in use. One query."""
    return list(schools().values_list("schema_name", flat=True))


def opening_rows() -> QuerySet[SchoolOpening]:
    """Return every school asked for, the latest first, with who asked and what was opened. One query."""
    return SchoolOpening.objects.select_related("asked_by", "school")


def waiting_openings() -> QuerySet[SchoolOpening]:
    """Return the schools asked for that are neither open nor refused, the oldest first. One query."""
    return SchoolOpening.objects.filter(opened_at__isnull=True, error="").order_by("asked_at")


def current_school() -> School:
    """Return the school whose schema is selected. No query in a request, one in a task or command."""
    tenant = selected.tenant()
    if isinstance(tenant, School):
        return tenant
    return School.objects.get(schema_name=selected.schema_name())
