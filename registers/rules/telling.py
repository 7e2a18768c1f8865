"""Who may be told what about a pupil: one decision for letters, calls and lists, asked again when each leaves.

It stands in the lowest room that lets anything out; letters/rules/recipients.py makes letters of it.
"""

from collections.abc import Iterable
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
    emergency: bool = True
    ended: bool = False
    liable: bool = False  # recorded as a parent in education law: mother or father, responsibility, or care


class Decision(NamedTuple):
    """Whether, and why in a sentence. The sentence is for staff, and names no other contact."""

    allowed: bool
    why: str


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
    if contact.liable:
        return Decision(allowed=True, why="A parent in education law.")
    if purpose is Purpose.CALL and contact.emergency:
        return Decision(allowed=True, why="An emergency contact may be called to ask after the child.")
    return Decision(allowed=False, why="Has neither parental responsibility nor care of the child.")


def is_told_to_the_authority(contact: Contact) -> bool:
    """Say whether a contact is one of the parents whose name and address a return to the authority gives.

    The law asks for each parent, whatever the school may tell that parent: no-contact and confidential addresses go,
    marked as such. Those who have died or are no longer contacts do not. Source: R20, R21; EA96 s576.
    """
    is_parent = contact.liable or contact.parental_responsibility or contact.lives_with
    return is_parent and not contact.died and not contact.ended


def may_see_pupil_address(contact: Contact, pupil: Pupil, contacts: Iterable[Contact]) -> bool:
    """Say whether a contact may be shown the pupil's address: it is their own too, or it is neither confidential nor
    the home of another contact whose address is."""
    if plain(contact.address) == plain(pupil.address):
        return True
    others = (other for other in contacts if other.key != contact.key)
    return not (pupil.address_confidential or any(_keeps_home_confidential(other, pupil) for other in others))


def channel_for(*, preferred: str, phone: str, email: str, address: str) -> str:
    """Return the way to reach a contact first: the one they prefer if they can be reached so, else the first held.

    Empty where nothing is held. Source: HCC-2.6.10.
    """
    held = {"call": phone, "text": phone, "email": email, "letter": address}
    ways = [preferred, *held]
    return next((way for way in ways if held.get(way, "").strip()), "")


def plain(address: str) -> tuple[str, ...]:
    """Return an address as words to compare: case, commas and line breaks do not make another home."""
    return tuple(address.replace(",", " ").casefold().split())


def _stopped(contact: Contact, pupil: Pupil, *, released: bool) -> str:
    """Say what stops everything to a contact, whatever the purpose; empty where nothing does."""
    if pupil.died:
        return "The pupil has died: nothing is sent."
    if contact.died:
        return "They have died: nothing is sent to them."
    if contact.ended:
        return "They are no longer a contact of this pupil."
    if contact.no_contact:
        return "They are not to be contacted."
    if pupil.hidden and not released:
        return "Ask the safeguarding lead: only those they name may write about this pupil."
    return ""


def _keeps_home_confidential(contact: Contact, pupil: Pupil) -> bool:
    at_home = contact.lives_with or plain(contact.address) == plain(pupil.address)
    return contact.address_confidential and at_home
