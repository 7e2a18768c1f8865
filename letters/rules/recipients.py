"""Who may be told what about a pupil: one decision for letters, calls and lists, asked again when each is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Purpose(StrEnum):
    """What someone would be told, and how."""

    LETTER = "letter"
    CERTIFICATE = "certificate"
    CALL = "call"


@dataclass(frozen=True)
class Pupil:
    """What decides who may be told about a pupil."""

    address: str = ""
    address_confidential: bool = False
    hidden: bool = False
    died: bool = False


@dataclass(frozen=True)
class Contact:
    """Someone recorded for a pupil, and what restricts them."""

    key: int
    name: str
    parental_responsibility: bool = False
    lives_with: bool = False
    no_contact: bool = False
    died: bool = False
    address: str = ""
    address_confidential: bool = False


class Decision(NamedTuple):
    """Whether, and why in a sentence. The sentence is for staff, and names no other contact."""

    allowed: bool
    why: str


@dataclass(frozen=True)
class Addressed:
    """One letter: to whom, where, and whether it may show the pupil's address."""

    contacts: tuple[int, ...]
    names: tuple[str, ...]
    address_lines: tuple[str, ...]
    shows_pupil_address: bool


def may_be_told(contact: Contact, pupil: Pupil, purpose: Purpose, *, released: bool = False) -> Decision:
    """Say whether a contact may be told about a pupil for a purpose, and why.

    `released` means someone the safeguarding lead named is asking; without it nothing goes out about a hidden pupil.
    A parent in education law has parental responsibility or care of the child. Source: EA96 s576; decision 11.
    """
    stopped = _stopped(contact, pupil, released=released)
    if stopped:
        return Decision(allowed=False, why=stopped)
    if contact.parental_responsibility:
        return Decision(allowed=True, why="Has parental responsibility.")
    if contact.lives_with:
        return Decision(allowed=True, why="The pupil lives with them.")
    if purpose is Purpose.CALL:
        return Decision(allowed=True, why="An emergency contact may be called to ask after the child.")
    return Decision(allowed=False, why="Has neither parental responsibility nor care of the child.")


def address_lines_for(contact: Contact) -> tuple[str, ...]:
    """Return the lines of a contact's own address, nothing where none is recorded."""
    lines = contact.address.replace(",", "\n").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def may_see_pupil_address(contact: Contact, pupil: Pupil, contacts: Iterable[Contact]) -> bool:
    """Say whether a contact may be shown the pupil's address: it is their own too, or it is neither confidential nor
    the home of another contact whose address is."""
    if _plain(contact.address) == _plain(pupil.address):
        return True
    others = (other for other in contacts if other.key != contact.key)
    return not (pupil.address_confidential or any(_keeps_home_confidential(other, pupil) for other in others))


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
            households.setdefault((alone, _plain(contact.address)), []).append(contact)
    return tuple(_addressed(pupil, household, contacts) for household in households.values())


def _addressed(pupil: Pupil, household: Sequence[Contact], contacts: Sequence[Contact]) -> Addressed:
    return Addressed(
        contacts=tuple(contact.key for contact in household),
        names=tuple(contact.name for contact in household),
        address_lines=address_lines_for(household[0]),
        shows_pupil_address=all(may_see_pupil_address(contact, pupil, contacts) for contact in household),
    )


def _stopped(contact: Contact, pupil: Pupil, *, released: bool) -> str:
    """Say what stops everything to a contact, whatever the purpose; empty where nothing does."""
    if pupil.died:
        return "The pupil has died: nothing is sent."
    if contact.died:
        return "They have died: nothing is sent to them."
    if contact.no_contact:
        return "They are not to be contacted."
    if pupil.hidden and not released:
        return "Ask the safeguarding lead: only those they name may write about this pupil."
    return ""


def _keeps_home_confidential(contact: Contact, pupil: Pupil) -> bool:
    at_home = contact.lives_with or _plain(contact.address) == _plain(pupil.address)
    return contact.address_confidential and at_home


def _plain(address: str) -> tuple[str, ...]:
    """Return an address as words to compare: case, commas and line breaks do not make another home."""
    return tuple(address.replace(",", " ").casefold().split())
