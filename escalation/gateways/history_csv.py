"""Rows of history.csv: what a school did about a pupil's absence before it came to this product."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from escalation.models import PastStep
from registers.gateways.mis_cells import Parser, as_date, one_of, parsed, up_to
from registers.gateways.mis_csv import Faults, Line, Shape, Table

SHAPE: Final = Shape(required=("kind", "name", "date"), one_of=("upn", "local_id"), optional=("parent", "outcome"))
PARSERS: Final[Mapping[str, Parser]] = {
    "kind": one_of(*PastStep.Kind.values),
    "name": up_to(100),
    "date": as_date,
    "parent": up_to(200),
    "outcome": up_to(100),
}


class HistoryRow(NamedTuple):
    """One thing that was done. An empty parent or outcome: the file does not say."""

    line: int
    upn: str
    local_id: str
    kind: PastStep.Kind
    name: str
    date: dt.date
    parent: str
    outcome: str


def history_rows(table: Table, faults: Faults) -> Iterator[HistoryRow]:
    """Yield the rows that can be read."""
    for line in table:
        before = faults.count
        upn, local_id = line.cells.get("upn", "").upper(), line.cells.get("local_id", "")
        if not (upn or local_id):
            column = "upn" if "upn" in line.cells else "local_id"
            faults.add(line.number, column, "", "There is no number to find a pupil by.")
        given = _given(line, faults)
        if faults.count == before:
            kind = PastStep.Kind(given["kind"])
            yield HistoryRow(
                line.number, upn, local_id, kind, given["name"], given["date"], given["parent"], given["outcome"]
            )


def _given(line: Line, faults: Faults) -> dict[str, Any]:
    for column in ("kind", "date"):
        if not line.cells.get(column):
            faults.add(line.number, column, "", f"The {column} is empty.")
    return {
        column: parsed(line.cells.get(column, ""), parser, faults=faults, line=line.number, column=column) or ""
        for column, parser in PARSERS.items()
    }
