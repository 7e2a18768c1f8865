"""What the admission register must say of a pupil, and what is still missing from it (R18)."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SEPARATORS: Final = re.compile(r"[,;/]|\bor\b|\band\b", re.IGNORECASE)
FEWEST_DIGITS: Final = 5  # fewer reach nobody
NO_SCHOOL_BEFORE: Final = "none"  # what is entered where there was no school before this one


@dataclass(frozen=True)
class Adult:
    """A contact as the admission register weighs them."""

    name: str
    phone: str = ""
    address: str = ""
    is_parent: bool = False  # has parental responsibility or care, or is the mother or father (EA96 s576)
    lives_with: bool = False
    emergency: bool = True
    stopped: bool = False  # has died, or is not to be contacted: nobody to ring in an emergency


@dataclass(frozen=True)
class Entry:
    """A pupil's entry as far as the law asks for it."""

    address: str
    starting_day: dt.date | None
    last_school: str
    last_school_address: str
    adults: Sequence[Adult] = ()


@dataclass(frozen=True)
class EmergencyTerms:
    """How many numbers and sets of details a policy wants held for each pupil."""

    numbers: int
    sets: int


def numbers_in(phone: str) -> int:
    """Return how many telephone numbers a field holds: two may stand in one, with a comma or a stroke between."""
    return sum(len(re.findall(r"\d", part)) >= FEWEST_DIGITS for part in SEPARATORS.split(phone))


def missing(entry: Entry) -> list[str]:
    """Return a sentence for each particular the law asks for that is not recorded. Source: PR24 reg 8; R18."""
    said = [] if entry.starting_day else ["No starting day is recorded."]
    said += [] if entry.address.strip() else ["The pupil's address is not recorded."]
    said += _missing_of_last_school(entry)
    parents = [adult for adult in entry.adults if adult.is_parent]
    if not parents:
        return [*said, "No parent is recorded."]
    said += [f"{each.name}: no address is recorded." for each in parents if not each.address.strip()]
    said += [f"{each.name}: only one name is recorded, and the law asks for the full name." for each in parents
        if len(each.name.split()) == 1]  # fmt: skip
    if not any(each.lives_with for each in parents):
        said.append("It is not recorded which parent the pupil normally lives with.")
    return [*said, *_unreachable(parents)]


def to_chase(adults: Sequence[Adult], terms: EmergencyTerms) -> list[str]:
    """Return a sentence for each thing the office should ask a family for, so that somebody can always be reached.

    Source: PR24 reg 8 for a parent lived with; Working together to improve school attendance and policy for the rest.
    """
    reachable = [adult for adult in adults if adult.emergency and not adult.stopped and numbers_in(adult.phone)]
    numbers = sum(numbers_in(adult.phone) for adult in reachable)
    said = []
    if len(reachable) < terms.sets:
        said.append(f"{len(reachable)} of {terms.sets} emergency contacts.")
    if numbers < terms.numbers:
        said.append(f"{numbers} of {terms.numbers} emergency numbers.")
    return [*said, *_unreachable([adult for adult in adults if adult.is_parent])]


def is_born_in_the_future(dob: dt.date, *, today: dt.date) -> bool:
    """Say whether a date of birth is still to come."""
    return dob > today


def _missing_of_last_school(entry: Entry) -> list[str]:
    name = entry.last_school.strip()
    if not name:
        return ["The last school is not recorded. Enter “None” where this is the first."]
    if name.casefold() != NO_SCHOOL_BEFORE and not entry.last_school_address.strip():
        return ["The address of the last school is not recorded."]
    return []


def _unreachable(parents: Sequence[Adult]) -> list[str]:
    """Return the parents the pupil lives with for whom no number is held, but for those barred."""
    lived_with = [each for each in parents if each.lives_with and not each.stopped]
    return [
        f"{each.name}, whom the pupil lives with: no telephone number is recorded."
        for each in lived_with
        if not numbers_in(each.phone)
    ]
