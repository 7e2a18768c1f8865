"""Run SQL from standard input with one of the database's roles; rows come back as CSV."""

import csv
import os
import sys
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from attendance_mat import env
from attendance_mat.trust.models import School


class Command(BaseCommand):
    """What an administrator or an inspector uses to see what the database itself allows."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--role", required=True, choices=["app", "owner", "superuser"])
        parser.add_argument("--school", default="", help="the school whose schema to use")

    def handle(self, *, role: str, school: str, **options: Any) -> None:
        schema = "public"
        if school:
            found = School.objects.filter(slug=school).first()
            if found is None:
                message = f"There is no school {school}."
                raise CommandError(message)
            schema = found.schema_name
        address = self._address(role)
        link = psycopg2.connect(
            host=address.host, port=address.port, dbname=address.name,
            user=address.user, password=address.password,
        )  # fmt: skip
        with link, link.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', quote_ident(%s) || ', public', false)", [schema])
            self._run(cursor, sys.stdin.read())
        link.close()

    def _run(self, cursor: Any, statements: str) -> None:
        try:
            cursor.execute(statements)
        except psycopg2.Error as error:
            message = str(error).strip()
            raise CommandError(message) from error
        if cursor.description:
            writer = csv.writer(sys.stdout)
            writer.writerow([column.name for column in cursor.description])
            writer.writerows(cursor.fetchall())
        else:
            self.stderr.write(cursor.statusmessage or "done")

    def _address(self, role: str) -> env.DatabaseAddress:
        if role == "app":
            return settings.APPLICATION_DATABASE
        if role == "owner":
            return settings.OWNER_DATABASE
        url = os.environ.get("SUPERUSER_DATABASE_URL")
        if not url:
            message = "Set SUPERUSER_DATABASE_URL to use the superuser's role."
            raise CommandError(message)
        return env.DatabaseAddress.from_url(url, variable="SUPERUSER_DATABASE_URL")
