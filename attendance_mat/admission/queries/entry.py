"""Reads of one pupil's entry in the admission register."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import QuerySet

from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import PASS_ROLES
from attendance_mat.admission.models import AdmissionAmendment, NamedPerson
from attendance_mat.admission.rules import seeing
from attendance_mat.admission.rules.particulars import Adult, Entry
from attendance_mat.trust.models import School
from registers.models import Characteristic, Contact, Professional, Pupil, RollPeriod

May = Callable[[Permission], bool]
Row = TypeVar("Row", Characteristic, Professional)


@dataclass(frozen=True)
class Change:
    """One amendment of an entry, in the words of a page."""

    about: str
    particular: str
    row: AdmissionAmendment


def adult_of(contact: Contact) -> Adult:
    """Return a contact as the admission register weighs them. No query."""
    return Adult(
        name=contact.name,
        phone=contact.phone,
        address=contact.address,
        is_parent=contact.parental_responsibility or contact.lives_with or bool(contact.liable_as),
        lives_with=contact.lives_with,
        emergency=contact.emergency,
        stopped=contact.no_contact or contact.died_on is not None,
    )


def entry_of(pupil: Pupil, contacts: Iterable[Contact]) -> Entry:
    """Return an entry as far as the law asks for it, from the contacts who still are. One query."""
    first = RollPeriod.objects.filter(pupil=pupil).order_by("-from_date").values_list("from_date", flat=True).first()
    return Entry(
        address=pupil.address,
        starting_day=first,
        last_school=pupil.last_school,
        last_school_address=pupil.last_school_address,
        adults=[adult_of(contact) for contact in contacts if contact.ended_on is None and contact.died_on is None],
    )


def contacts_of(pupil: Pupil) -> list[Contact]:
    """Return a pupil's contacts in their order, those who no longer are last. One query."""
    rows = Contact.objects.filter(pupil=pupil).order_by("position")
    return sorted(rows, key=lambda row: (row.ended_on is not None, row.position))


def groups_of(pupil: Pupil, *, may: May) -> list[Characteristic]:
    """Return the groups of a pupil that someone may see, those in force first. One query."""
    rows = Characteristic.objects.filter(pupil=pupil).order_by("-from_date", "kind")
    return _seen(rows, may)


def professionals_of(pupil: Pupil, *, may: May) -> list[Professional]:
    """Return the workers of other services that someone may see, those in force first. One query."""
    return _seen(Professional.objects.filter(pupil=pupil).order_by("-from_date", "name"), may)


def history_of(pupil: Pupil, contacts: Iterable[Contact], *, may: May) -> list[Change]:
    """Return the amendments of an entry that someone may see, first to last. One query."""
    names = {f"contact {contact.pk}": contact.name for contact in contacts}
    rows = AdmissionAmendment.objects.filter(pupil=pupil)
    return [_change(row, names) for row in rows if _is_seen(row, may)]


def named_people(pupil: Pupil) -> QuerySet[NamedPerson]:
    """Return who may find a hidden pupil by name, in the order in which they were named. One query."""
    rows = NamedPerson.objects.filter(pupil=pupil, until_date__isnull=True)
    return rows.select_related("user").order_by("named_at", "pk")


def people_of(school: School, on: dt.date) -> QuerySet[User]:
    """Return the people who work in a school on a day, by name: nobody there by a cover pass. One query."""
    here = Membership.objects.filter(in_force_on(on), school=school, ended_at__isnull=True)
    here = here.exclude(role__in=PASS_ROLES)
    return User.objects.filter(pk__in=here.values("user"), is_active=True).order_by("name", "pk")


def _seen(rows: Iterable[Row], may: May) -> list[Row]:
    listed = [row for row in rows if seeing.may_see(row.kind, may=may)]
    return sorted(listed, key=lambda row: row.until_date is not None)


def _is_seen(row: AdmissionAmendment, may: May) -> bool:
    about, _, kind = row.subject.partition(" ")
    if about in {"group", "professional"}:
        return seeing.may_see(kind, may=may)
    return seeing.may_see_former(row.particular, may=may) if about == "pupil" else True


def _change(row: AdmissionAmendment, names: dict[str, str]) -> Change:
    about, _, kind = row.subject.partition(" ")
    if about == "group":
        return Change(str(Characteristic.Kind(kind).label), _label(row.particular), row)
    if about == "professional":
        return Change(str(Professional.Kind(kind).label), _label(row.particular), row)
    if about == "contact":
        return Change(names.get(row.subject, "A contact"), _label(row.particular), row)
    return Change(ABOUT.get(about, about.capitalize()), _label(row.particular), row)


ABOUT: Final = {"pupil": "The pupil", "year": "Year group", "registration": "Registration group"}
LABELS: Final = {
    "dob": "Date of birth", "upn": "Unique pupil number", "died_on": "Died on", "ended_on": "No longer a contact from",
    "lives_with": "Lives with the pupil", "liable_as": "Parent in education law because",
    "position": "Place in the order", "hidden": "Hidden", "until_date": "Ended", "from_date": "From",
}  # fmt: skip


def _label(particular: str) -> str:
    return LABELS.get(particular, particular.replace("_", " ").capitalize())
