"""The learning and medical needs that stand beside a name on a register."""

import datetime as dt
from collections.abc import Collection

from attendance_mat.accounts.models import in_force_on
from registers.models import Characteristic
from registers.rules.flags import FLAGS


def needs_of(pupil_ids: Collection[int], on: dt.date) -> dict[int, set[str]]:
    """Return the learning and medical needs that a register may show, by pupil. One query."""
    known = Characteristic.objects.filter(in_force_on(on), pupil__in=pupil_ids, kind__in=FLAGS)
    found: dict[int, set[str]] = {}
    for pupil, kind in known.values_list("pupil", "kind"):
        found.setdefault(pupil, set()).add(kind)
    return found
