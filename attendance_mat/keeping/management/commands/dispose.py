"""Dispose of a school's records whose period is over, on somebody's authority. No timer ever does so."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.keeping.actions.disposing import dispose
from attendance_mat.keeping.management.asked import keeper_of_records
from attendance_mat.web.formats import day
from registers.management.sealing import school_and_key


class Command(BaseCommand):
    """Runs as the owner, with REGISTER_SEAL_KEY in its environment."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")
        parser.add_argument("--authority", required=True, help="on whose authority, as the record of it will say")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who runs it: one who keeps its records")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")

    def handle(self, *, slug: str, authority: str, by: str, dry_run: bool, **options: Any) -> None:
        school, key = school_and_key(slug)
        at = clock.now()
        keeper = keeper_of_records(by, school, on=at.date())
        try:
            with tenant_context(school):
                done = dispose(school, authority=authority, key=key, by=keeper, at=at, rehearse=dry_run)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        verb = "Would be disposed of" if dry_run else "Disposed of"
        self.stdout.write(
            f"{school.name}. Register entries made by {day(done.ended_by_date)} may go."
            f" {verb}: {_counts(done.removed)}. Held back: {_counts(done.held_back)}."
        )


def _counts(by_kind: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in by_kind.items()) or "nothing"
