"""How far the selected school has come towards attendance targets, each over its own days."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import Q

from attendance_mat.trust.models import AttendanceTarget, School
from registers.queries import measures
from registers.rules.measures import Measures, total


def progress(targets: Collection[AttendanceTarget], *, until: dt.date) -> dict[int, Measures]:
    """Return the sessions of the pupils each target is for, from its first day to its last or to `until`, included.

    Sum over sum; a pupil counts in a group on the days they were in it. Two queries, one where no target is for a
    group, however many targets; none without one.
    """
    if not targets:
        return {}
    from_date = min(target.from_date for target in targets)
    everyone = measures.group_measures(by=measures.DAY, from_date=from_date, to_date=until)
    groups: dict[str, dict[dt.date, Measures]] = {"": everyone}
    if any(target.group for target in targets):
        by_group = measures.group_measures(by=measures.CHARACTERISTIC_BY_DAY, from_date=from_date, to_date=until)
        by_group.pop(None, None)  # those of no group
        for key, counts in by_group.items():
            kind, _, day = key.partition(" ")
            groups.setdefault(kind, {})[dt.date.fromisoformat(day)] = counts
    return {target.pk: _over(groups.get(target.group, {}), target) for target in targets}


def to_publish(school: School, *, as_of: dt.date) -> dict[str, list[int]]:
    """Return the selected school's sums towards every target it has a part in, as it publishes them at night.

    By the target's key: sessions present, authorised and unauthorised. At most three queries; one without a target.
    """
    mine = Q(school=school) | Q(school__isnull=True)
    targets = AttendanceTarget.objects.filter(mine, withdrawn_at__isnull=True, from_date__lte=as_of)
    reached = progress(list(targets), until=as_of)
    return {str(key): [sums.present, sums.authorised, sums.unauthorised] for key, sums in reached.items()}


def _over(days: Mapping[dt.date, Measures], target: AttendanceTarget) -> Measures:
    last = target.until_date or dt.date.max
    return total(counts for day, counts in days.items() if target.from_date <= day < last)
