"""Print the demonstration's log-ins: role, e-mail address, school and password, a line each."""

from typing import Any

from django.core.management.base import BaseCommand

from reporting.demo.logins import logins


class Command(BaseCommand):
    """Tab-separated, the trust's people first."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        for login in logins():
            self.stdout.write("\t".join(login))
