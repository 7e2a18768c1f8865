"""Reads of the page that says why a pupil is on a list."""

from escalation.models import Case


def open_case_number(pupil_id: int) -> int | None:
    """Return the number of a pupil's open case, or None. One query."""
    return Case.objects.filter(pupil=pupil_id, closed_at__isnull=True).values_list("pk", flat=True).first()
