"""To whom a notice for every family goes: one copy for each household, and why a family has none.

Who may be told is registers/rules/telling.py, asked of every pupil at the moment of sending (decision 11).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letters.rules.recipients import Addressed, Purpose, addressed_letters, may_be_told
from registers.rules.telling import Contact, Pupil, plain

BEREAVED: Final = "A death in this family is recorded. Write to them yourself."
NOBODY: Final = "No contact is recorded."
NO_ADDRESS: Final = "No address is recorded of anyone who may be told."


@dataclass(frozen=True)
class Child:
    """One pupil, as the decision sees them; `released` and `bereaved` as for a letter."""

    key: int
    facts: Pupil
    contacts: tuple[Contact, ...]
    phones: tuple[str, ...] = ()  # beside the contacts: brothers and sisters share a parent's name and telephone
    released: bool = True
    bereaved: bool = False


@dataclass(frozen=True)
class Family:
    """The pupils one copy is about, each with the contact it names; to whom and where it goes, or why none does."""

    pupils: tuple[tuple[int, int | None], ...]
    home: Addressed | None
    why_not: str = ""


def families(children: Iterable[Child]) -> list[Family]:
    """Return one family for each household a notice reaches, and one for each that it does not, in the pupils' order.

    A pupil's notice goes to the first household that may be told. Brothers and sisters with the same household share
    it; those whom nothing reaches are one family where they share their first contact's name and telephone.
    """
    found: dict[object, tuple[list[tuple[int, int | None]], Addressed | None, str]] = {}
    for child in children:
        home, why_not = _home_of(child)
        key = (home.names, plain("\n".join(home.address_lines))) if home else _unreached(child, why_not)
        named = home.contacts[0] if home else None
        found.setdefault(key, ([], home, why_not))[0].append((child.key, named))
    return [Family(tuple(pupils), home, why_not) for pupils, home, why_not in found.values()]


def _home_of(child: Child) -> tuple[Addressed | None, str]:
    if child.bereaved:
        return None, BEREAVED
    homes = addressed_letters(child.facts, child.contacts, Purpose.LETTER, released=child.released)
    return (homes[0], "") if homes else (None, _why_not(child))


def _why_not(child: Child) -> str:
    """Return why nobody is written to: nobody to write to, nobody who may be told, or nowhere to write."""
    current = [contact for contact in child.contacts if not contact.ended]
    if not current:
        return NOBODY
    decisions = [may_be_told(each, child.facts, Purpose.LETTER, released=child.released) for each in current]
    return NO_ADDRESS if any(each.allowed for each in decisions) else decisions[0].why


def _unreached(child: Child, why_not: str) -> tuple[object, ...]:
    named: Sequence[tuple[str, str]] = [
        (contact.name.casefold(), phone.strip())
        for contact, phone in zip(child.contacts, child.phones, strict=False)
        if not contact.ended and phone.strip()
    ]
    return (why_not, named[0]) if named else (why_not, child.key)
