"""The list of an early warning: a row for each pupil and each line that the pupil is on course to cross, in order."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from escalation.rules.arithmetic import line_in_words
from escalation.rules.outlook import Course, Outlook

NO_YEAR: Final = 99


class Placed(NamedTuple):
    """A pupil on the list: the number, the name as lists have it, and the year group if there is one."""

    pupil_id: int
    list_name: str
    year: int | None


class Ahead(NamedTuple):
    """One pupil on course to cross one line, on a day, with the sum. `place` is the line's among all lines."""

    pupil: Placed
    course: Course
    place: int
    crosses_on: dt.date
    arithmetic: str

    @property
    def line(self) -> str:
        """Return what is counted, and the number with its sign, in words."""
        line = self.course.line
        return f"{line.count.replace('_', ' ').capitalize()}: {line_in_words(line)}"


ORDERS: Final[Mapping[str, Callable[[Ahead], Any]]] = {
    "day": lambda row: (row.crosses_on, row.place),
    "line": lambda row: (row.place, row.crosses_on),
    "year": lambda row: (NO_YEAR if row.pupil.year is None else row.pupil.year, row.crosses_on),
    "pupil": lambda row: (row.pupil.list_name.casefold(), row.pupil.pupil_id, row.place),
}


def on_course(outlooks: Mapping[int, Iterable[Outlook]], *, key: str = "") -> set[int]:
    """Return the pupils on course to cross any line, or the one of that key."""
    return {pupil_id for pupil_id, found in outlooks.items() if any(_is_asked(each, key) for each in found)}


def rows_ahead(
    outlooks: Mapping[int, Iterable[Outlook]], pupils: Iterable[Placed], *, key: str = "", order: str = "day"
) -> tuple[list[Ahead], str]:
    """Return the rows of these pupils in an order ("-" before its name turns it round), and the order used.

    The soonest come first where the order is not known.
    """
    name = order.removeprefix("-")
    if name not in ORDERS:
        name = order = "day"
    rows = [
        Ahead(pupil, each.course, place, each.crosses_on, each.arithmetic)
        for pupil in pupils
        for place, each in enumerate(outlooks[pupil.pupil_id])
        if each.crosses_on and _is_asked(each, key)
    ]
    by_name = sorted(rows, key=ORDERS["pupil"])
    return sorted(by_name, key=ORDERS[name], reverse=order.startswith("-")), order


def _is_asked(outlook: Outlook, key: str) -> bool:
    return outlook.crosses_on is not None and key in {"", outlook.course.key}
