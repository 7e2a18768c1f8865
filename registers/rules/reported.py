"""What a parent reports of an absence: which days can be meant, and what an accepted report does to each session."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Statistical
from registers.rules.day import unexplained_code
from registers.rules.expected import Slot

LONGEST: Final = dt.timedelta(days=366)  # a report is of days within a year of the call, and takes at most a year

ACCEPTABLE: Final = frozenset({Statistical.AUTHORISED, Statistical.NOT_POSSIBLE})


class Told(NamedTuple):
    """One session of a report: the code its mark has, or none."""

    slot: Slot
    code: str


@dataclass
class Consequences:
    """What accepting a report does: sessions to amend, sessions to expect, and those it leaves for a person."""

    amend: list[Slot] = field(default_factory=list)  # absent with no reason yet
    expect: list[Slot] = field(default_factory=list)  # not marked, today or later
    present: list[Slot] = field(default_factory=list)  # marked as attending: one of the two is wrong
    explained: list[Slot] = field(default_factory=list)  # the register has a reason already
    blank: list[Slot] = field(default_factory=list)  # not marked, on a day that is over


def wrong_days(first: dt.date, last: dt.date, *, told_on: dt.date) -> tuple[str, str]:
    """Return which of a report's days cannot be meant and why, as a field's name and a sentence; two empty texts where
    they can."""
    if last < first:
        return "last_date", "The last day is before the first."
    if told_on - first > LONGEST:
        return "first_date", "That is more than a year before the call. Enter the first day the parent spoke of."
    if last - told_on > LONGEST:
        return "last_date", "That is more than a year ahead. Enter the last day the parent spoke of."
    return "", ""


def consequences(sessions: Iterable[Told], *, today: dt.date) -> Consequences:
    """Sort a report's sessions by what accepting it does to each (decision 4; R8, R12).

    A mark that already gives a reason, or says that the child attended, is never changed by what a parent reports.
    """
    found = Consequences()
    for (date, half), code in sessions:
        slot = (date, half)
        meaning = codes.find(code, on=date) if code else None
        if not code:
            (found.expect if date >= today else found.blank).append(slot)
        elif code == unexplained_code(date):
            found.amend.append(slot)
        elif meaning and meaning.statistical is Statistical.ATTENDING:
            found.present.append(slot)
        else:
            found.explained.append(slot)
    return found


def may_explain(code: codes.Code) -> bool:
    """Say whether a parent's report may be accepted under a code: an authorised absence, or a session not possible,
    that needs no leave beforehand and is not of the whole school. Anything else is refused, and marked on the day."""
    return code.statistical in ACCEPTABLE and not (code.granted_first or code.whole_school)


def says_attending(code: str, *, on: dt.date) -> bool:
    """Say whether a code says that the child was in school."""
    found = codes.find(code, on=on)
    return found is not None and found.statistical is Statistical.ATTENDING


def halves_of(halves: str) -> tuple[Half, ...]:
    """Return the halves of a day that a report is of."""
    return (Half(halves),) if halves in set(Half) else tuple(Half)
