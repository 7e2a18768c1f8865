"""Makes the files that schools import, and imports them as a person would."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from attendance_mat import clock
from attendance_mat.accounts.member import Member
from attendance_mat.trust.models import School
from registers.actions.importing import Kind, run_import
from registers.actions.importing_job import ImportJob, IncomingFile
from registers.gateways.mis_csv import Fault, FileRefusedError

PUPIL = {
    "upn": "A123456789012", "surname": "Marsh", "forename": "Ivy", "dob": "2017-03-04", "sex": "F", "year": "4",
    "reg_group": "4A", "admitted": "2024-09-02",
}  # fmt: skip


def pupil(**cells: str) -> dict[str, str]:
    """Return a row of pupils.csv: Ivy Marsh of 4A, unless told otherwise."""
    return {**PUPIL, **cells}


class Importer:
    """Writes rows to a file and imports it into a school."""

    def __init__(self, folder: Path, school: School, by: Member) -> None:
        self.folder, self.school, self.by = folder, school, by

    def file(self, rows: str | bytes | Iterable[Mapping[str, str]], name: str = "marks.csv") -> IncomingFile:
        """Return a file of this text, these bytes or these rows."""
        path = self.folder / name
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        elif isinstance(rows, str):
            path.write_text(rows, encoding="utf-8")
        else:
            listed = list(rows)
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(dict.fromkeys(name for row in listed for name in row)))
                writer.writeheader()
                writer.writerows(listed)
        return IncomingFile(path, name)

    def take(
        self, kind: Kind, rows: str | bytes | Iterable[Mapping[str, str]], *, at: dt.datetime | None = None
    ) -> ImportJob:
        """Import, now or at another moment."""
        return run_import(kind, self.file(rows, f"{kind}.csv"), school=self.school, by=self.by, at=at or clock.now())

    def calendar(self, rows: str | bytes | Iterable[Mapping[str, str]], **how: dt.datetime) -> ImportJob:
        return self.take(Kind.CALENDAR, rows, **how)

    def pupils(self, *rows: Mapping[str, str], **how: dt.datetime) -> ImportJob:
        return self.take(Kind.PUPILS, rows, **how)

    def marks(self, rows: str | bytes | Iterable[Mapping[str, str]], **how: dt.datetime) -> ImportJob:
        return self.take(Kind.MARKS, rows, **how)

    def faults(self, kind: Kind, rows: str | bytes | Iterable[Mapping[str, str]]) -> list[Fault]:
        """Return why a file is refused."""
        with pytest.raises(FileRefusedError) as refused:
            self.take(kind, rows)
        return refused.value.faults.first
