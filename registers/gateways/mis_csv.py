"""Reads CSV files made by other people's systems, and says of each fault where it is and why."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

SHOWN: Final = 50  # faults told of one file
VALUE_SHOWN: Final = 60  # characters of a cell repeated in a fault
LONGEST_LINE: Final = 65_536
CHUNK: Final = 1 << 20
LINES_A_WORD: Final = 500  # between two words of progress
NO_CSV: Final = {
    b"PK\x03\x04": "This is a workbook, not a CSV file. Save it as “CSV UTF-8”.",
    b"\xd0\xcf\x11\xe0": "This is an old workbook, not a CSV file. Save it as “CSV UTF-8”.",
    b"\xff\xfe": "This is Unicode text (UTF-16). Save it as “CSV UTF-8”.",
    b"\xfe\xff": "This is Unicode text (UTF-16). Save it as “CSV UTF-8”.",
}

Progress = Callable[[float], None]


class Fault(NamedTuple):
    """What is wrong with one cell: line 1 is the heading; no column where it is the whole line."""

    line: int
    column: str
    value: str
    reason: str


@dataclass
class Faults:
    """The first faults of a file in the order of its lines, and how many there are in all."""

    first: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, value: str, reason: str) -> None:
        """Note a fault."""
        self.count += 1
        if len(self.first) < SHOWN:
            shown = value if len(value) <= VALUE_SHOWN else f"{value[:VALUE_SHOWN]}…"
            self.first.append(Fault(line, column, shown, reason))

    def stop(self, line: int, column: str, value: str, reason: str) -> NoReturn:
        """Note a fault after which nothing more can be read."""
        self.add(line, column, value, reason)
        raise FileRefusedError(self)


class FileRefusedError(Exception):
    """A file is refused whole, for these faults; nothing of it was kept."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(f"{faults.count} faults")
        self.faults = faults


@dataclass(frozen=True)
class Shape:
    """The columns of one kind of file. Of `one_of` it has at least one; `numbered` come in any number of groups."""

    required: Sequence[str]
    one_of: Sequence[str] = ()
    optional: Sequence[str] = ()
    numbered: re.Pattern[str] | None = None

    def knows(self, column: str) -> bool:
        """Say whether a column means something to us."""
        known = {*self.required, *self.one_of, *self.optional}
        return column in known or bool(self.numbered and self.numbered.fullmatch(column))


class Line(NamedTuple):
    """One row of a file: the line it begins on, and its cells by column, without blanks around them."""

    number: int
    cells: dict[str, str]


class Table:
    """A CSV file that is read a line at a time, however long it is."""

    def __init__(self, path: Path, shape: Shape, faults: Faults, progress: Progress) -> None:
        self.path, self.shape, self.faults, self.progress = path, shape, faults, progress
        self.ignored: list[str] = []  # columns that mean nothing to us
        self._encoding = encoding_of(path, faults)
        self._size = max(path.stat().st_size, 1)

    def __iter__(self) -> Iterator[Line]:
        """Yield each row that has as many cells as it should; the others are faults."""
        with self.path.open("rb") as raw, TextIOWrapper(raw, encoding=self._encoding, newline="") as file:
            rows = self._rows(_lines(file.readline, self.faults))
            columns = self._columns(next(rows, None))
            for count, (number, row) in enumerate(rows):
                if count % LINES_A_WORD == 0:
                    self.progress(min(raw.tell() / self._size, 1.0))
                if len(row) > len(columns):
                    reason = f"This line has {len(row)} cells and the heading {len(columns)}."
                    self.faults.add(number, "", ",".join(row), reason)
                    continue
                cells = {column: text.strip() for column, text in zip(columns, row, strict=False) if column}
                if any(cells.values()):
                    yield Line(number, cells)
        self.progress(1.0)

    def _rows(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield each record with the line it begins on: a quoted cell may go over several."""
        reader = csv.reader(lines, strict=True)
        begins = 1
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                self.faults.stop(begins, "", "", f"This line is not CSV: {error}.")
            if row is None:
                return
            if row:
                yield begins, row
            begins = reader.line_num + 1

    def _columns(self, heading: tuple[int, list[str]] | None) -> list[str]:
        """Return the columns' names in small letters, empty for one that is ignored."""
        if heading is None:
            self.faults.stop(1, "", "", "The file is empty.")
        names = [name.strip().casefold() for name in heading[1]]
        for name in {name for name in names if name and names.count(name) > 1 and self.shape.knows(name)}:
            self.faults.add(1, name, name, "This column is there twice.")
        for name in self.shape.required:
            if name not in names:
                self.faults.add(1, name, "", f"The column {name} is missing.")
        if self.shape.one_of and not set(self.shape.one_of) & set(names):
            self.faults.add(1, self.shape.one_of[0], "", f"A column {' or '.join(self.shape.one_of)} is missing.")
        if self.faults.count:
            raise FileRefusedError(self.faults)
        known = [name if self.shape.knows(name) else "" for name in names]
        self.ignored = [name.strip() for name, kept in zip(heading[1], known, strict=True) if name.strip() and not kept]
        return known


def _lines(readline: Callable[[int], str], faults: Faults) -> Iterator[str]:
    """Yield a file's lines, none of them longer than memory bears."""
    number = 0
    while text := readline(LONGEST_LINE):
        number += 1
        if "\0" in text:
            faults.stop(number, "", "", "This is not a text file: it has NUL characters in it.")
        if len(text) == LONGEST_LINE and text[-1] not in "\r\n":
            faults.stop(number, "", text, f"This line is longer than {LONGEST_LINE:,} characters.")
        yield text


def encoding_of(path: Path, faults: Faults) -> str:
    """Return the encoding a file is in: UTF-8 with or without its mark, otherwise Windows-1252."""
    with path.open("rb") as file:
        beginning = file.read(4)
    for mark, reason in NO_CSV.items():
        if beginning.startswith(mark):
            faults.stop(1, "", "", reason)
    if _first_unreadable_line(path, "utf-8") is None:
        return "utf-8-sig"
    line = _first_unreadable_line(path, "cp1252")
    if line is not None:
        faults.stop(line, "", "", "The encoding is unreadable: neither UTF-8 nor Windows-1252. Save it as “CSV UTF-8”.")
    return "cp1252"


def _first_unreadable_line(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            line += text.count("\n")
            if not chunk:
                return None
