"""Rows of staff.csv: who is what, from when until when, and which groups they take on which weekdays."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from attendance_mat.accounts.roles import SCHOOL_ROLES, TRUST_ROLES, Role
from registers.gateways.mis_cells import BadCellError, Parser, as_date, as_email, parsed, up_to
from registers.gateways.mis_csv import Faults, Shape, Table

SHAPE: Final = Shape(required=("email", "name", "role"), optional=("from", "to", "groups", "weekdays"))
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST_DAY: Final = 2  # letters that tell two weekdays apart
LONGEST_GROUP: Final = 40

NOT_A_ROLE: Final = f"Not a role of a school: {', '.join(sorted(SCHOOL_ROLES))}."
A_TRUST_ROLE: Final = "This role is held in the trust, not in a school."
NOT_A_WEEKDAY: Final = "Bad weekday: write Mon;Tue or Mon-Fri, or 1 for Monday to 7."
ENDS_FIRST: Final = "The last day is before the first."


class StaffRow(NamedTuple):
    """One line: a person in a role. What the file leaves empty is None, or no groups, and stays as it is."""

    line: int
    email: str
    name: str
    role: Role
    from_date: dt.date | None
    until_date: dt.date | None  # the first day no longer, though the file says the last
    groups: tuple[str, ...]
    weekdays: tuple[int, ...] | None  # 0 is Monday


def staff_rows(table: Table, faults: Faults) -> Iterator[StaffRow]:
    """Yield the rows that can be read. The same line twice, or two names of one address, is a fault."""
    seen: dict[tuple[object, ...], int] = {}
    names: dict[str, tuple[str, int]] = {}
    for line, cells in table:
        row = _row(line, cells, faults)
        if row is None:
            continue
        first = seen.setdefault(row[1:], line)
        name, named_on = names.setdefault(row.email, (row.name, line))
        if first != line:
            faults.add(line, "email", row.email, f"Duplicate row: the same is already on line {first}.")
        elif name != row.name:
            faults.add(line, "name", row.name, f"This address has another name on line {named_on}.")
        else:
            yield row


def _row(line: int, cells: dict[str, str], faults: Faults) -> StaffRow | None:
    before = faults.count
    for column in SHAPE.required:
        if not cells[column]:
            faults.add(line, column, "", f"The {column} is empty.")
    parsers: dict[str, Parser] = {
        "email": as_email,
        "name": up_to(200),
        "role": as_role,
        "from": as_date,
        "to": as_date,
        "groups": as_groups,
        "weekdays": as_weekdays,
    }
    given = {
        column: parsed(cells.get(column, ""), parse, faults=faults, line=line, column=column)
        for column, parse in parsers.items()
    }
    if given["from"] and given["to"] and given["to"] < given["from"]:
        faults.add(line, "to", cells["to"], ENDS_FIRST)
    if faults.count > before:
        return None
    until_date = given["to"] + dt.timedelta(days=1) if given["to"] else None
    return StaffRow(
        line, given["email"].lower(), given["name"], given["role"], given["from"], until_date,
        given["groups"] or (), given["weekdays"],
    )  # fmt: skip


def as_role(text: str) -> Role:
    """Return a role of a school, however its words are joined."""
    name = re.sub(r"[\s_-]+", "_", text.strip().lower())
    if name in TRUST_ROLES:
        raise BadCellError(A_TRUST_ROLE)
    if name not in SCHOOL_ROLES:
        raise BadCellError(NOT_A_ROLE)
    return Role(name)


def as_groups(text: str) -> tuple[str, ...]:
    """Return the names of groups or years, each once, in the order they came."""
    names = [up_to(LONGEST_GROUP)(name.strip()) for name in text.split(";") if name.strip()]
    return tuple(dict.fromkeys(names))


def as_weekdays(text: str) -> tuple[int, ...]:
    """Return weekdays, 0 for Monday: names, their beginnings or numbers, with a dash for a run of them."""
    days: set[int] = set()
    for part in re.split(r"[;,/\s]+", re.sub(r"\s*[-\N{EN DASH}]\s*", "-", text.strip())):
        first, dash, last = part.partition("-")
        begins = _weekday(first)
        ends = _weekday(last) if dash else begins
        if ends < begins:
            raise BadCellError(NOT_A_WEEKDAY)
        days.update(range(begins, ends + 1))
    return tuple(sorted(days))


def _weekday(word: str) -> int:
    if word.isdecimal() and 1 <= int(word) <= len(WEEKDAYS):
        return int(word) - 1
    matching = [place for place, name in enumerate(WEEKDAYS) if name.startswith(word.casefold())]
    if len(word) < SHORTEST_DAY or len(matching) != 1:
        raise BadCellError(NOT_A_WEEKDAY)
    return matching[0]
