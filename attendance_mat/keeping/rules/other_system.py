"""The register of record, and whether the school's other system has a day's marks (decision 26)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

ALERT_AT: Final = dt.time(16)  # marks that are unsent or differ by then are told of: decision 26
Key = tuple[int, str]  # a pupil, and am or pm


class Differing(NamedTuple):
    """A session of a pupil of which the two systems do not say the same; empty: it has none."""

    pupil: int
    half: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Comparison:
    """What the other system has of a day beside what stands here."""

    differing: list[Differing] = field(default_factory=list)
    missing: list[Key] = field(default_factory=list)  # here, and not there
    same: int = 0


def compare(ours: Mapping[Key, str], theirs: Mapping[Key, str]) -> Comparison:
    """Return where the other system differs from the day's marks here, by pupil; a mark only it has differs, too."""
    return Comparison(
        [Differing(*key, ours.get(key, ""), code) for key, code in sorted(theirs.items()) if ours.get(key, "") != code],
        sorted(ours.keys() - theirs.keys()),
        sum(theirs.get(key) == code for key, code in ours.items()),
    )


class State(StrEnum):
    """How a day's marks stand with the other system."""

    NO_MARKS = "no marks"
    UNSENT = "not sent"
    CHANGED = "changed since it was sent"
    SENT = "sent, not compared"
    DIFFERS = "differs"
    AGREES = "agrees"


class Sent(NamedTuple):
    """What was sent of a day, and how its answer compared."""

    marks: int
    last_amendment: int
    is_compared: bool
    wrong: int  # differing and missing


def state(*, marks: int, last_amendment: int, sent: Sent | None) -> State:
    """Return how a day stands, whose marks and latest amendment are these."""
    if sent is None:
        return State.UNSENT if marks else State.NO_MARKS
    if (sent.marks, sent.last_amendment) != (marks, last_amendment):
        return State.CHANGED
    if not sent.is_compared:
        return State.SENT
    return State.DIFFERS if sent.wrong else State.AGREES


ALERTING: Final = frozenset({State.UNSENT, State.CHANGED, State.DIFFERS})


class Prerequisite(NamedTuple):
    """What must be in place before a school's registers here are those of record, and whether it is."""

    what: str
    is_met: bool
    words: str


def prerequisites(*, second_factor: bool, call_list: bool) -> list[Prerequisite]:
    """Return the three prerequisites of decision 26, each with what is there or missing, in words."""
    return [
        Prerequisite(
            "Two-factor log-in",
            second_factor,
            "People log in with a second factor." if second_factor else "People log in with a password alone.",
        ),
        Prerequisite(
            "Tests that schools stay apart",
            True,  # noqa: FBT003 - they are part of this product and run before each release
            "They run before every release: no release goes out in which one school sees another's records.",
        ),
        Prerequisite(
            "The first-day call list",
            call_list,
            "The list of families to call is there." if call_list else "There is no list of families to call yet.",
        ),
    ]
