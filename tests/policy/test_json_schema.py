"""The schema that editors read is that of the dataclasses, and every pack keeps to it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from attendance_mat.policy.json_schema import pack_schema, written
from attendance_mat.policy.loader import FOLDER, pack_names
from attendance_mat.policy.schema import Parameter

FILE = Path(__file__).parents[2] / "docs" / "policy_pack.schema.json"
SCHEMA = pack_schema()
SORTS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


class AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2, in which dates and times are text, and only true and false are yes or no."""


AsEditorsRead.yaml_implicit_resolvers = {}
for sort, pattern, first in [
    ("bool", r"true|false", "tf"),
    ("int", r"-?\d+", "-0123456789"),
    ("null", r"null", "n"),
]:
    AsEditorsRead.add_implicit_resolver(f"tag:yaml.org,2002:{sort}", re.compile(rf"^(?:{pattern})$"), list(first))


def faults(value: Any, schema: dict[str, Any], where: str = "pack") -> list[str]:
    """Return where a value does not keep to a schema: as much of the standard as the schema uses."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in schema:
        tried = [faults(value, each, where) for each in schema["anyOf"]]
        return min(tried, key=len)
    if "enum" in schema:
        return [f"{where}: {value} is not one of them"] * (value not in schema["enum"])
    right = type(value) is SORTS[schema["type"]]
    if not right:
        return [f"{where}: {value} is no {schema['type']}"]
    if schema["type"] == "object":
        return faults_of_mapping(value, schema, where)
    if schema["type"] == "array":
        inside = [faults(item, schema["items"], f"{where}[{place}]") for place, item in enumerate(value)]
        return [fault for found in inside for fault in found]
    wanted = str(schema.get("pattern", ""))
    return [f"{where}: {value} is not as {wanted}"] if not re.search(wanted, str(value)) else []


def faults_of_mapping(value: dict[str, Any], schema: dict[str, Any], where: str) -> list[str]:
    known, names = schema.get("properties", {}), schema.get("propertyNames")
    found = [f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value]
    for name, each in value.items():
        rest = schema["additionalProperties"]
        if name not in known and not rest:
            found.append(f"{where}: {name} is unknown")
        else:
            found += faults(each, known.get(name, rest), f"{where}.{name}")
        found += faults(name, names, where) if names else []
    return found


def read(name: str) -> Any:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=AsEditorsRead)  # noqa: S506 - it builds on the safe one


def test_the_file_editors_read_is_the_schema_of_the_dataclasses() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), (
        "Run: python -m attendance_mat.policy.json_schema > docs/policy_pack.schema.json"
    )
    assert json.loads(written()) == SCHEMA


def test_every_parameter_is_in_the_schema_with_its_own_words() -> None:
    for name, kind in Parameter.every.items():
        assert SCHEMA["properties"][name]["description"]
        assert set(SCHEMA["$defs"][kind.__name__]["required"]) >= {"from", "source"}


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_keeps_to_the_schema_it_points_to(name: str) -> None:
    first = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").partition("\n")[0]

    assert (FOLDER / first.removeprefix("# yaml-language-server: $schema=")).resolve() == FILE
    assert faults(read(name), SCHEMA) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ({"wishes": {}}, "pack: wishes is unknown"),
        ({"silent": {"severe_absence": "No word."}}, "pack.silent: severe_absence is not one of them"),
        ({"law_wins": [{"clause": "AET-1.1"}]}, "pack.law_wins[0]: kind is missing"),
        ({"nightly_check": {"says": 2}}, "pack.nightly_check.says: 2 is no string"),
        ({"pack": {"title": None}}, "pack.pack.title: None is no string"),
    ],
)
def test_the_schema_finds_what_is_wrong(spoil: dict[str, Any], fault: str) -> None:
    assert fault in faults({**read("wigston"), **spoil}, SCHEMA)


def test_a_date_and_a_time_are_written_out() -> None:
    pack = read("john_taylor")
    pack["morning_session"]["in_force"][0] |= {"from": "1 May 2024", "starts": "half past eight"}

    assert len(faults(pack, SCHEMA)) == 2
