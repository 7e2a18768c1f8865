"""Print a group's register of a session as CSV, as it stands or as it stood: one row for each child, with every
change."""

import csv
import datetime as dt
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.trust.models import School
from attendance_mat.web import formats
from registers.management.moments import a_date, a_moment
from registers.models import Group, MarkAmendment
from registers.queries.as_it_stood import StoodRegister, StoodRow, register_at
from registers.rules.calendar import Half

HEADER: Final = (
    "upn",
    "surname",
    "forename",
    "code",
    "nature",
    "comment",
    "arrived_at",
    "minutes_late",
    "made_by",
    "made_by_role",
    "made_at",
    "received_at",
    "amendments",
)
WRONG_USAGE: Final = 2


class Command(BaseCommand):
    """Reads as the application. `--as-at` asks what the register said at a moment."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")
        parser.add_argument("--date", type=a_date, required=True, help="2026-01-05")
        parser.add_argument("--half", choices=[half.value for half in Half], required=True)
        parser.add_argument("--group", required=True, help="the group's name, as in 4A")
        parser.add_argument(
            "--as-at", type=a_moment, help="2026-01-05T09:30, in London's time unless it says otherwise"
        )
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *, slug: str, date: dt.date, half: str, group: str, **options: Any) -> None:
        now = clock.now()
        as_at = options["as_at"] or now
        if as_at > now:
            message = f"{options['as_at'].isoformat()} is still to come."
            raise CommandError(message, returncode=WRONG_USAGE)
        school = School.objects.filter(slug=slug).first()
        if school is None:
            message = f"There is no school {slug}."
            raise CommandError(message)
        with tenant_context(school):
            stood = _found(date, half, group, as_at=as_at)
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(map(_row, stood.rows))


def _found(date: dt.date, half: str, name: str, *, as_at: dt.datetime) -> StoodRegister:
    group = Group.objects.filter(name__iexact=name).order_by("kind").first()
    if group is None:
        message = f"There is no group {name}."
        raise CommandError(message)
    stood = register_at(date, half, group_id=group.pk, as_at=as_at)
    if stood is None:
        message = f"The school's calendar has no {formats.half(half)} session on {date}."
        raise CommandError(message)
    return stood


def _row(row: StoodRow) -> tuple[object, ...]:
    pupil, mark = row.pupil, row.mark
    who = (pupil.upn, pupil.surname, pupil.forename)
    if mark is None:
        return (*who, *[""] * (len(HEADER) - len(who)))
    return (
        *who,
        mark.code,
        mark.nature,
        mark.comment,
        _written(mark.arrived_at),
        "" if mark.minutes_late is None else mark.minutes_late,
        mark.made_by_name,
        mark.made_by_role,
        _written(mark.made_at),
        _written(mark.received_at),
        "; ".join(map(_in_words, row.changes)),
    )


def _written(moment: dt.datetime | None) -> str:
    return moment.astimezone(clock.LONDON).isoformat(timespec="seconds") if moment else ""


def _in_words(change: MarkAmendment) -> str:
    """Return a change with all its particulars: original, amended, reason, when, by whom and in which role (R12)."""
    reason = change.reason or "corrected while the register was open"
    who = f"{change.amended_by_name}, {change.amended_by_role.replace('_', ' ')}"
    return f"{change.original_code} to {change.amended_code} ({reason}) {_written(change.received_at)} {who}"
