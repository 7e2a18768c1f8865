"""Reads whole entries of the admission register."""

from collections.abc import Collection
from dataclasses import dataclass, field

from registers.models import Characteristic, Contact, Group, GroupMember, Pupil, PupilYear, RollPeriod


@dataclass
class AdmissionEntry:
    """All that the admission register says of one pupil, each list in the order of its dates."""

    pupil: Pupil
    periods: list[RollPeriod] = field(default_factory=list)
    years: list[PupilYear] = field(default_factory=list)
    places: list[GroupMember] = field(default_factory=list)  # in registration groups
    characteristics: list[Characteristic] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


def admission_entries(pupil_ids: Collection[int]) -> dict[int, AdmissionEntry]:
    """Return the entries of some pupils. Six queries however many they are."""
    entries = {pupil.pk: AdmissionEntry(pupil) for pupil in Pupil.objects.filter(pk__in=pupil_ids)}
    for period in RollPeriod.objects.filter(pupil_id__in=pupil_ids).order_by("from_date"):
        entries[period.pupil_id].periods.append(period)
    for year in PupilYear.objects.filter(pupil_id__in=pupil_ids).order_by("from_date"):
        entries[year.pupil_id].years.append(year)
    places = GroupMember.objects.filter(pupil_id__in=pupil_ids, kind=Group.Kind.REGISTRATION)
    for place in places.select_related("group").order_by("from_date"):
        entries[place.pupil_id].places.append(place)
    for characteristic in Characteristic.objects.filter(pupil_id__in=pupil_ids).order_by("from_date"):
        entries[characteristic.pupil_id].characteristics.append(characteristic)
    for contact in Contact.objects.filter(pupil_id__in=pupil_ids).order_by("position"):
        entries[contact.pupil_id].contacts.append(contact)
    return entries
