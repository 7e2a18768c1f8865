"""Prove that a back-up is as it was made: exit status 0, or 1 with each file named that is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.keeping.actions.backing_up import verify_archive
from attendance_mat.keeping.management.asked import COMMAND
from attendance_mat.keeping.models import Archive
from registers.management.sealing import school_and_key


class Command(BaseCommand):
    """Runs as the application, with REGISTER_SEAL_KEY in its environment."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")
        parser.add_argument("name", help="the archive, as back_up and the page of back-ups name it")

    def handle(self, *, slug: str, name: str, **options: Any) -> None:
        school, key = school_and_key(slug)
        at = clock.now()
        with tenant_context(school):
            archive = Archive.objects.filter(place=name, disposed_at__isnull=True).order_by("-made_at").first()
            if archive is None:
                message = f"{school.name} has no archive {name}."
                raise CommandError(message)
            faults = verify_archive(archive, key=key, by=machine(COMMAND, at=at), at=at)
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            message = f"{name} is not as it was made: {len(faults)} faults."
            raise CommandError(message)
        self.stdout.write(f"{name} is as it was made: {archive.marks:,} marks, {archive.amendments:,} amendments.")
