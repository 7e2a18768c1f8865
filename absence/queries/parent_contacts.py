"""Reads of the log of contact with parents."""

from django.db.models import QuerySet

from absence.models import ParentContact
from registers.models import Contact, Pupil


def contacts_with_parents(pupil: Pupil) -> QuerySet[ParentContact]:
    """Return what was said to a pupil's parents, the latest first, each with whom it was. One query."""
    return ParentContact.objects.filter(pupil=pupil).select_related("contact")


def current_contacts(pupil: Pupil) -> QuerySet[Contact]:
    """Return the contacts a pupil has now and who live, in the order to try them. One query."""
    return Contact.objects.filter(pupil=pupil, ended_on__isnull=True, died_on__isnull=True).order_by("position")
