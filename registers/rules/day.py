"""Where each child is this session: six parts that always come to the number on roll."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import UnexplainedAbsence
from registers.rules import codes
from registers.rules.codes import Statistical


class Place(StrEnum):
    """Where a child stands in a session's sum, in the order in which it is read out."""

    IN = "in"
    LATE = "late"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"
    ELSEWHERE = "elsewhere"
    NOT_YET = "not-yet"


LATE_CODES = frozenset({"L", "U"})  # U is an absence in the figures; the child is on the premises


def place_of(code: str, *, on: dt.date) -> Place:
    """Return where a mark puts a child; an empty code means the register has not said yet.

    Elsewhere holds approved educational activities and every code that is not a possible session.
    """
    if not code:
        return Place.NOT_YET
    if code in LATE_CODES:
        return Place.LATE
    if code == unexplained_code(on):
        return Place.UNEXPLAINED
    found = codes.find(code, on=on)
    match found.statistical if found else Statistical.NONE:
        case Statistical.ATTENDING:
            return Place.IN
        case Statistical.AUTHORISED | Statistical.UNAUTHORISED:
            return Place.EXPLAINED
        case _:
            return Place.ELSEWHERE


def unexplained_code(on: dt.date) -> str:
    """Return the code of an absence whose circumstances are not yet established; "" before the law had one."""
    cited = national().find(UnexplainedAbsence, on=on)
    return cited.value.code if cited else ""


def count_places(places: Iterable[Place]) -> dict[Place, int]:
    """Return how many children are in each place, every place named."""
    counted = Counter(places)
    return {place: counted[place] for place in Place}


def tally_words(marked: Iterable[str], *, on: dt.date) -> str:
    """Return a finished register's counts in words, "27 present, 1 late, 2 absent".

    Whoever is absent for a reason or elsewhere is one number: a classroom is not told which (decision 6).
    """
    places = count_places(place_of(code, on=on) for code in marked)
    counted = {
        "present": places[Place.IN],
        "late": places[Place.LATE],
        "absent": places[Place.UNEXPLAINED],
        "not expected": places[Place.EXPLAINED] + places[Place.ELSEWHERE],
        "without a mark": places[Place.NOT_YET],
    }
    return ", ".join(f"{count} {words}" for words, count in counted.items() if count)
