"""What the commands of the seal share: the school and the key, and counts in words."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.management.base import CommandError

from attendance_mat.trust.models import School
from registers.rules.seal import OF_LESSONS, Kind, wrong_key

CANNOT: Final = 2  # the exit status when nothing could be sealed or verified; 1 is for what is wrong
PLURALS: Final = {Kind.FINISH: "finishes", Kind.LESSON_FINISH: "lesson finishes"}
ALWAYS_TOLD: Final = (Kind.MARK, Kind.AMENDMENT, Kind.REGISTER, Kind.FINISH)


def school_and_key(slug: str) -> tuple[School, bytes]:
    """Return the school of that address and the key of its seals; without one of them the command ends."""
    school = School.objects.filter(slug=slug).first()
    message = wrong_key(settings.REGISTER_SEAL_KEY, secret_key=settings.SECRET_KEY)
    if school is None:
        message = f"There is no school {slug}."
    if school is None or message:
        raise CommandError(message, returncode=CANNOT)
    return school, settings.REGISTER_SEAL_KEY.encode()


def counted(rows: Mapping[Kind, int]) -> str:
    """Return how many there are of each kind: 12 marks, 1 amendment. Of lessons only where there are any."""
    told = [*ALWAYS_TOLD, *(kind for kind in OF_LESSONS if rows.get(kind))]
    counts = [(rows.get(kind, 0), kind) for kind in told]
    return ", ".join(f"{count:,} {kind if count == 1 else PLURALS.get(kind, f'{kind}s')}" for count, kind in counts)
