"""`policy show SCHOOL`: what holds at a school on a day, each value with who set it and where it is laid down."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from attendance_mat import clock
from attendance_mat.policy.typed import plain
from attendance_mat.trust.policy import policy_for
from escalation.management import asked
from escalation.rules.document import in_force

COLUMNS = ("parameter", "value", "from", "set_by", "source", "overruled")


def add_to(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("show", help="show what holds at a school on a day")
    parser.add_argument("school", metavar="SCHOOL")
    parser.add_argument("--on", type=asked.date, help="today, unless given")
    parser.add_argument("--format", choices=["csv", "json"], default="csv")
    parser.set_defaults(run=run)


def run(command: BaseCommand, *, school: str, format: str, **options: Any) -> None:  # noqa: A002 - the option's name
    """Print every parameter in force; a value is JSON in either format."""
    rows = list(_rows(asked.school_named(school), options["on"] or clock.today()))
    if format == "json":
        command.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    writer = csv.DictWriter(command.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        values = {name: json.dumps(row[name], ensure_ascii=False) if row[name] is not None else ""
                  for name in ("value", "overruled")}  # fmt: skip
        writer.writerow({**row, **values})


def _rows(school: Any, on: Any) -> Iterator[dict[str, Any]]:
    for name, cited in in_force(policy_for(school), on=on):
        overruled = cited.overruled
        yield {
            "parameter": name,
            "value": plain(cited.value),
            "from": cited.from_date.isoformat(),
            "set_by": cited.set_by,
            "source": str(cited.source),
            "overruled": plain(overruled.value) if overruled else None,
        }
