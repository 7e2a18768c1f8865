"""Unplanned closures: the code each kind has on a day, and which marks it changes (R11)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from attendance_mat.policy.adopted import national
from attendance_mat.policy.school_day import ClosureCodes

BOTH = "both"


class Cause(StrEnum):
    """What closes a school, or keeps some of its pupils away."""

    WHOLE_SCHOOL = "whole school"
    PART = "part of the premises"
    STAFFING = "staffing"
    STAGGERED = "staggered start"


class Effect(StrEnum):
    """What a closure does for one child at one session."""

    AMENDED = "amended"  # a mark that stands is changed
    EXPECTED = "expected"  # there is no mark yet
    REPLACED = "replaced"  # something else was expected
    KEPT = "kept"  # the child was here, or has a reason of their own
    SAME = "same"  # it says so already
    FAMILY = "family"  # of whoever declares it: someone else must


class Standing(NamedTuple):
    """What stands for a child at a session: a mark, its code and changes, and the code of what is expected."""

    mark_id: int | None
    code: str
    expected: str
    is_family: bool = False


class Span(NamedTuple):
    """Half-open days, and the halves of each."""

    from_date: dt.date
    until_date: dt.date
    halves: str


@dataclass(frozen=True)
class Terms:
    """What a closure does: the code it enters and the marks it changes."""

    code: str
    whole_school: bool
    keeps: frozenset[str]
    replaces: frozenset[str]

    def changes(self, code: str) -> bool:
        """Say whether a closure changes a mark: of the whole school, all but those of children who attended."""
        return code not in self.keeps if self.whole_school else code in self.replaces


def terms_of(cause: Cause, *, on: dt.date) -> Terms:
    """Return what a closure of a kind does on a day. Source: PR24 reg 10(10), Table 3; PR06 reg 6; statute.md R11."""
    law = national().terms(ClosureCodes, on=on)
    code = {
        Cause.WHOLE_SCHOOL: law.whole_school,
        Cause.PART: law.part_of_premises,
        Cause.STAFFING: law.staffing,
        Cause.STAGGERED: law.staggered_start,
    }[cause]
    return Terms(code, cause is Cause.WHOLE_SCHOOL, frozenset(law.keeps), frozenset(law.replaces))


def effect_on(standing: Standing, terms: Terms) -> Effect:
    """Return what a closure does for a child: a child who attends keeps their mark. Source: statute.md R11."""
    says = standing.code or ("" if standing.mark_id else standing.expected)
    if says == terms.code:
        return Effect.SAME
    if says and not terms.changes(says):
        return Effect.KEPT
    if standing.is_family:
        return Effect.FAMILY
    if standing.mark_id:
        return Effect.AMENDED
    return Effect.REPLACED if says else Effect.EXPECTED


def what_remains(whole: Span, taken: Span) -> Iterator[Span]:
    """Yield what is left of an expectation once a closure has taken its part: before, after, and the other half."""
    first, last = max(whole.from_date, taken.from_date), min(whole.until_date, taken.until_date)
    if whole.from_date < first:
        yield Span(whole.from_date, first, whole.halves)
    if last < whole.until_date:
        yield Span(last, whole.until_date, whole.halves)
    if whole.halves == BOTH != taken.halves and first < last:
        yield Span(first, last, "pm" if taken.halves == "am" else "am")


def taken_part(whole: Span, taken: Span) -> Span:
    """Return the part of an expectation that a closure took."""
    halves = taken.halves if whole.halves == BOTH else whole.halves
    return Span(max(whole.from_date, taken.from_date), min(whole.until_date, taken.until_date), halves)
