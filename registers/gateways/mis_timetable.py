"""Rows of timetable.csv: lessons with their periods, who is in a teaching group, weeks A and B, days off timetable."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registers.gateways.mis_cells import BadCellError, Parser, as_date, as_email, as_time, as_upn, one_of, parsed, up_to
from registers.gateways.mis_csv import Faults, Shape, Table
from registers.gateways.mis_staff import as_weekdays

SHAPE: Final = Shape(
    required=("record", "from"),
    optional=("to", "week", "weekday", "period", "starts", "ends", "group", "subject", "room", "teacher", "upn",
              "local_id", "reason"),
)  # fmt: skip
A_WEEK: Final = dt.timedelta(days=7)
A_DAY: Final = dt.timedelta(days=1)
LONGEST_STRETCH: Final = 60  # days off timetable in one row

ONE_WEEKDAY: Final = "Write one weekday: a lesson on two days has two rows."
ENDS_FIRST: Final = "The last day is before the first."
STARTS_LATER: Final = "The lesson ends before it starts."
NOT_A_MONDAY: Final = "A week is named by its Monday."
TOO_LONG: Final = f"A row takes no more than {LONGEST_STRETCH} days off the timetable."


class Record(StrEnum):
    """What a row is about."""

    LESSON = "lesson"
    PUPIL = "pupil"  # in a teaching group
    WEEK = "week"
    OFF = "off"  # days without timetabled lessons
    ON = "on"  # days taken back from those


@dataclass(frozen=True)
class Row:
    """One line, as far as it could be read; what its record has no use for is None."""

    line: int
    record: Record
    cells: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        """Return what a column says."""
        return self.cells[column]

    @property
    def until_date(self) -> dt.date | None:
        """Return the first day it no longer holds, though the file says the last."""
        return self["to"] + A_DAY if self["to"] else None

    def days(self) -> Iterator[dt.date]:
        """Yield the days from its first to its last, or its only one."""
        first = self["from"]
        for n in range(((self["to"] or first) - first).days + 1):
            yield first + n * A_DAY


NEEDED: Final = {
    Record.LESSON: ("from", "weekday", "period", "starts", "ends", "group"),
    Record.PUPIL: ("group",),
    Record.WEEK: ("from", "week"),
    Record.OFF: ("from", "reason"),
    Record.ON: ("from",),
}


def as_weekday(text: str) -> int:
    """Return one weekday, 0 for Monday."""
    days = as_weekdays(text)
    if len(days) != 1:
        raise BadCellError(ONE_WEEKDAY)
    return days[0]


PARSERS: Final[Mapping[str, Parser]] = {
    "from": as_date,
    "to": as_date,
    "week": one_of("A", "B"),
    "weekday": as_weekday,
    "period": up_to(20),
    "starts": as_time,
    "ends": as_time,
    "group": up_to(40),
    "subject": up_to(60),
    "room": up_to(40),
    "teacher": as_email,
    "upn": as_upn,
    "local_id": up_to(40),
    "reason": up_to(100),
}


def timetable_rows(table: Table, faults: Faults) -> Iterator[Row]:
    """Yield the rows that can be read. The same line twice is a fault."""
    seen: dict[tuple[object, ...], int] = {}
    as_record = one_of(*Record)
    for line, cells in table:
        if not cells["record"]:
            faults.add(line, "record", "", f"Say what the row is: {', '.join(Record)}.")
        record = parsed(cells["record"], as_record, faults=faults, line=line, column="record")
        row = _row(line, Record(record), cells, faults) if record else None
        if row is None:
            continue
        first = seen.setdefault((row.record, *row.cells.values()), line)
        if first != line:
            faults.add(line, "record", cells["record"], f"Duplicate row: the same is already on line {first}.")
        else:
            yield row


def _row(line: int, record: Record, cells: Mapping[str, str], faults: Faults) -> Row | None:
    before = faults.count
    for column in NEEDED[record]:
        if not cells.get(column):
            faults.add(line, column, "", f"A row “{record}” needs “{column}”.")
    if record is Record.PUPIL and not (cells.get("upn") or cells.get("local_id")):
        faults.add(line, "upn", "", "Say which pupil: by UPN or local_id.")
    row = Row(
        line,
        record,
        {
            column: parsed(cells.get(column, ""), parse, faults=faults, line=line, column=column)
            for column, parse in PARSERS.items()
        },
    )
    if faults.count == before:
        _refuse_nonsense(row, cells, faults)
    return row if faults.count == before else None


def _refuse_nonsense(row: Row, cells: Mapping[str, str], faults: Faults) -> None:
    """Note what each cell allows and the row as a whole does not."""
    if row["to"] and row["from"] and row["to"] < row["from"]:
        faults.add(row.line, "to", cells["to"], ENDS_FIRST)
    elif row.record in {Record.OFF, Record.ON} and row["to"] and (row["to"] - row["from"]).days >= LONGEST_STRETCH:
        faults.add(row.line, "to", cells["to"], TOO_LONG)
    if row.record is Record.LESSON and row["ends"] <= row["starts"]:
        faults.add(row.line, "ends", cells["ends"], STARTS_LATER)
    if row.record is Record.WEEK and row["from"].weekday():
        faults.add(row.line, "from", cells["from"], NOT_A_MONDAY)
