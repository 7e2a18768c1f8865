"""Open a school: its row, its schema, its policy. Running it again changes nothing but particulars."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.trust import actions
from attendance_mat.trust.models import Phase


class Command(BaseCommand):
    """Runs as the owner, because it makes tables."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--phase", required=True, choices=Phase.values)
        parser.add_argument("--policy", required=True, metavar="PACK")
        parser.add_argument("--la", default="", help="the local authority")
        parser.add_argument("--urn", default="")

    def handle(self, *, slug: str, **options: Any) -> None:
        at = clock.now()
        try:
            school = actions.open_school(
                slug,
                name=options["name"],
                phase=options["phase"],
                pack=options["policy"],
                local_authority=options["la"],
                urn=options["urn"],
                by=machine("Setting up", at=at),
                at=at,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stderr.write(f"{school.name} is open at /s/{school.slug}/")
