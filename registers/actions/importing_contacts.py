"""Brings a pupil's contacts up to date without ever setting a restriction aside."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from registers.actions.importing_job import KEPT, ImportJob
from registers.actions.importing_writes import Writes
from registers.gateways.mis_pupils import PupilRow
from registers.models import Contact
from registers.queries.admission import AdmissionEntry

RESTRICTIONS = frozenset({"no_contact", "address_confidential"})  # set by an import, never cleared by one


def take_contacts(entry: AdmissionEntry, row: PupilRow, job: ImportJob, writes: Writes) -> bool:
    """Change or add the contacts a row has, and say whether any changed. Those it leaves out stay."""
    changed = False
    taken: list[Contact] = []
    for position, cells in row.contacts.items():
        contact = _contact(entry.contacts, taken, position, cells, row)
        if contact is not None:
            taken.append(contact)
            changed |= bool(fill_in(contact, cells, job, writes))
        elif not cells.get("name"):
            reason = "The name is empty: a contact who is new needs one."
            job.faults.add(row.line, f"contact{position}_name", "", reason)
        else:
            contact = Contact(pupil=entry.pupil, position=_free_position(entry.contacts, position), **cells)
            entry.contacts.append(contact)
            taken.append(contact)
            writes.add(contact)
            changed = True
    return changed


def _contact(
    contacts: Sequence[Contact], taken: Sequence[Contact], position: int, cells: Mapping[str, Any], row: PupilRow
) -> Contact | None:
    """Return the contact meant: the one of that name, else the one in that place if it may take the name.

    One under a restriction never takes another's name: the restriction is on the person, not on the place.
    """
    free = [contact for contact in contacts if contact not in taken]
    here = next((contact for contact in free if contact.position == position), None)
    name = cells.get("name")
    if not name or (here and _same(here.name, name)):
        return here
    namesake = next((contact for contact in free if _same(contact.name, name)), None)
    if namesake or here is None or any(getattr(here, field) for field in RESTRICTIONS):
        return namesake
    named = [other.get("name", "") for other in row.contacts.values()]
    return None if any(_same(here.name, other) for other in named) else here


def _same(name: str, other: str) -> bool:
    return name.casefold().split() == other.casefold().split()


def _free_position(contacts: Sequence[Contact], wanted: int) -> int:
    used = {contact.position for contact in contacts}
    return wanted if wanted not in used else next(position for position in count(1) if position not in used)


def fill_in(record: Any, cells: Mapping[str, Any], job: ImportJob, writes: Writes) -> list[str]:
    """Change the fields of a record that a row gives otherwise, and name them. Restrictions are kept and counted."""
    changed = {name: value for name, value in cells.items() if getattr(record, name) != value}
    kept = {name for name, value in changed.items() if name in RESTRICTIONS and not value}
    job.counts[KEPT] += len(kept)
    values = {name: value for name, value in changed.items() if name not in kept}
    if values:
        writes.change(record, **values)
    return list(values)
