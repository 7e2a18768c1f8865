"""Prove that a school's registers are what was sealed: exit status 0, or 1 with each row named that is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from registers.management.sealing import counted, school_and_key
from registers.queries.verifying import Verified, verify
from registers.rules.seal import in_london


class Command(BaseCommand):
    """Reads as the application, with REGISTER_SEAL_KEY in its environment. Pupils are named by number."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")

    def handle(self, *, slug: str, **options: Any) -> None:
        school, key = school_and_key(slug)
        with tenant_context(school):
            found = verify(school, key=key)
        for fault in found.faults:
            self.stdout.write(str(fault))
        if found.faults:
            message = f"{school.name}: {len(found.faults):,} not as sealed. {_counts(found)}"
            raise CommandError(message)
        self.stdout.write(f"{school.name}: as sealed. {_counts(found)}")


def _counts(found: Verified) -> str:
    if found.until is None:
        return f"There is no seal yet; {counted(found.waiting)} wait for the first."
    seals = f"{found.seals:,} seal{'' if found.seals == 1 else 's'} to {in_london(found.until)}"
    disposed = f"; lawfully disposed of: {counted(found.disposed)}" if found.disposed.total() else ""
    return f"{seals}: {counted(found.sealed)}; received since: {counted(found.waiting)}{disposed}."
