"""Make or bring up to date everything in the database: log-in, tables, schools, rights."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from attendance_mat import clock
from attendance_mat.trust.models import ClockShift, School, Trust
from attendance_mat.trust.rights import grant_rights, make_application_role
from attendance_mat.trust.schemas import migrate_school, migrate_shared, schools_behind

LOCK = 7_240_001  # two of these at once would trip over each other


class Command(BaseCommand):
    """Runs as the owner, before the web, worker and beat of a release start."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--trust", default="", help="the trust's name, the first time")

    def handle(self, *, trust: str, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        self.stderr.write("Preparing the shared tables")
        make_application_role()
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
        migrate_shared()
        grant_rights("public")
        self._settle(trust)
        failed = []
        behind = schools_behind(School.objects.all())
        for school in behind:
            self.stderr.write(f"Bringing {school.slug} up to date")
            if not migrate_school(school):
                failed.append(school.slug)
        for school in School.objects.exclude(pk__in=[school.pk for school in behind]):
            grant_rights(school.schema_name)  # a release may take a right away without changing a table
        if failed:
            message = f"These schools could not be brought up to date and answer 503: {', '.join(failed)}."
            raise CommandError(message)
        self.stderr.write("The database is ready")

    @transaction.atomic
    def _settle(self, trust: str) -> None:
        """Write the trust's name and a demonstration's clock, which the triggers read."""
        if trust or not Trust.objects.exists():
            row = Trust.objects.first() or Trust()
            row.name = trust or row.name or settings.TRUST_NAME
            row.save()
        ClockShift.objects.all().delete()
        if clock.is_shifted():
            ClockShift.objects.create(seconds=int(clock.shift().total_seconds()))
