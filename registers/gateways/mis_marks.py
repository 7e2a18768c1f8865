"""Rows of marks.csv: what one pupil's two sessions of a day were marked."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

from registers.gateways.mis_cells import as_date, as_minutes, parsed, up_to
from registers.gateways.mis_csv import Faults, Line, Shape, Table
from registers.rules.calendar import Half

SHAPE: Final = Shape(
    required=("date", "am", "pm"),
    one_of=("upn", "local_id"),
    optional=("am_minutes_late", "pm_minutes_late", "am_comment", "pm_comment"),
)
LATE_CODES: Final = frozenset({"L", "U"})
as_comment: Final = up_to(500)
COLUMNS: Final = {half: (half.value, f"{half}_minutes_late", f"{half}_comment") for half in Half}


class HalfMark(NamedTuple):
    """A mark as a file gives it. No minutes or an empty comment: the file does not say."""

    half: Half
    code: str
    minutes_late: int | None
    comment: str


class MarkRow(NamedTuple):
    """A pupil's day. A half that has no mark is not there: none was taken, or it stays as it is."""

    line: int
    upn: str
    local_id: str
    date: dt.date
    marks: tuple[HalfMark, ...]


def mark_rows(table: Table, faults: Faults) -> Iterator[MarkRow]:
    """Yield the rows that can be read."""
    for line in table:
        cells = line.cells
        upn, local_id = cells.get("upn", "").upper(), cells.get("local_id", "")
        if not (upn or local_id):
            faults.add(
                line.number, "upn" if "upn" in cells else "local_id", "", "There is no number to find a pupil by."
            )
        if not cells.get("date"):
            faults.add(line.number, "date", "", "The date is empty.")
        date = parsed(cells.get("date", ""), as_date, faults=faults, line=line.number, column="date")
        marks = tuple(mark for half in Half if (mark := _half_mark(line, half, faults)))
        if date is not None and (upn or local_id):
            yield MarkRow(line.number, upn, local_id, date, marks)


def _half_mark(line: Line, half: Half, faults: Faults) -> HalfMark | None:
    number, cells = line
    column, late, comment = COLUMNS[half]
    code = cells[column].upper() if column in cells else ""
    minutes = parsed(cells.get(late, ""), as_minutes, faults=faults, line=number, column=late)
    words = parsed(cells.get(comment, ""), as_comment, faults=faults, line=number, column=comment)
    if minutes and code not in LATE_CODES:
        faults.add(number, late, str(minutes), "Minutes late go with the marks L and U only.")
    if words and not code:
        faults.add(number, comment, words, "A comment needs a mark to stand with.")
    if not code:
        return None
    return HalfMark(half, code, minutes if code in LATE_CODES else None, words or "")
