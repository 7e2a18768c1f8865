"""YAML and settings read into one shape that remembers its line, so that a fault can name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from attendance_mat.policy.faults import Fault, PolicyError

QUICK: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built with it
Value: TypeAlias = "str | int | bool | list[Entry] | dict[str, Entry] | None"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as written and where. Dates and times stay text: the schema says which is which.

    `repeated` names the keys written twice in a mapping, with the line of the second.
    """

    value: Value
    line: int = 0
    repeated: tuple[tuple[str, int], ...] = ()

    @property
    def mapping(self) -> dict[str, "Entry"]:
        """Return the entries by key, or none where this is not a mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list["Entry"]:
        """Return the entries in order, or none where this is not a list."""
        return self.value if isinstance(self.value, list) else []


def read(path: Path) -> Entry:
    """Return the entries of a YAML file, with their lines."""
    return from_text(path.read_text(encoding="utf-8"), file=path.name)


def from_text(text: str, *, file: str) -> Entry:
    """Return the entries of YAML text, with their lines; PolicyError naming the file where it is not YAML."""
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PolicyError([Fault(file, line, f"This is not YAML: {error.problem}.")]) from error
    if node is None:
        raise PolicyError([Fault(file, 1, "The file is empty.")])
    return _from_node(node)


def _composed(text: str) -> yaml.Node | None:
    """Return the document's node. The quick reader is asked first; where it refuses, the other says why."""
    try:
        return yaml.compose(text, Loader=QUICK)
    except yaml.MarkedYAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def from_values(values: Any) -> Entry:
    """Return entries for plain values, as a page or a JSON column gives them."""
    if isinstance(values, Mapping):
        return Entry({str(key): from_values(value) for key, value in values.items()})
    if isinstance(values, Sequence) and not isinstance(values, str):
        return Entry([from_values(value) for value in values])
    if values is None or isinstance(values, str | int):
        return Entry(values)
    return Entry(str(values))


def _from_node(node: yaml.Node) -> Entry:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key.start_mark.line + 1, _from_node(value)) for key, value in node.value]
        names = [name for name, _, _ in pairs]
        repeated = tuple((name, at) for i, (name, at, _) in enumerate(pairs) if name in names[:i])
        return Entry({name: entry for name, _, entry in pairs}, line, repeated)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_from_node(item) for item in node.value], line)
    return Entry(_scalar(node), line)


def _scalar(node: yaml.Node) -> str | int | bool | None:
    """Return text as text; only true, false, null and whole numbers are anything else."""
    kind, text = node.tag.rpartition(":")[2], str(node.value)
    if kind == "bool" and text in {"true", "false"}:
        return text == "true"
    if kind == "int" and text.removeprefix("-").isdecimal():
        return int(text)
    return None if kind == "null" else text
