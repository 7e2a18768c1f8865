"""Restore both registers of a school from an archive. The school must be newly opened and empty."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.keeping.actions.restoring import RestoreRefusedError, restore
from attendance_mat.keeping.management.asked import COMMAND
from attendance_mat.keeping.rules.archive import ArchiveWrongError
from registers.management.sealing import school_and_key


class Command(BaseCommand):
    """Runs as the owner, with REGISTER_SEAL_KEY in its environment: all of the archive comes back, or nothing."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")
        parser.add_argument("file", type=Path, help="the archive")

    def handle(self, *, slug: str, file: Path, **options: Any) -> None:
        school, key = school_and_key(slug)
        if not file.is_file():
            message = f"There is no file {file}."
            raise CommandError(message)
        began, at = time.perf_counter(), clock.now()
        try:
            with tenant_context(school), file.open("rb") as archive:
                done = restore(school, archive, key=key, by=machine(COMMAND, at=at), at=at)
        except ArchiveWrongError as wrong:
            message = f"{file.name} was refused and nothing of it was restored. {wrong}"
            raise CommandError(message) from wrong
        except RestoreRefusedError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{school.name} is restored and as sealed: {done.marks:,} marks, {done.amendments:,} amendments,"
            f" {done.seals:,} seals, in {time.perf_counter() - began:.1f} s."
        )
