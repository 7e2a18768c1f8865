"""Seal what a school's registers have received since their last seal. The worker does so every night."""

import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat.trust.models import School
from registers.actions.sealing import RegistersBusyError, Sealing, seal_registers
from registers.management.sealing import CANNOT, counted, school_and_key
from registers.rules.seal import in_london

ATTEMPTS: Final = 20
WAIT: Final = 0.5  # seconds between attempts, while somebody saves a register


class Command(BaseCommand):
    """Runs as the application, with REGISTER_SEAL_KEY in its environment."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the school, as its address has it")

    def handle(self, *, slug: str, **options: Any) -> None:
        school, key = school_and_key(slug)
        with tenant_context(school):
            sealing = _patiently(school, key)
        if sealing is None:
            self.stdout.write(f"{school.name} was sealed by somebody else at this moment.")
        else:
            moment = in_london(sealing.seal.sealed_at)
            self.stdout.write(
                f"{school.name}, seal {sealing.seal.number} of {moment}: {counted(sealing.rows)}. {sealing.seal.digest}"
            )


def _patiently(school: School, key: bytes) -> Sealing | None:
    for _ in range(ATTEMPTS):
        try:
            return seal_registers(school, key=key)
        except RegistersBusyError:
            time.sleep(WAIT)
    message = f"Registers of {school.name} were being saved without a pause. Try again in a while."
    raise CommandError(message, returncode=CANNOT)
