"""Values between the schema's classes and what a person types: as JSON holds them, and as YAML with its lines."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

import yaml

from attendance_mat.policy.entries import Entry, from_text
from attendance_mat.policy.faults import Fault, PolicyError
from attendance_mat.policy.schema import MonthDay

DEEPEST: Final = 30  # a ladder's own text goes a dozen deep
LONGEST: Final = 9  # digits


def plain(value: Any) -> Any:
    """Return a value of the schema as JSON and a pack hold it; a field left at its default is left out."""
    if isinstance(value, MonthDay):
        return f"{value.day} {value.of(2000):%B}"
    if is_dataclass(value):
        kept = [field for field in fields(value) if not _is_default(field, getattr(value, field.name))]
        return {field.name: plain(getattr(value, field.name)) for field in kept}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def as_text(value: Any) -> str:
    """Return plain values as YAML text, for a person to change."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)


def from_typed(text: str, *, name: str) -> Entry:
    """Return the entries of YAML text that a person typed, with their lines; PolicyError saying what is wrong.

    References within the text and deep nesting are refused before it is read: either could make a short text endless.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent):
                raise PolicyError([Fault(name, line, "Write the value out; a reference is not read here.")])
            if isinstance(event, yaml.ScalarEvent) and _is_too_long(event.value):
                raise PolicyError([Fault(name, line, f"A whole number has at most {LONGEST} digits here.")])
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise PolicyError([Fault(name, line, f"This is nested more than {DEEPEST} deep.")])
        return from_text(text, file=name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PolicyError([Fault(name, line, f"This is not YAML: {error.problem}.")]) from error
    except yaml.YAMLError as error:
        raise PolicyError([Fault(name, 0, "This holds characters that YAML does not allow.")]) from error


def _is_too_long(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isdecimal() and len(digits) > LONGEST


def values_of(entry: Entry) -> Any:
    """Return entries as the plain values they hold."""
    if isinstance(entry.value, dict):
        return {name: values_of(each) for name, each in entry.value.items()}
    if isinstance(entry.value, list):
        return [values_of(each) for each in entry.value]
    return entry.value


def flattened(value: Any, path: str = "") -> Mapping[str, str]:
    """Return every figure and word of plain values by where it stands: "stages, stage_two, when, than" is "95".

    A thing with a key, a rule or a kind is named by it; any other by its place in its list.
    """
    if isinstance(value, dict) and value:
        pairs = [(f"{path}, {name}" if path else name, each) for name, each in value.items()]
    elif isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        pairs = [(f"{path}, {_named(each, place)}" if path else _named(each, place), each)
                 for place, each in enumerate(value, start=1)]  # fmt: skip
    else:
        return {path: _shown(value)}
    return {where: shown for name, each in pairs for where, shown in flattened(each, name).items()}


def _named(value: Any, place: int) -> str:
    names = (value.get(key) for key in ("key", "rule", "kind")) if isinstance(value, dict) else ()
    return next((name for name in names if isinstance(name, str)), str(place))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not set" if value is None else str(value)


def _is_default(field: "Field[Any]", value: Any) -> bool:
    return field.default is not MISSING and value == field.default
