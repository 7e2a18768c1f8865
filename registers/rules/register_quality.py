"""How well registers are kept: which were taken late, missed or corrected. Sources: HCC-2.6.02, WAT-4.19."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

HERE: Final = ("/", "\\")  # codes of a child who was in the room from the start
CAME: Final = ("/", "\\", "L", "U")  # and of one who came in the end


class Fault(StrEnum):
    """What was wrong with the taking of a register."""

    LATE = "late"  # first marked more than the school's margin after its start
    MISSED = "missed"  # nothing marked before it closed, or its lesson ended
    CORRECTED = "corrected"  # a child marked here was not, or one marked absent was


@dataclass(frozen=True)
class KeptRegister:
    """One register that was due: when it was first marked, how many marks were corrected, and who was to take it."""

    date: dt.date
    what: str
    group_id: int
    group: str
    starts_at: dt.datetime
    closes_at: dt.datetime
    first_marked_at: dt.datetime | None
    corrected: int
    takers: Mapping[int, str]  # by person


class Kept(NamedTuple):
    """How many registers of a class or a person were due, and of how many each thing is to be said."""

    name: str
    due: int
    late: int
    missed: int
    corrected: int


def faults_of(register: KeptRegister, *, margin: int) -> frozenset[Fault]:
    """Return what was wrong with a register. One marked only after it closed was missed; it is not late as well."""
    found = {Fault.CORRECTED} if register.corrected else set()
    marked = register.first_marked_at
    if marked is None or marked > register.closes_at:
        found.add(Fault.MISSED)
    elif marked > register.starts_at + dt.timedelta(minutes=margin):
        found.add(Fault.LATE)
    return frozenset(found)


def is_correction(original: str, amended: str) -> bool:
    """Say whether a change of a closed register's mark says that the register was wrong of who was there.

    A reason that becomes known changes no more than the code of an absence; a child who comes after the register
    closed was rightly absent in it.
    """
    return (original in HERE and amended not in HERE) or (original not in CAME and original != "" and amended in HERE)


def counted(
    registers: Iterable[KeptRegister], faults: Mapping[int, frozenset[Fault]], *, by_person: bool
) -> dict[int, Kept]:
    """Return the counts of each class, or of each person who was to take them, those missed most first.

    `faults` are those of each register, by its place in order.
    """
    names: dict[int, str] = {}
    listed: dict[int, list[frozenset[Fault]]] = {}
    for place, register in enumerate(registers):
        owners = register.takers if by_person else {register.group_id: register.group}
        for pk, name in owners.items():
            names[pk] = name
            listed.setdefault(pk, []).append(faults[place])
    kept = {
        pk: Kept(names[pk], len(rows), *(sum(fault in row for row in rows) for fault in Fault))
        for pk, rows in listed.items()
    }
    return dict(sorted(kept.items(), key=lambda item: (-item[1].missed, -item[1].late, item[1].name)))


def level_reached(missed: int, *, each: int | None) -> int:
    """Return the last multiple of the policy's number that a count of missed registers has reached; 0 for none."""
    return missed // each * each if each else 0
