"""Makes histories, and imports them as a school would."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import pytest

from escalation.actions.importing_history import HISTORY
from registers.actions.importing import rehearse_import, run_import
from registers.actions.importing_job import ImportJob
from registers.gateways.mis_csv import Fault, FileRefusedError
from tests.registers.files import Importer

SINCE: Final = dt.date(2022, 9, 1)
TWO_WEEKS: Final = {"after": 2, "unit": "weeks"}


class History:
    """Imports histories into Alder Primary in Alma's name."""

    def __init__(self, importer: Importer, at: dt.datetime) -> None:
        self.importer, self.at = importer, at

    def take(self, *rows: Mapping[str, str], rehearsal: bool = False) -> ImportJob:
        given = [
            {"upn": "", "kind": "stage", "name": "", "date": "", "parent": "", "outcome": "", **row} for row in rows
        ]
        file = self.importer.file(given, "history.csv")
        run = rehearse_import if rehearsal else run_import
        return run(HISTORY, file, school=self.importer.school, by=self.importer.by, at=self.at)

    def faults(self, *rows: Mapping[str, str]) -> list[Fault]:
        with pytest.raises(FileRefusedError) as refused:
            self.take(*rows)
        return refused.value.faults.first


def row(**cells: str) -> dict[str, str]:
    return {"upn": "A123456789012", "name": "stage_two", "date": "2026-11-16", **cells}
