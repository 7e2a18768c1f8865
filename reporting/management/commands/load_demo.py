"""Load the demonstration: a trust of five schools with this school year up to this morning. Again: nothing to do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance_mat import clock
from attendance_mat.trust.models import School
from registers.management.importing import ProgressBar
from reporting.demo.schools import SCHOOLS, plans
from reporting.demo.trust import load_trust


class Command(BaseCommand):
    """Runs as the owner, because it opens schools and sets the triggers' clock to the past."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        words = "two of the schools, with one small class in each year"
        parser.add_argument("--small", action="store_true", help=words)

    def handle(self, *, small: bool, **options: Any) -> None:
        slugs = {plan.slug for plan in SCHOOLS}
        there = set(School.objects.values_list("slug", flat=True))
        if there and not there & slugs:  # a school opened in the demonstration is welcome
            message = "This database holds schools of your own. The demonstration goes into a database by itself."
            raise CommandError(message)
        bar = ProgressBar("Loading the demonstration", self.stderr)
        loaded = load_trust(plans(small=small), at=clock.now(), progress=bar.show)
        self.stderr.write(f"{loaded} schools loaded" if loaded else "The demonstration is loaded already")
