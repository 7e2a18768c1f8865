"""Rows of calendar.csv: the half days on which a school meets."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

from registers.gateways.mis_cells import as_date, as_meets, parsed
from registers.gateways.mis_csv import Faults, Shape, Table
from registers.rules.calendar import Half

SHAPE: Final = Shape(required=("date", "am", "pm"))


class CalendarRow(NamedTuple):
    """A day, and of each half whether the school meets; a half that is not there stays as it is."""

    line: int
    date: dt.date
    meets: dict[Half, bool]


def calendar_rows(table: Table, faults: Faults) -> Iterator[CalendarRow]:
    """Yield the rows that can be read. A day that comes twice is a fault."""
    seen: dict[dt.date, int] = {}
    for line, cells in table:
        if not cells["date"]:
            faults.add(line, "date", "", "The date is empty.")
        date = parsed(cells["date"], as_date, faults=faults, line=line, column="date")
        meets = {
            half: parsed(cells.get(half, ""), as_meets, faults=faults, line=line, column=half.value) for half in Half
        }
        if date is None:
            continue
        if date in seen:
            faults.add(line, "date", cells["date"], f"Duplicate row: this day is already on line {seen[date]}.")
            continue
        seen[date] = line
        yield CalendarRow(line, date, {half: given for half, given in meets.items() if given is not None})
