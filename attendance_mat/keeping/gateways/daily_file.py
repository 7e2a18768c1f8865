"""A day's marks as CSV: ours for the other system, and theirs as it exports them. docs/files.md has the shape."""

import csv
import datetime as dt
from collections.abc import Iterable
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Final

from attendance_mat.keeping.queries.other_system import DayMark
from attendance_mat.keeping.rules.other_system import Key
from registers.gateways.mis_csv import Faults, FileRefusedError, Table
from registers.gateways.mis_marks import SHAPE, mark_rows
from registers.queries.identity import Identities

HEADING: Final = ("upn", "local_id", "date", "am", "pm", "am_minutes_late", "pm_minutes_late")
HALVES: Final = ("am", "pm")


def written(date: dt.date, marks: Iterable[DayMark]) -> bytes:
    """Return a day's marks, a row for each pupil, in the shape in which marks are imported here."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADING)
    for _, group in groupby(marks, key=lambda mark: mark.pupil_id):
        own = {mark.half: mark for mark in group}
        first = next(iter(own.values()))
        codes = (own[half].code if half in own else "" for half in HALVES)
        late = (own[half].minutes_late if half in own else None for half in HALVES)
        writer.writerow([first.upn, first.local_id, date, *codes, *("" if each is None else each for each in late)])
    return out.getvalue().encode()


def read(path: Path, date: dt.date, known: Identities) -> dict[Key, str]:
    """Return the other system's codes of a day by pupil and half. Raises FileRefusedError with every fault.

    A row of another day, or of somebody we do not know, is a fault: the wrong file would compare as nonsense.
    """
    faults = Faults()
    found: dict[Key, str] = {}
    table = Table(path, SHAPE, faults, lambda _: None)
    for row in mark_rows(table, faults):
        pupil = known.found(row.upn, row.local_id)
        if row.date != date:
            faults.add(row.line, "date", str(row.date), f"The file is to be of {date:%d/%m/%Y} alone.")
        elif pupil is None:
            faults.add(row.line, "upn" if row.upn else "local_id", row.upn or row.local_id, "No pupil has this number.")
        else:
            for mark in row.marks:
                if found.setdefault((pupil, mark.half), mark.code) != mark.code:
                    faults.add(row.line, mark.half, mark.code, "This pupil has another mark further up in the file.")
    if faults.count:
        raise FileRefusedError(faults)
    return found
