"""Packs read from their files. An undated, uncited, unknown, ill-typed, repeated or unordered value is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from attendance_mat.policy import ladder  # noqa: F401 - its parameters are known once it is read
from attendance_mat.policy.building import Builder
from attendance_mat.policy.dated import Dated, Source
from attendance_mat.policy.entries import Entry, read
from attendance_mat.policy.faults import Fault, PolicyError
from attendance_mat.policy.schema import Parameter

FOLDER: Final = Path(__file__).parent / "packs"
NATIONAL: Final = "national"


@dataclass(frozen=True)
class About:
    """Whose policy a pack is, and which pack it builds on."""

    title: str
    trust: str | None
    dated: str | None
    builds_on: str | None


@dataclass(frozen=True)
class Pack:
    """One policy: who it is of, and each parameter it states, oldest value first."""

    name: str
    about: About
    says: Mapping[str, str]
    values: Mapping[str, tuple[Dated[Parameter], ...]]


@lru_cache
def pack_names() -> tuple[str, ...]:
    """Return the name of every pack a school may adopt."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@lru_cache
def pack(name: str) -> Pack:
    """Return a pack by name."""
    if name not in pack_names():
        raise PolicyError([Fault(f"{name}.yaml", 0, f"There is no pack named “{name}”.")])
    return load(FOLDER / f"{name}.yaml")


def lineage(name: str) -> tuple[Pack, ...]:
    """Return a pack, the pack it builds on, and so on down to the national one."""
    first = pack(name)
    return (first, *lineage(first.about.builds_on)) if first.about.builds_on else (first,)


def load(path: Path) -> Pack:
    """Return the pack in a file; PolicyError with every fault in it where there is any."""
    entry, builder = read(path), Builder(path.name)
    builder.refuse_repeats(entry)
    about = builder.field(About, entry, "pack")
    says: dict[str, str] = {}
    values: dict[str, tuple[Dated[Parameter], ...]] = {}
    for name, parameter in entry.mapping.items():
        if name == "pack":
            continue
        kind = Parameter.every.get(name)
        if kind is None:
            builder.refuse(parameter, f"There is no parameter named “{name}”.")
        elif kind.nationally_fixed and path.stem != NATIONAL:
            builder.refuse(parameter, f"“{name}” is set nationally; no other pack may state it.")
        else:
            says[name] = _says(parameter, builder)
            values[name] = _in_force(kind, parameter, builder)
    if builder.faults or about is None:
        raise PolicyError(sorted(builder.faults, key=lambda fault: (fault.line, fault.reason)))
    return Pack(path.stem, about, says, values)


def _says(parameter: Entry, builder: Builder) -> str:
    builder.refuse_repeats(parameter)
    for name in parameter.mapping.keys() - {"says", "in_force"}:
        builder.refuse(parameter.mapping[name], f"“{name}” is neither says nor in_force.")
    return str(builder.field(str, parameter, "says"))


def _in_force(kind: type[Parameter], parameter: Entry, builder: Builder) -> tuple[Dated[Parameter], ...]:
    """Return a parameter's values, each dated later than the one before."""
    listed = parameter.mapping.get("in_force", Entry(None, parameter.line))
    if not listed.items:
        builder.refuse(listed, "“in_force” must list at least one value.")
    values: list[Dated[Parameter]] = []
    for entry in listed.items:
        dated = _dated(kind, entry, builder)
        if dated and values and dated.from_date <= values[-1].from_date:
            builder.refuse(entry, f"{dated.from_date} does not come after {values[-1].from_date}: oldest first.")
        if dated:
            values.append(dated)
    return tuple(values)


def _dated(kind: type[Parameter], entry: Entry, builder: Builder) -> Dated[Parameter] | None:
    """Return one value with its date and source; nothing, and the faults noted, where either is wanting."""
    value = builder.build(kind, entry, besides=frozenset({"from", "source"}))
    from_date = builder.field(date, entry, "from")
    source = builder.field(Source, entry, "source")
    return Dated(from_date, value, source) if value and from_date and source else None
