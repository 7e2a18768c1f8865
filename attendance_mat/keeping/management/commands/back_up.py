"""Write both registers of a school to a signed archive. The worker does so every month."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.keeping.actions.backing_up import back_up
from attendance_mat.keeping.management.asked import COMMAND, a_month
from attendance_mat.keeping.rules.archive import month_due
from registers.management.sealing import school_and_key


class Command(BaseCommand):
    """Runs as the application, with REGISTER_SEAL_KEY in its environment."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")
        parser.add_argument(
            "--month", type=a_month, help="2026-10: the month whose register the PDF prints; otherwise the last ended"
        )

    def handle(self, *, slug: str, month: dt.date | None, **options: Any) -> None:
        school, key = school_and_key(slug)
        at = clock.now()
        with tenant_context(school):
            made = back_up(school, month=month or month_due(at.date()), key=key, by=machine(COMMAND, at=at), at=at)
        archive = made.archive
        if made.without_pdf:
            self.stderr.write(f"The archive has no PDF. {made.without_pdf}")
        self.stdout.write(
            f"{school.name}, {archive.month_date:%B %Y}: {archive.place}, {archive.marks:,} marks,"
            f" {archive.amendments:,} amendments, {archive.size / 1e6:.1f} MB in {archive.seconds:.1f} s."
            f" {archive.digest}"
        )
