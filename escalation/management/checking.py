"""`policy check PACK`: every fault of a pack with its line, or else what the pack says."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.loader import FOLDER, Pack, load, pack_names
from attendance_mat.policy.schema import Parameter

COLUMNS = ("what", "subject", "from", "words", "source")


def add_to(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("check", help="check a pack, and say what it states and leaves to others")
    parser.add_argument("pack", metavar="PACK", help="a pack's name, or the path of a file")
    parser.set_defaults(run=run)


def run(command: BaseCommand, *, pack: str, **_options: Any) -> None:
    """Print what the pack says as CSV, or every fault to standard error; CommandError where there are faults."""
    path = _file(pack)
    try:
        checked = load(path)
    except PolicyError as refused:
        for fault in refused.faults:
            command.stderr.write(str(fault))
        count = len(refused.faults)
        message = f"{path.name} is refused: {count} fault{'' if count == 1 else 's'}."
        raise CommandError(message) from refused
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        message = f"{path.name} is not text that can be read as YAML: use UTF-8, and no part that holds itself."
        raise CommandError(message) from error
    writer = csv.writer(command.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(checked))
    for note in _notes(checked):
        command.stderr.write(note)
    command.stderr.write(f"{path.name} is sound: {len(checked.values)} of {len(Parameter.every)} parameters stated.")


def _file(name: str) -> Path:
    """Return a pack's file, from its name or from a path."""
    path = Path(name)
    if path.suffix == ".yaml" and path.is_file():
        return path
    if name in pack_names():
        return FOLDER / f"{name}.yaml"
    message = f"There is no pack or file {name}. There are: {', '.join(pack_names())}."
    raise CommandError(message)


def _rows(pack: Pack) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what a pack states, what it is silent on, its contradictions as decided, and where the law wins."""
    for name, values in pack.values.items():
        for dated in values:
            yield "states", name, dated.from_date.isoformat(), pack.says[name], str(dated.source)
    for name, note in pack.silent.items():
        yield "silent", name, "", note, ""
    for each in pack.contradictions:
        words = f"{each.says} Decided: {each.decided} Because: {each.because}"
        yield "contradiction decided", "; ".join(each.between), "", words, ""
    for clause in pack.law_wins:
        since = clause.law_from.isoformat() if clause.law_from else ""
        words = f"The policy says: {clause.policy_says} Instead: {clause.instead}"
        yield f"law wins, {clause.kind}", "; ".join(clause.parameters), since, words, f"{clause.clause}, {clause.rule}"


def _notes(pack: Pack) -> Iterator[str]:
    """Yield the stages that stand in the policy and whose own text is lost."""
    for dated in pack.values.get("ladders", ()):
        if isinstance(dated.value, Ladders):
            yield from (f"{each.label}: not configured. {each.says}" for each in dated.value.stages
                        if not each.configured)  # fmt: skip
