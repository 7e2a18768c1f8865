"""Packs read from their files.

An undated, uncited, unknown, ill-typed, repeated, unordered or contradictory value is refused, and one beyond the law
that the pack does not list among those the law wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from attendance_mat.policy import (  # noqa: F401 - their parameters are known once they are read
    absence_procedure,
    chasing,
    following_up,
    ladder,
    lateness,
    leave_types,
    legal_route,
    school_day,
)
from attendance_mat.policy.bounds import breaches
from attendance_mat.policy.building import Builder
from attendance_mat.policy.dated import Dated, Source
from attendance_mat.policy.disputes import Contradiction, LawWins
from attendance_mat.policy.entries import Entry, read
from attendance_mat.policy.faults import Fault, PolicyError
from attendance_mat.policy.schema import Parameter

FOLDER: Final = Path(__file__).parent / "packs"
NATIONAL: Final = "national"
ASIDE: Final = frozenset({"pack", "silent", "contradictions", "law_wins"})  # keys that are not parameters


@dataclass(frozen=True)
class About:
    """Whose policy a pack is, and which pack it builds on."""

    title: str
    trust: str | None
    dated: str | None
    builds_on: str | None


@dataclass(frozen=True)
class Pack:
    """One policy: who it is of, each parameter it states, oldest value first, and what it says nothing of.

    `contradictions` are those within the policy, each decided; `law_wins` the clauses that the law overrides or that
    only advise.
    """

    name: str
    about: About
    says: Mapping[str, str]
    values: Mapping[str, tuple[Dated[Parameter], ...]]
    silent: Mapping[str, str] = field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()
    law_wins: tuple[LawWins, ...] = ()

    def yields(self, parameter: str, *, on: date) -> bool:
        """Say whether the law holds in place of what this pack states of a parameter on a day."""
        return any(each.takes(parameter, on=on) for each in self.law_wins)


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
    law_wins: tuple[LawWins, ...] = builder.listed(LawWins, entry, "law_wins")
    contradictions: tuple[Contradiction, ...] = builder.listed(Contradiction, entry, "contradictions")
    says, values = _stated(path.stem, entry, _given_up(law_wins), builder)
    silent = _silent(entry, builder)
    if about:
        _refuse_no_base(path, about, entry.mapping["pack"], builder)
    if not builder.faults and path.stem != NATIONAL:
        _refuse_lawless(entry, values, law_wins, builder)
    if builder.faults or about is None:
        raise PolicyError(sorted(builder.faults, key=lambda fault: (fault.line, fault.reason)))
    return Pack(path.stem, about, says, values, silent, contradictions, law_wins)


def _stated(
    pack_name: str, entry: Entry, given_up: frozenset[str], builder: Builder
) -> tuple[dict[str, str], dict[str, tuple[Dated[Parameter], ...]]]:
    """Return what each parameter stated says in words, and its values. `given_up` names those the law wins over."""
    says: dict[str, str] = {}
    values: dict[str, tuple[Dated[Parameter], ...]] = {}
    for name, parameter in entry.mapping.items():
        if name in ASIDE:
            continue
        kind = Parameter.every.get(name)
        if kind is None:
            builder.refuse(parameter, f"There is no parameter named “{name}”.")
        elif kind.nationally_fixed and pack_name != NATIONAL:
            builder.refuse(parameter, f"“{name}” is set nationally; no other pack may state it.")
        else:
            says[name] = _says(parameter, builder)
            values[name] = _in_force(kind, parameter, builder, dead_codes=name in given_up)
    return says, values


def _given_up(law_wins: tuple[LawWins, ...]) -> frozenset[str]:
    """Return the parameters that a clause listed under `law_wins` sets. A row that was refused is None."""
    return frozenset(name for each in law_wins if each for name in each.parameters)


def _says(parameter: Entry, builder: Builder) -> str:
    builder.refuse_repeats(parameter)
    for name in parameter.mapping.keys() - {"says", "in_force"}:
        builder.refuse(parameter.mapping[name], f"“{name}” is neither says nor in_force.")
    return str(builder.field(str, parameter, "says"))


def _in_force(
    kind: type[Parameter], parameter: Entry, builder: Builder, *, dead_codes: bool
) -> tuple[Dated[Parameter], ...]:
    """Return a parameter's values, each dated later than the one before.

    `dead_codes` lets a value name codes that were not in force: the law wins over it.
    """
    listed = parameter.mapping.get("in_force", Entry(None, parameter.line))
    if not listed.items:
        builder.refuse(listed, "“in_force” must list at least one value.")
    values: list[Dated[Parameter]] = []
    codes: list[list[tuple[Entry, str]]] = []
    for entry in listed.items:
        before = len(builder.codes)
        dated = _dated(kind, entry, builder)
        if dated and values and dated.from_date <= values[-1].from_date:
            builder.refuse(entry, f"{dated.from_date} does not come after {values[-1].from_date}: oldest first.")
        if dated:
            values.append(dated)
            codes.append(builder.codes[before:])
    ends = [*(dated.from_date for dated in values[1:]), date.max]
    for dated, named, until in zip(values, codes, ends, strict=False):
        if not dead_codes:
            builder.refuse_dead_codes(named, from_date=dated.from_date, until_date=until)
    return tuple(values)


def _dated(kind: type[Parameter], entry: Entry, builder: Builder) -> Dated[Parameter] | None:
    """Return one value with its date and source; nothing, and the faults noted, where either is wanting."""
    value = builder.build(kind, entry, besides=frozenset({"from", "source"}))
    from_date = builder.field(date, entry, "from")
    source = builder.field(Source, entry, "source")
    return Dated(from_date, value, source) if value and from_date and source else None


def _silent(entry: Entry, builder: Builder) -> dict[str, str]:
    """Return what the policy says nothing of, with a note for each; it may not be stated as well."""
    listed = entry.mapping.get("silent", Entry({}))
    if not isinstance(listed.value, dict):
        builder.refuse(listed, "“silent” gives a note for each parameter the policy says nothing of.")
    builder.refuse_repeats(listed)
    notes: dict[str, str] = {}
    for name, note in listed.mapping.items():
        kind = Parameter.every.get(name)
        if kind is None:
            builder.refuse(note, f"There is no parameter named “{name}”.")
        elif kind.nationally_fixed:
            builder.refuse(note, f"“{name}” is set nationally, so a policy's silence says nothing.")
        elif name in entry.mapping:
            builder.refuse(note, f"“{name}” is stated, so the policy is not silent on it.")
        notes[name] = str(builder.value(str, note, name))
    return notes


def _refuse_no_base(path: Path, about: About, entry: Entry, builder: Builder) -> None:
    """Note a pack that builds on nothing, on one that is not there, or, through others, on itself."""
    if path.stem == NATIONAL:
        return
    line, seen, base = entry.mapping["builds_on"], [path.stem], about.builds_on
    while base != NATIONAL:
        if base in seen:
            builder.refuse(line, f"It builds on itself: {' on '.join([*seen, base])}.")
            return
        if base is None:
            builder.refuse(line, f"“{seen[-1]}” builds on nothing; only the national pack does.")
            return
        file = next((each for each in (path.parent, FOLDER) if (each / f"{base}.yaml").exists()), None)
        if file is None:
            builder.refuse(line, f"There is no pack named “{base}” to build on.")
            return
        seen.append(base)
        base = _base(file / f"{base}.yaml")


def _base(path: Path) -> str | None:
    """Return the pack another file says it builds on."""
    said = read(path).mapping.get("pack", Entry(None)).mapping.get("builds_on", Entry(None)).value
    return said if isinstance(said, str) else None


def _refuse_lawless(
    entry: Entry, values: Mapping[str, tuple[Dated[Parameter], ...]], law_wins: tuple[LawWins, ...], builder: Builder
) -> None:
    """Note a value beyond the law that is not listed under `law_wins`, and a listed parameter that is not stated."""
    rows = entry.mapping["law_wins"].items if law_wins else []
    clauses = [each.clause for each in law_wins]
    for place, (each, row) in enumerate(zip(law_wins, rows, strict=True)):
        if each.clause in clauses[:place]:
            builder.refuse(row, f"The clause “{each.clause}” is listed twice.")
        for name in each.parameters:
            if name not in values:
                builder.refuse(row, f"“{name}” is not stated, so the law wins nothing over it.")
    for name, stated in values.items():
        if name not in _given_up(law_wins):
            for place, met, how in breaches(stated, pack(NATIONAL).values.get(name, ())):
                line = entry.mapping[name].mapping["in_force"].items[place]
                builder.refuse(line, f"From {met} the law holds here: {how} List it under “law_wins”.")
