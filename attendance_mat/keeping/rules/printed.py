"""A month's attendance register as lines of type, as it was once kept on paper."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple, Protocol

NAME: Final = 26  # characters of a name
CELL: Final = 2  # a code has two characters at most
HALVES: Final = ("am", "pm")


class Marked(Protocol):
    """One mark, in the order of group, pupil and session."""

    @property
    def group(self) -> str: ...
    @property
    def pupil_id(self) -> int: ...
    @property
    def surname(self) -> str: ...
    @property
    def forename(self) -> str: ...
    @property
    def date(self) -> dt.date: ...
    @property
    def half(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def changes(self) -> int: ...


class Page(NamedTuple):
    """One group's month."""

    group: str
    lines: list[str]


def pages(marks: Iterable[Marked]) -> list[Page]:
    """Return each group's register of a month: a line for the days, then one for each pupil.

    A day has two columns, morning and afternoon; an amended mark has a star, and its particulars are listed apart.
    """
    found = []
    for group, rows in groupby(marks, key=lambda mark: mark.group):
        own = list(rows)
        days = sorted({mark.date for mark in own})
        heading = " " * NAME + "".join(f" {day:%a %d}".ljust(2 * (CELL + 1) + 1) for day in days)
        lines = [_line(list(each), days) for _, each in groupby(own, key=lambda mark: mark.pupil_id)]
        found.append(Page(group, [heading.rstrip(), *lines]))
    return found


def _line(marks: Sequence[Marked], days: Sequence[dt.date]) -> str:
    name = f"{marks[0].surname}, {marks[0].forename}"[: NAME - 1].ljust(NAME)
    said = {(mark.date, mark.half): mark.code + ("*" if mark.changes else "") for mark in marks}
    cells = ("".join(said.get((day, half), "-").ljust(CELL + 1) for half in HALVES) for day in days)
    return (name + "".join(f" {cell}" for cell in cells)).rstrip()
