"""Pupils and contacts as the decision of who may be told sees them (rules/telling.py)."""

from django.db.models import Q

from registers.models import Contact, Pupil
from registers.rules import telling


def pupil_facts(pupil: Pupil) -> telling.Pupil:
    """Return what decides who may be told about a pupil. No query."""
    return telling.Pupil(
        address=pupil.address,
        address_confidential=pupil.address_confidential,
        hidden=pupil.hidden,
        died=pupil.died_on is not None,
    )


def contact_facts(contact: Contact) -> telling.Contact:
    """Return what decides whether a contact may be told. No query."""
    return telling.Contact(
        key=contact.pk,
        name=contact.name,
        parental_responsibility=contact.parental_responsibility,
        lives_with=contact.lives_with,
        no_contact=contact.no_contact,
        died=contact.died_on is not None,
        address=contact.address,
        address_confidential=contact.address_confidential,
        emergency=contact.emergency,
        ended=contact.ended_on is not None,
        liable=bool(contact.liable_as),
    )


def is_bereaved(pupil: Pupil) -> bool:
    """Say whether a brother, a sister or a parent of a pupil has died, as far as this school's records tell.

    Those who share a contact by name and telephone or address are family. Two queries.
    """
    shared = Q(pk__in=[])
    for contact in Contact.objects.filter(pupil=pupil):
        if contact.died_on is not None:
            return True
        if contact.phone:
            shared |= Q(name__iexact=contact.name, phone=contact.phone)
        if contact.address:
            shared |= Q(name__iexact=contact.name, address__iexact=contact.address)
    someone_died = Q(died_on__isnull=False) | Q(pupil__died_on__isnull=False)
    return Contact.objects.filter(shared, someone_died).exclude(pupil=pupil.pk).exists()
