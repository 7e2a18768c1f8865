"""Values with the date they came into force and the source that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from attendance_mat.policy.schema import Parameter

P_co = TypeVar("P_co", bound=Parameter, covariant=True)


@dataclass(frozen=True)
class Source:
    """Where a value is laid down, and the day someone last looked."""

    title: str
    clause: str
    url: str | None
    checked_on: date

    def __str__(self) -> str:
        return f"{self.title}, {self.clause}"


@dataclass(frozen=True)
class Dated(Generic[P_co]):
    """A value, the first day it holds, and its source. It holds until the next one's first day."""

    from_date: date
    value: P_co
    source: Source


@dataclass(frozen=True)
class Cited(Generic[P_co]):
    """The value in force for one school on one day, with its source and who set it.

    `overruled` is what the school's policy says instead, where the law does not let it.
    """

    value: P_co
    source: Source
    from_date: date
    set_by: str
    overruled: Dated[P_co] | None = None


def in_force(values: Sequence[Dated[P_co]], *, on: date) -> Dated[P_co] | None:
    """Return the last of the values, given oldest first, whose first day has come."""
    return next((dated for dated in reversed(values) if dated.from_date <= on), None)
