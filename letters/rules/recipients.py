"""To whom a letter about a pupil goes: one for each household that may be told.

Who may be told is one decision for every way out, registers/rules/telling.py, offered here under its own names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registers.rules.telling import (
    Contact,
    Decision,
    Pupil,
    Purpose,
    may_be_told,
    may_see_pupil_address,
    plain,
)

__all__ = [
    "Addressed",
    "Contact",
    "Decision",
    "Pupil",
    "Purpose",
    "address_lines_for",
    "addressed_letters",
    "may_be_told",
    "may_see_pupil_address",
]


@dataclass(frozen=True)
class Addressed:
    """One letter: to whom, where, and whether it may show the pupil's address."""

    contacts: tuple[int, ...]
    names: tuple[str, ...]
    address_lines: tuple[str, ...]
    shows_pupil_address: bool


def address_lines_for(contact: Contact) -> tuple[str, ...]:
    """Return the lines of a contact's own address, nothing where none is recorded."""
    lines = contact.address.replace(",", "\n").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def addressed_letters(
    pupil: Pupil, contacts: Sequence[Contact], purpose: Purpose, *, released: bool = False
) -> tuple[Addressed, ...]:
    """Return one letter for each household that may be told, in the contacts' order.

    A contact whose address is confidential is written to alone, even at an address another gives as theirs.
    A contact with no address is left out: there is nowhere to write to. Source: decision 11.
    """
    households: dict[tuple[int | None, tuple[str, ...]], list[Contact]] = {}
    for contact in contacts:
        lines = address_lines_for(contact)
        if lines and may_be_told(contact, pupil, purpose, released=released).allowed:
            alone = contact.key if contact.address_confidential else None
            households.setdefault((alone, plain(contact.address)), []).append(contact)
    return tuple(_addressed(pupil, household, contacts) for household in households.values())


def _addressed(pupil: Pupil, household: Sequence[Contact], contacts: Sequence[Contact]) -> Addressed:
    return Addressed(
        contacts=tuple(contact.key for contact in household),
        names=tuple(contact.name for contact in household),
        address_lines=address_lines_for(household[0]),
        shows_pupil_address=all(may_see_pupil_address(contact, pupil, contacts) for contact in household),
    )
