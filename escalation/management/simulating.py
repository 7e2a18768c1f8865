"""`policy simulate PACK`: a pack over registers of the past, beside the policy that runs. Writes nothing."""

import csv
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.entries import read
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.ladder import Does
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.management import asked
from escalation.queries.simulate import simulate
from escalation.rules import what_if
from escalation.rules.simulated import Caught, Changed, Outcome, changes, changes_as_json
from registers.models import Pupil
from registers.rules.calendar import SchoolYear

SIMULATED: Final = "simulated"
RUNNING: Final = "running"
COLUMNS: Final = ("policy", "stage", "label", "upn", "year", "groups", "first_on", "times", "instead_of")
WRONG_USAGE: Final = 2


def add_to(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("simulate", help="a pack over past registers, beside the policy that runs")
    parser.add_argument("pack", metavar="PACK")
    parser.add_argument("--school", required=True, metavar="SLUG")
    parser.add_argument("--from", dest="from_date", type=asked.date, help="the school year's first day, unless given")
    parser.add_argument("--to", dest="to_date", type=asked.date, help="today, unless given")
    parser.add_argument("--stage", metavar="KEY", help="a stage to try with another number")
    parser.add_argument("--than", type=int, metavar="N", help="the number for --stage, such as 96")
    parser.add_argument("--set", type=Path, metavar="FILE", help="YAML: parameters by name with the fields to try")
    parser.add_argument("--format", choices=["json", "csv"], default="json")
    parser.set_defaults(run=run)


def run(command: BaseCommand, *, pack: str, school: str, **options: Any) -> None:
    """Print what both policies come to, stage by stage; in CSV, a row for each pupil of each stage."""
    at_school = asked.school_named(school)
    last = options["to_date"] or clock.today()
    first = options["from_date"] or SchoolYear.of(last).starts
    if first > last:
        message = f"The period ends on {last}, before it begins on {first}."
        raise CommandError(message, returncode=WRONG_USAGE)
    policies = {SIMULATED: _tried(pack, on=last, **options), RUNNING: policy_for(at_school)}
    progress = _Progress(command)
    with tenant_context(at_school):
        found = simulate(at_school, policies, first=first, last=last, progress=progress.tell)
        upns = dict(Pupil.objects.values_list("pk", "upn"))
    if options["format"] == "csv":
        _write_rows(command, found, upns)
        return
    command.stdout.write(json.dumps(_whole(at_school, found, policies, first, last, upns), indent=1))


def _tried(pack: str, *, on: dt.date, **options: Any) -> Policy:
    """Return the pack with what is tried; CommandError naming the file, the line and what is wrong."""
    stage, than, file = options["stage"], options["than"], options["set"]
    if (stage is None) is not (than is None):
        message = "--stage and --than go together: --stage stage_two --than 96."
        raise CommandError(message, returncode=WRONG_USAGE)
    try:
        policy = what_if.adopted_throughout(pack)
        if file:
            policy = what_if.with_values(policy, what_if.values_typed(read(file), name=file.name))
        return what_if.with_than(policy, stage=stage, than=than, on=on) if stage else policy
    except PolicyError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        message = f"{file} could not be read: {error.strerror}."
        raise CommandError(message) from error


def _whole(
    school: School,
    found: Mapping[str, Outcome],
    policies: Mapping[str, Policy],
    first: dt.date,
    last: dt.date,
    upns: Mapping[int, str],
) -> dict[str, Any]:
    changed = changes_as_json(changes(found[SIMULATED], found[RUNNING]))
    return {
        "school": school.slug,
        "from": first.isoformat(),
        "to": last.isoformat(),
        **{name: {"pack": policies[name].pack_name(on=last), "stages": _stages(found[name], upns)} for name in found},
        "changed": {stage: [_named(row, upns) for row in rows] for stage, rows in changed.items()},
    }


def _stages(outcome: Outcome, upns: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            **stage,
            "meetings": stage["steps"].get(Does.MEETING, 0) + stage["steps"].get(Does.CLINIC, 0),
            "caught": [_named(each, upns) for each in stage["caught"]],
        }
        for stage in outcome.as_json()
    ]


def _named(row: Mapping[str, Any], upns: Mapping[int, str]) -> dict[str, Any]:
    """Return a row with the pupil's UPN in the place of the key."""
    return {"upn": upns[row["pupil"]], **{name: value for name, value in row.items() if name != "pupil"}}


def _write_rows(command: BaseCommand, found: Mapping[str, Outcome], upns: Mapping[int, str]) -> None:
    writer = csv.DictWriter(command.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    changed = changes(found[SIMULATED], found[RUNNING])
    for name, outcome in found.items():
        for stage in outcome.stages.values():
            instead = {row.pupil: row for row in changed.get(stage.stage, ())} if name == SIMULATED else {}
            for each in sorted(stage.caught, key=lambda each: (each.first_on, upns[each.pupil])):
                named = {"policy": name, "stage": stage.stage, "label": stage.label, "upn": upns[each.pupil]}
                writer.writerow({**named, **_cells(each, instead.get(each.pupil))})


def _cells(each: Caught, changed: Changed | None) -> dict[str, object]:
    instead = (changed.instead_of.isoformat() if changed.instead_of else "never") if changed else ""
    return {
        "year": "" if each.year is None else each.year,
        "groups": " ".join(each.groups),
        "first_on": each.first_on.isoformat(),
        "times": each.times,
        "instead_of": instead,
    }


class _Progress:
    """Tells standard error how far it is, at every tenth."""

    def __init__(self, command: BaseCommand) -> None:
        self.command, self.told = command, -1

    def tell(self, done: int, of: int) -> None:
        """Say how many pupils have been read."""
        tenth = 10 * done // of if of else 10
        if tenth > self.told:
            self.told = tenth
            self.command.stderr.write(f"{done} of {of} pupils.")
