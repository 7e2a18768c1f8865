"""Rows of pupils.csv: the admission register and whom to reach about each pupil."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registers.gateways.mis_cells import (
    Parser,
    as_date,
    as_email,
    as_flag,
    as_sen,
    as_sex,
    as_upn,
    as_year,
    one_of,
    parsed,
    up_to,
)
from registers.gateways.mis_csv import Faults, Line, Shape, Table

NUMBERS: Final[Mapping[str, Parser]] = {"upn": as_upn, "local_id": up_to(40)}
REQUIRED: Final[Mapping[str, Parser]] = {
    "surname": up_to(100),
    "forename": up_to(100),
    "dob": as_date,
    "sex": as_sex,
    "year": as_year,
    "reg_group": up_to(40),
    "admitted": as_date,
}
OPTIONAL: Final[Mapping[str, Parser]] = {
    "left": as_date,
    "fsm": as_flag,
    "sen": as_sen,
    "eal": as_flag,
    "looked_after": as_flag,
    "social_worker": as_flag,
    "young_carer": as_flag,
    "pupil_premium": as_flag,
    "former_upn": as_upn,
    "surname_in_use": up_to(100),
    "forename_in_use": up_to(100),
    "enrolment_status": one_of("main", "subsidiary", "guest"),
    "boarder": as_flag,
    "ethnicity": up_to(40),
    "address": str,
    "address_confidential": as_flag,
}
CONTACT: Final[Mapping[str, Parser]] = {
    "name": up_to(200),
    "relationship": up_to(60),
    "parental_responsibility": as_flag,
    "phone": up_to(40),
    "email": as_email,
    "address": str,
    "lives_with": as_flag,
    "no_contact": as_flag,
    "address_confidential": as_flag,
}
# Positions 1 to 999: a small number in the record, and more people than any child has.
CONTACT_COLUMN: Final = re.compile(rf"contact([1-9]\d{{0,2}})_({'|'.join(CONTACT)})", re.ASCII)
OF_A_NEW_PUPIL: Final = ("surname", "forename", "dob", "sex", "year", "admitted")
PARSERS: Final = {**NUMBERS, **REQUIRED, **OPTIONAL}
SHAPE: Final = Shape(required=tuple(REQUIRED), one_of=tuple(NUMBERS), optional=tuple(OPTIONAL), numbered=CONTACT_COLUMN)


@dataclass(frozen=True)
class PupilRow:
    """What a line says about a pupil. Only the cells that are filled in are there: the rest stays as it is."""

    line: int
    given: Mapping[str, Any]
    contacts: Mapping[int, Mapping[str, Any]]  # by the number in the column's name

    @property
    def upn(self) -> str:
        """Return the unique pupil number, or nothing."""
        return str(self.given.get("upn", ""))

    @property
    def local_id(self) -> str:
        """Return the school's own number, or nothing."""
        return str(self.given.get("local_id", ""))

    @property
    def until_date(self) -> dt.date | None:
        """Return the first day no longer on roll: the day after the last one, which is what the file gives."""
        left: dt.date | None = self.given.get("left")
        return left + dt.timedelta(days=1) if left else None


def pupil_rows(table: Table, faults: Faults, *, on: dt.date) -> Iterator[PupilRow]:
    """Yield the rows that can be read and do not contradict themselves. `on` is the day of the import."""
    for line in table:
        before = faults.count
        row = PupilRow(line.number, _given(line, faults), _contacts(line, faults))
        if faults.count == before:
            _check(row, faults, on=on)
        if faults.count == before:
            yield row


def _given(line: Line, faults: Faults) -> dict[str, Any]:
    given = {
        column: parsed(text, PARSERS[column], faults=faults, line=line.number, column=column)
        for column, text in line.cells.items()
        if text and column in PARSERS
    }
    return {column: value for column, value in given.items() if value is not None}


def _contacts(line: Line, faults: Faults) -> dict[int, dict[str, Any]]:
    contacts: dict[int, dict[str, Any]] = {}
    for column, text in line.cells.items():
        match = CONTACT_COLUMN.fullmatch(column) if text else None
        if match:
            value = parsed(text, CONTACT[match[2]], faults=faults, line=line.number, column=column)
            contacts.setdefault(int(match[1]), {})[match[2]] = value
    return dict(sorted(contacts.items()))


def _check(row: PupilRow, faults: Faults, *, on: dt.date) -> None:
    """Note what cannot be true of any child."""
    given = row.given
    if not (row.upn or row.local_id):
        faults.add(row.line, "upn", "", "There is neither a UPN nor a local_id: one of them is required.")
    if given.get("dob") and given["dob"] > on:
        faults.add(row.line, "dob", given["dob"].isoformat(), "The birthday is in the future.")
    elif given.get("dob") and given.get("admitted") and given["admitted"] < given["dob"]:
        faults.add(row.line, "admitted", given["admitted"].isoformat(), "Admitted before the day of birth.")
    if given.get("left") and given.get("admitted") and given["left"] < given["admitted"]:
        faults.add(row.line, "left", given["left"].isoformat(), "Left before admitted.")
