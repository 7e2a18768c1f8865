"""Entries built into the schema's dataclasses, strictly: nothing is guessed, converted or left out."""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import (
    Annotated,
    Any,
    Final,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from attendance_mat.policy.entries import Entry
from attendance_mat.policy.faults import Fault
from attendance_mat.policy.names import in_force_some_day, wrong_name
from attendance_mat.policy.schema import MonthDay

T = TypeVar("T")


class Builder:
    """Builds values from one file's entries, and gathers every fault on the way.

    What it returns is sound only while `faults` is empty.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.codes: list[tuple[Entry, str]] = []  # attendance codes read so far, to be held against their dates

    def refuse(self, entry: Entry, reason: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, entry.line, reason))

    def build(self, kind: type[T], entry: Entry, *, besides: frozenset[str] = frozenset()) -> T | None:
        """Return a dataclass filled from a mapping. `besides` names keys that are another reader's."""
        if not isinstance(entry.value, dict):
            self.refuse(entry, f"Expected the fields of {kind.__name__}.")
            return None
        before = len(self.faults)
        self.refuse_repeats(entry)
        hints = _hints(cast("Any", kind))
        for name in entry.mapping.keys() - hints.keys() - besides:
            self.refuse(entry.mapping[name], f"“{name}” is not a field of {kind.__name__}.")
        for name in _without_default(cast("Any", kind)) - entry.mapping.keys():
            self.refuse(entry, f"“{name}” is missing.")
        values = {
            name: self.value(hints[name], entry.mapping[name], name) for name in hints.keys() & entry.mapping.keys()
        }
        return self._consistent(kind(**values), entry) if len(self.faults) == before else None

    def _consistent(self, built: T, entry: Entry) -> T | None:
        """Return what was built unless its own parts contradict each other: a class may say so by `wrong()`."""
        asked = getattr(built, "wrong", None)
        wrong = asked() if asked else None
        if wrong:
            self.refuse(entry, wrong)
        return None if wrong else built

    def field(self, kind: type[T], entry: Entry, name: str) -> T | None:
        """Return one key of a mapping as a kind; nothing, and the fault noted, where it is not there."""
        if name not in entry.mapping:
            self.refuse(entry, f"“{name}” is missing.")
            return None
        return cast("T | None", self.value(kind, entry.mapping[name], name))

    def listed(self, kind: type[T], entry: Entry, name: str) -> tuple[T, ...]:
        """Return the values under a key that may be left out, as a kind."""
        return cast("tuple[T, ...]", self._tuple(kind, entry.mapping[name], name)) if name in entry.mapping else ()

    def refuse_repeats(self, entry: Entry) -> None:
        """Note every key written twice in a mapping."""
        for name, line in entry.repeated:
            self.refuse(Entry(None, line), f"“{name}” is written twice.")

    def refuse_dead_codes(self, codes: list[tuple[Entry, str]], *, from_date: date, until_date: date) -> None:
        """Note every code that was in force on no day from one until another."""
        for entry, code in codes:
            if not in_force_some_day(code, from_date=from_date, until_date=until_date):
                self.refuse(entry, f"The code “{code}” was not in force while this held.")

    def value(self, kind: Any, entry: Entry, name: str) -> Any:
        """Return one field's value as the schema types it."""
        if get_origin(kind) is Annotated:
            return self._name(kind, entry, name)
        if get_origin(kind) in {Union, types.UnionType}:
            (wanted,) = (arm for arm in get_args(kind) if arm is not types.NoneType)
            return None if entry.value is None else self.value(wanted, entry, name)
        if get_origin(kind) is tuple:
            return self._tuple(get_args(kind)[0], entry, name)
        if is_dataclass(kind):
            return self.build(cast("type[Any]", kind), entry)
        try:
            return _scalar(kind, entry.value)
        except ValueError:
            self.refuse(entry, f"“{name}” must be {_asked(kind, entry.value)}, not {_shown(entry)}.")
            return None

    def _name(self, kind: Any, entry: Entry, name: str) -> Any:
        """Return text that names something outside the pack; a fault where there is no such thing."""
        plain, sort = get_args(kind)
        is_number = plain is int and type(entry.value) is int  # a year group, which may be below 0
        text: Any = entry.value if is_number else self.value(plain, entry, name)
        wrong = wrong_name(sort, text) if text else None
        if wrong:
            self.refuse(entry, wrong)
        if text and sort == "code":
            self.codes.append((entry, text))
        return text

    def _tuple(self, kind: Any, entry: Entry, name: str) -> tuple[Any, ...]:
        if not isinstance(entry.value, list):
            self.refuse(entry, f"“{name}” must be a list.")
        values = tuple(self.value(kind, item, name) for item in entry.items)
        if len(set(values)) < len(values):
            self.refuse(entry, f"“{name}” lists the same thing twice.")
        return values


@lru_cache
def _without_default(kind: Any) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind) if field.default is MISSING)


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in fields(kind)}


def _scalar(kind: type[Any], value: object) -> object:
    """Return a scalar of the kind asked for; ValueError where it is of another."""
    if kind in {int, bool, str}:
        if type(value) is not kind or value == "" or (kind is int and cast("int", value) < 0):
            raise ValueError
        return value
    return _PARSERS.get(kind, kind)(str(value))


def _month_day(text: str) -> MonthDay:
    # A leap year, so that 29 February can be written.
    moment = datetime.strptime(f"{text} 2000", "%d %B %Y").replace(tzinfo=UTC)
    return MonthDay(moment.month, moment.day)


def _time(text: str) -> time:
    return datetime.strptime(text, "%H:%M").replace(tzinfo=UTC).time()


@lru_cache
def _date(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()


_PARSERS: Final[dict[type[Any], Callable[[str], object]]] = {MonthDay: _month_day, time: _time, date: _date}


def _asked(kind: type[Any], value: object) -> str:
    """Say in words what a kind is, for a refusal of a value."""
    if kind is int and type(value) is int:
        return "0 or more"
    if issubclass(kind, StrEnum):
        return "one of " + ", ".join(kind)
    words = {int: "a whole number", bool: "true or false", str: "text", date: "a date as 2024-08-19",
             time: "a time as 08:50", MonthDay: "a day of the year as 31 August"}  # fmt: skip
    return words[kind]


def _shown(entry: Entry) -> str:
    if isinstance(entry.value, str):
        return f"“{entry.value}”"
    return {list: "a list", dict: "a mapping", type(None): "nothing"}.get(type(entry.value), str(entry.value).lower())
