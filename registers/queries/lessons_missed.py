"""The lessons that pupils missed, from the lesson registers alone."""

import datetime as dt
from collections.abc import Collection

from registers.models import LessonMark
from registers.rules.lessons import LessonCode, LessonMissed


def lessons_missed(
    pupil_ids: Collection[int], *, from_date: dt.date, to_date: dt.date
) -> dict[int, list[LessonMissed]]:
    """Return the lessons at which each pupil was marked absent, in order; both dates inclusive. One query.

    Every pupil asked for is there. A pupil who was not expected, or elsewhere on site, missed none.
    """
    found: dict[int, list[LessonMissed]] = {pupil_id: [] for pupil_id in pupil_ids}
    missed = LessonMark.objects.filter(
        pupil__in=pupil_ids, code=LessonCode.ABSENT, register__date__range=(from_date, to_date)
    )
    rows = missed.order_by("register__date", "register__starts_at", "pk")
    lesson = "register__lesson"
    for pupil_id, *what in rows.values_list("pupil", "register__date", f"{lesson}__period__name", f"{lesson}__subject"):
        found[pupil_id].append(LessonMissed(*what))
    return found
