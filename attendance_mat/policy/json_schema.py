"""A JSON Schema of a pack, made from the same dataclasses the loader builds, so that an editor can help its writer.

The loader refuses more: contradictions, dates out of order, codes not in force, values beyond the law. The file editors
read is written by `python -m attendance_mat.policy.json_schema > docs/policy_pack.schema.json`.
"""

import json
import sys
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from inspect import getdoc
from typing import Annotated, Any, Final, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

from attendance_mat.policy.dated import Source
from attendance_mat.policy.disputes import Contradiction, LawWins
from attendance_mat.policy.loader import About
from attendance_mat.policy.names import NAMES, codes_held
from attendance_mat.policy.schema import MonthDay, Parameter

Schema: TypeAlias = dict[str, Any]
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
DAY: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
SCALARS: Final[dict[Any, Schema]] = {
    int: {"type": "integer", "minimum": 0},
    bool: {"type": "boolean"},
    str: {"type": "string", "minLength": 1},
    date: DAY,
    time: {"type": "string", "pattern": r"^\d{2}:\d{2}$"},
    MonthDay: {"type": "string", "pattern": r"^\d{1,2} [A-Z][a-z]+$"},
}


def written() -> str:
    """Return the schema as the file that editors read holds it."""
    return json.dumps(pack_schema(), indent=1, ensure_ascii=False) + "\n"


def pack_schema() -> Schema:
    """Return the JSON Schema of a pack: about, silences, contradictions, where the law wins, and each parameter."""
    parameters = {name: _parameter(kind) for name, kind in sorted(Parameter.every.items())}
    free = sorted(name for name in parameters if not Parameter.every[name].nationally_fixed)
    definitions: dict[str, Schema] = {sort: {"enum": sorted(names)} for sort, names in _names().items()}
    for kind in (About, Source, Contradiction, LawWins, *(Parameter.every[name] for name in parameters)):
        _define(kind, definitions)
    return {
        "$schema": DRAFT,
        "title": "Policy pack",
        "type": "object",
        "required": ["pack"],
        "additionalProperties": False,
        "properties": {
            "pack": _ref(About),
            "silent": {"type": "object", "propertyNames": {"enum": free}, "additionalProperties": SCALARS[str]},
            "contradictions": {"type": "array", "items": _ref(Contradiction)},
            "law_wins": {"type": "array", "items": _ref(LawWins)},
            **parameters,
        },
        "$defs": dict(sorted(definitions.items())),
    }


def _fields(kind: type[Any]) -> dict[str, Any]:
    """Return the types of a dataclass's fields, by name."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in fields(kind)}


def _parameter(kind: type[Parameter]) -> Schema:
    """Return what stands under a parameter's name: words, and dated values, oldest first."""
    return {
        "description": getdoc(kind),
        "type": "object",
        "required": ["says", "in_force"],
        "additionalProperties": False,
        "properties": {
            "says": SCALARS[str],
            "in_force": {"type": "array", "minItems": 1, "items": _ref(kind)},
        },
    }


def _define(kind: type[Any], definitions: dict[str, Schema]) -> None:
    """Add a dataclass, and those within it, to the definitions."""
    if kind.__name__ in definitions:
        return
    definitions[kind.__name__] = mapping = _mapping(kind)
    if issubclass(kind, Parameter):
        mapping["properties"] |= {"from": DAY, "source": _ref(Source)}
        mapping["required"] += ["from", "source"]
    for within in _within(kind):
        _define(within, definitions)


def _mapping(kind: type[Any]) -> Schema:
    return {
        "description": getdoc(kind),
        "type": "object",
        "required": [field.name for field in fields(kind) if field.default is MISSING],
        "additionalProperties": False,
        "properties": {name: _value(hint) for name, hint in _fields(kind).items()},
    }


def _within(kind: type[Any]) -> list[type[Any]]:
    """Return the dataclasses a dataclass's fields hold."""
    found = [_innermost(hint) for hint in _fields(kind).values()]
    return [each for each in found if is_dataclass(each) and isinstance(each, type)]


def _innermost(hint: Any) -> Any:
    while get_origin(hint) in {tuple, Annotated, Union, types.UnionType}:
        hint = next(arm for arm in get_args(hint) if arm is not types.NoneType)
    return hint


def _value(hint: Any) -> Schema:
    """Return the schema of one field."""
    if get_origin(hint) in {Union, types.UnionType}:
        (wanted,) = (arm for arm in get_args(hint) if arm is not types.NoneType)
        return {"anyOf": [_value(wanted), {"type": "null"}]}
    if get_origin(hint) is tuple:
        return {"type": "array", "uniqueItems": True, "items": _value(get_args(hint)[0])}
    if get_origin(hint) is Annotated:
        return {"$ref": f"#/$defs/{get_args(hint)[1]}"}
    if is_dataclass(hint):
        return _ref(cast("type[Any]", hint))
    return {"enum": list(hint)} if issubclass(hint, StrEnum) else SCALARS[hint]


def _names() -> dict[str, frozenset[Any]]:
    """Return what a field may name, by its sort."""
    return {"code": frozenset(held.code for held in codes_held()), **NAMES}


def _ref(kind: type[Any]) -> Schema:
    return {"$ref": f"#/$defs/{kind.__name__}"}


if __name__ == "__main__":
    sys.stdout.write(written())
