"""The children of one school, in plain values: who they are, their class, and their year of absences."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final

from attendance_mat.embedded.school_days import school_days
from reporting.demo import names
from reporting.demo.absences import PupilYear, Traits, draw_year
from reporting.demo.families import TWIN, Families, Family
from reporting.demo.occasions import give_group_occasions, suit_timetables_to_age
from reporting.demo.schools import SchoolPlan, YearPlan
from reporting.demo.shape import FREE_SCHOOL_MEALS, NEEDS, shape_of

SEED: Final = "kestrel-vale-1"
STARTING_AGE: Final = 5  # in the year before a child turns this, reception
FIRST_SECONDARY_YEAR, SIXTH_FORM = 7, 12
LETTERS: Final = "ABCDEFGHJK"

# Shares of pupils; those without a source are assumed.
OTHERS: Final = {"eal": 0.2, "looked_after": 0.008, "social_worker": 0.03, "young_carer": 0.012}
LEAVES, JOINS = 0.012, 0.012  # during a year
FIRST_MOVES, LAST_MOVES = 12, 150  # the school days of the year between which they do
KNOWN_BY_ANOTHER_NAME: Final = 0.01


@dataclass
class Child:
    """A pupil of the demonstration, before there is a database."""

    number: int
    surname: str
    forename: str
    sex: str
    dob: dt.date
    year: int
    group: str
    upn: str
    family: Family
    traits: dict[str, str]  # characteristics and their values
    entered: dt.date  # on roll
    left: dt.date | None
    plan: PupilYear
    forename_in_use: str = ""

    @property
    def local_id(self) -> str:
        """Return the number the school itself keeps the child by."""
        return f"{self.number:05d}"

    def is_on_roll(self, day: dt.date) -> bool:
        """Say whether the child is on the roll on a day."""
        return self.entered <= day and (self.left is None or day < self.left)


class Children:
    """Draws the children of a school for a school year, the same ones every time."""

    def __init__(self, plan: SchoolPlan, year: int) -> None:
        self.plan, self.year = plan, year
        self.random = Random(f"{SEED} {plan.slug} children")
        self.families = Families(plan, self.random)
        self.days = school_days(year)
        self.drawn: list[Child] = []

    @cached_property
    def all(self) -> list[Child]:
        """Return every child, class by class; two share a name, as some do."""
        for row in self.plan.years:
            for place in range(row.classes):
                self._class(row, class_name(row, place))
        for group in classes(self.drawn).values():
            give_group_occasions(group, self.plan.phase, self.days, Random(f"{SEED} {self.plan.slug} {group[0].group}"))
        for child in self.drawn:
            suit_timetables_to_age(child, self.days)
        first, last = self.drawn[0], self.drawn[-1]
        last.forename, last.surname, last.sex = first.forename, first.surname, first.sex
        return self.drawn

    def _class(self, row: YearPlan, name: str) -> None:
        left = row.size
        while left:
            child = self._child(row.year, name, self.families.for_a_child())
            self.drawn.append(child)
            left -= 1
            if left and self.random.random() < TWIN:
                self.drawn.append(self._child(row.year, name, child.family, dob=child.dob))
                left -= 1

    def _child(self, year: int, group: str, family: Family, dob: dt.date | None = None) -> Child:
        number = len(self.drawn) + 1
        sex = self.random.choice("FM")
        entry_year = self.year - max(0, year - (FIRST_SECONDARY_YEAR if year >= FIRST_SECONDARY_YEAR else 0))
        entered, left = self._on_roll(entry_year)
        traits = self._traits()
        forename = names.forename(self.random, sex)
        return Child(
            number=number,
            surname=family.surname,
            forename=forename,
            sex=sex,
            dob=dob or self._birthday(year),
            year=year,
            group=group,
            upn=names.upn(school=self.plan.number, entry_year=entry_year, serial=number % 1000),
            family=family,
            traits=traits,
            entered=entered,
            left=left,
            plan=self._absences(number, year, traits),
            forename_in_use=forename[:3] if self.random.random() < KNOWN_BY_ANOTHER_NAME else "",
        )

    def _birthday(self, year: int) -> dt.date:
        """Return a date of birth that puts a child in a year group: from September to August."""
        return dt.date(self.year - year - STARTING_AGE, 9, 1) + dt.timedelta(days=self.random.randrange(365))

    def _on_roll(self, entry_year: int) -> tuple[dt.date, dt.date | None]:
        chance, day = self.random.random(), self.days[self.random.randrange(FIRST_MOVES, LAST_MOVES)]
        if chance < JOINS:
            return day, None
        return dt.date(entry_year, 9, 1), day if chance < JOINS + LEAVES else None

    def _traits(self) -> dict[str, str]:
        random = self.random
        traits = {name: "" for name, share in OTHERS.items() if random.random() < share}
        if random.random() < FREE_SCHOOL_MEALS:
            traits |= {"fsm": "", "pupil_premium": ""}
        needs = random.choices(list(NEEDS), [share for share, _ in NEEDS.values()])[0]
        return traits | ({"sen": needs} if needs else {})

    def _absences(self, number: int, year: int, traits: dict[str, str]) -> PupilYear:
        random = Random(f"{SEED} {self.plan.slug} absences {number}")
        shape = shape_of(self.plan.phase)
        if random.random() < shape.severe:
            propensity = random.uniform(0.5, 0.95)
        else:
            mixture = shape.with_meals if "fsm" in traits else shape.without_meals
            propensity = mixture.draw(random) * shape.thinned * NEEDS[traits.get("sen", "")][1]
        propensity *= shape.year_factors[year] * self.plan.factor
        return draw_year(Traits(self.plan.phase, year, propensity), self.year, random)


def classes(children: list[Child]) -> dict[str, list[Child]]:
    """Return the children by registration group, in the order of the classes."""
    groups: dict[str, list[Child]] = {}
    for child in children:
        groups.setdefault(child.group, []).append(child)
    return groups


def class_name(row: YearPlan, place: int) -> str:
    """Return a registration group's name: 4A, RB, N, 12C."""
    year = {-1: "N", 0: "R"}.get(row.year, str(row.year))
    return year if row.year < 0 else f"{year}{LETTERS[place]}"
