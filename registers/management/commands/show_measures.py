"""Print every pupil's measures over a period as CSV: one row for each pupil on roll in it, leavers included."""

import csv
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.trust.models import School
from registers.management.moments import a_date, a_moment
from registers.queries.measures import PupilFigures, pupil_figures
from registers.rules.calendar import school_year_start

HEADER: Final = (
    "upn",
    "possible",
    "present",
    "authorised",
    "unauthorised",
    "late_before_close",
    "late_after_close",
    "attendance_pct",
)
WRONG_USAGE: Final = 2


class Command(BaseCommand):
    """Reads as the application. Dates are inclusive; `--as-at` asks what the register said at a moment."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug")
        parser.add_argument("--from", dest="from_date", type=a_date, help="the school year's first day, unless given")
        parser.add_argument("--to", dest="to_date", type=a_date, help="today, unless given")
        parser.add_argument(
            "--as-at", type=a_moment, help="2026-01-05T09:30, in London's time unless it says otherwise"
        )
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *, slug: str, **options: Any) -> None:
        to_date = options["to_date"] or clock.today()
        from_date = options["from_date"] or school_year_start(to_date)
        if from_date > to_date:
            message = f"The period ends on {to_date}, before it begins on {from_date}."
            raise CommandError(message, returncode=WRONG_USAGE)
        school = School.objects.filter(slug=slug).first()
        if school is None:
            message = f"There is no school {slug}."
            raise CommandError(message)
        with tenant_context(school):
            figures = pupil_figures(from_date=from_date, to_date=to_date, as_at=options["as_at"])
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(map(_row, figures))


def _row(figures: PupilFigures) -> tuple[object, ...]:
    """Return a pupil's row: whole sessions, and the percentage to two decimals, empty when nothing was possible."""
    counts = figures.measures
    return (
        figures.upn,
        counts.possible,
        counts.present,
        counts.authorised,
        counts.unauthorised,
        counts.late_before_close,
        counts.late_after_close,
        counts.attendance_percent(places=2),
    )
