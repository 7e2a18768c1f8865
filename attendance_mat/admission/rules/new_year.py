"""What a new school year changes: who moves up, into which group, who leaves, and who takes which register."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from registers.rules.age import compulsory_age_until, is_compulsory_age

RECEPTION: Final = 0
# What a name begins with in a year that has no number, and in the year after it.
LETTERED: Final = {-1: (r"N(?:ursery)?", "R"), RECEPTION: (r"(?:YR|Reception|R)", "1")}


class Takers(StrEnum):
    """What becomes of those who take a group's register."""

    STAY = "stay"  # with the name: the teacher of 3A has next year's 3A
    MOVE = "move"  # with the children: the tutor of 7B goes on with 8B
    END = "end"


@dataclass(frozen=True)
class Standing:
    """A pupil on the roll before and on the day, with the rows that say their year and group across it."""

    pupil_id: int
    dob: dt.date
    roll_period_id: int
    leaving_proposed: bool
    boarder: bool = False
    year_id: int | None = None  # None: no year holds across the day
    year: int | None = None
    year_until: dt.date | None = None
    place_id: int | None = None
    group_id: int | None = None
    place_until: dt.date | None = None


@dataclass(frozen=True)
class Taker:
    """A person's assignment to a registration group that holds across the day."""

    assignment_id: int
    user_id: int
    name: str
    group_id: int
    weekdays: tuple[int, ...]
    until_date: dt.date | None


class GroupChoice(NamedTuple):
    """What a group's children become together (nothing: the group keeps its name), and what its takers do."""

    name: str
    takers: Takers


@dataclass(frozen=True)
class Choices:
    """What the person who begins the year decides. The last year and any above it leave."""

    from_date: dt.date
    last_year: int
    groups: Mapping[int, GroupChoice]


class Promotion(NamedTuple):
    """A pupil's year ends, and the next begins until the same day."""

    year_id: int
    pupil_id: int
    year: int
    until_date: dt.date | None


class Move(NamedTuple):
    """A pupil's place in a group ends, and one in the group of that name begins until the same day."""

    place_id: int
    pupil_id: int
    group_id: int
    name: str
    until_date: dt.date | None


class Leaver(NamedTuple):
    """A pupil of the last year, to be removed on a ground once the head approves."""

    pupil_id: int
    roll_period_id: int
    group_id: int | None
    ground: str
    outside_age: bool  # reg 9(3) applies
    proposed_before: bool


class Handover(NamedTuple):
    """An assignment ends, and one to the group of that name begins, if there is one."""

    assignment_id: int
    user_id: int
    group_id: int
    name: str
    weekdays: tuple[int, ...]
    until_date: dt.date | None


@dataclass(frozen=True)
class Plan:
    """Everything a new year changes."""

    from_date: dt.date
    promotions: tuple[Promotion, ...]
    moves: tuple[Move, ...]
    leavers: tuple[Leaver, ...]
    handovers: tuple[Handover, ...]

    @property
    def changes_anything(self) -> bool:
        return bool(self.promotions or self.moves or self.leavers or self.handovers)

    @property
    def digest(self) -> str:
        """Return what is the same for two plans just if they change the same things."""
        words = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()


def plan_year(standings: Iterable[Standing], takers: Iterable[Taker], choices: Choices, *, today: dt.date) -> Plan:
    """Return what a new year changes: everyone below the last year moves up, with their group; the others leave.

    A leaver's year and group stand until the head approves the removal, since a pupil on the roll is on a register
    (PR24 reg 10(1); statute.md R3, R22). What already holds from the day or later is not touched.
    """
    known = list(standings)
    staying = [each for each in known if not _leaves(each, choices)]
    return Plan(
        from_date=choices.from_date,
        promotions=tuple(
            Promotion(each.year_id, each.pupil_id, each.year + 1, each.year_until)
            for each in staying
            if each.year_id is not None and each.year is not None
        ),
        moves=tuple(_moves(staying, choices)),
        leavers=tuple(_leaver(each, choices, today=today) for each in known if _leaves(each, choices)),
        handovers=tuple(_handovers(list(takers), choices)),
    )


def ground_of_leaver(dob: dt.date, *, today: dt.date, from_date: dt.date, boarder: bool = False) -> tuple[str, bool]:
    """Return the ground on which a pupil of the last year is proposed to leave, and whether reg 9(3) applies.

    (l) for one who will be over compulsory school age when the school next meets; (a), registered at another school,
    for one who goes on elsewhere; outside compulsory age (a) of reg 9(3), or (b) for a boarder. Source: PR24 reg 9(1),
    9(3); statute.md R23, R27.
    """
    if not is_compulsory_age(dob, today):
        return ("b" if boarder else "a"), True
    return ("l" if compulsory_age_until(dob) <= from_date else "a"), False


def next_name(name: str, years: Collection[int]) -> str:
    """Return what a group's name would be a year on: 3A is 4A; one that says no year, or mixes them, stays."""
    if len(years) != 1:
        return name
    (year,) = years
    if year in LETTERED:
        letters, following = LETTERED[year]
        return re.sub(rf"^{letters}(?!(?-i:[a-z]))", following, name, count=1, flags=re.IGNORECASE)
    return re.sub(rf"(?<!\d)(0?){year}(?!\d)", lambda found: _following(found[1], year), name, count=1)


def _following(zero: str, year: int) -> str:
    return f"{zero}{year + 1}" if len(str(year + 1)) == len(str(year)) else str(year + 1)


def usual_takers(phase: str, *, all_leave: bool) -> Takers:
    """Return what is proposed for a group's takers: a class teacher stays with the room, a tutor goes with the form."""
    if phase not in {"secondary", "all-through"}:
        return Takers.STAY
    return Takers.END if all_leave else Takers.MOVE


def _leaves(each: Standing, choices: Choices) -> bool:
    return each.year is not None and each.year >= choices.last_year


def _leaver(each: Standing, choices: Choices, *, today: dt.date) -> Leaver:
    ground, outside_age = ground_of_leaver(
        each.dob, today=today, from_date=choices.from_date, boarder=each.boarder
    )  # fmt: skip
    return Leaver(each.pupil_id, each.roll_period_id, each.group_id, ground, outside_age, each.leaving_proposed)


def _moves(staying: Iterable[Standing], choices: Choices) -> Iterable[Move]:
    for each in staying:
        choice = choices.groups.get(each.group_id) if each.group_id is not None else None
        if choice and each.place_id is not None and each.group_id is not None and choice.name:
            yield Move(each.place_id, each.pupil_id, each.group_id, choice.name, each.place_until)


def _handovers(takers: Sequence[Taker], choices: Choices) -> Iterable[Handover]:
    for taker in takers:
        choice = choices.groups.get(taker.group_id)
        if choice and (choice.takers is Takers.END or (choice.takers is Takers.MOVE and choice.name)):
            name = choice.name if choice.takers is Takers.MOVE else ""
            yield Handover(taker.assignment_id, taker.user_id, taker.group_id, name, taker.weekdays, taker.until_date)
