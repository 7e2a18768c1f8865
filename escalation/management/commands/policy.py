"""Policies at the command line: check a pack, show what holds at a school, write its document, try one on."""

from typing import Any, Final

from django.core.management.base import BaseCommand

from escalation.management import checking, documenting, showing, simulating

PARTS: Final = (checking, showing, documenting, simulating)  # each has add_to(subparsers), which sets `run`


class Command(BaseCommand):
    """Data goes to standard output; progress and notes to standard error."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        subparsers = parser.add_subparsers(required=True, metavar="WHAT")
        for part in PARTS:
            part.add_to(subparsers)

    def handle(self, *, run: Any, **options: Any) -> None:
        run(self, **options)
