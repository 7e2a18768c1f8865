"""Invented families: who may be told about a child, and where they live."""

from dataclasses import dataclass, field
from random import Random
from typing import Final

from reporting.demo import names
from reporting.demo.schools import SchoolPlan

# Shares of families or children; assumed, but for how many children share a school with a brother or sister.
SIBLING: Final = 0.25
TWIN: Final = 0.015
SECOND_PARENT: Final = 0.85
TOGETHER: Final = 0.68
SAME_SURNAME: Final = 0.7
NO_CONTACT: Final = 0.008
CONFIDENTIAL: Final = 0.012
MOST_CHILDREN: Final = 3


BIRDS = ("Heron", "Plover", "Curlew", "Siskin", "Dunnock")  # what a stranger at the desk is asked for


@dataclass(frozen=True)
class Adult:
    """A contact of a child, as it is stored."""

    name: str
    relationship: str
    phone: str
    email: str
    address: str
    parental_responsibility: bool = True
    lives_with: bool = True
    address_confidential: bool = False
    no_contact: bool = False
    may_collect: bool = False
    collect_password: str = ""


@dataclass
class Family:
    """The adults and the address that brothers and sisters share."""

    surname: str
    address: str
    address_confidential: bool
    adults: tuple[Adult, ...]
    children: int = field(default=0)


class Families:
    """The families of one school, met again when a brother or sister comes."""

    def __init__(self, plan: SchoolPlan, random: Random) -> None:
        self.plan, self.random = plan, random
        self.known: list[Family] = []

    def for_a_child(self) -> Family:
        """Return a family that has another child here, or a new one."""
        if self.known and self.random.random() < SIBLING:
            family = self.random.choice(self.known)
            if family.children < MOST_CHILDREN:
                family.children += 1
                return family
        family = self._new()
        self.known.append(family)
        return family

    def _new(self) -> Family:
        surname, home = names.surname(self.random), self._address()
        hidden = self.random.random() < CONFIDENTIAL
        first = self._adult(surname, "Mother" if self.random.random() < 0.85 else "Father", home, hidden=hidden)
        return Family(surname, home, hidden, (first, self._second(surname, home, first, hidden=hidden)), children=1)

    def _second(self, surname: str, home: str, first: Adult, *, hidden: bool) -> Adult:
        random = self.random
        if random.random() > SECOND_PARENT:
            return self._adult(surname, "Grandmother", self._address(), lives_with=False, parent=False)
        relationship = "Father" if first.relationship == "Mother" else "Mother"
        together = not hidden and random.random() < TOGETHER
        barred = not together and (hidden or random.random() < NO_CONTACT / (1 - TOGETHER))
        address = home if together else self._address()
        return self._adult(surname, relationship, address, lives_with=together, barred=barred)

    def _adult(
        self, surname: str, relationship: str, address: str,
        *, lives_with: bool = True, parent: bool = True, barred: bool = False, hidden: bool = False,
    ) -> Adult:  # fmt: skip
        random = self.random
        forename = names.forename(random, "M" if relationship == "Father" else "F")
        name = f"{forename} {surname if random.random() < SAME_SURNAME else names.surname(random)}"
        return Adult(
            name=name,
            relationship=relationship,
            phone=names.telephone(random),
            email=f"{name.lower().replace(' ', '.')}@families.demo.invalid",
            address=address,
            parental_responsibility=parent,
            lives_with=lives_with,
            address_confidential=hidden,
            no_contact=barred,
            may_collect=not barred,
            collect_password="" if barred else BIRDS[len(name) % len(BIRDS)],
        )

    def _address(self) -> str:
        return names.address(self.random, town=self.plan.town, district=self.plan.district)
