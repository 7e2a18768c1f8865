"""Reads of policies: which schools follow which pack, what is set apart from it, and the targets a document names."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from attendance_mat.accounts.models import in_force_on
from attendance_mat.trust.models import AttendanceTarget, PolicyAdoption, PolicyOverride, School
from attendance_mat.trust.queries import schools


def followed(on: dt.date) -> dict[School, PolicyAdoption | None]:
    """Return each school in use with the adoption that holds there on a day. Two queries."""
    adoptions = {row.school_id: row for row in PolicyAdoption.objects.filter(from_date__lte=on).order_by("from_date")}
    return {school: adoptions.get(school.pk) for school in schools()}


def adoptions_of(school: School) -> QuerySet[PolicyAdoption]:
    """Return a school's adoptions, the latest first. One query."""
    return PolicyAdoption.objects.filter(school=school).order_by("-from_date")


def settings_of(school: School) -> QuerySet[PolicyOverride]:
    """Return what is set for a school, by itself or with every other, the latest first, with who set it. One query."""
    rows = PolicyOverride.objects.filter(Q(school=school) | Q(school__isnull=True))
    return rows.select_related("set_by").order_by("-from_date", "-pk")


def schools_reached(setting: PolicyOverride) -> list[School]:
    """Return the schools that a setting is for. One query at most."""
    return [setting.school] if setting.school else list(schools())


def targets_for(school: School, *, on: dt.date) -> QuerySet[AttendanceTarget]:
    """Return the targets that hold at a school on a day, its own and the trust's. One query."""
    rows = AttendanceTarget.objects.filter(Q(school=school) | Q(school__isnull=True), in_force_on(on))
    return rows.filter(withdrawn_at__isnull=True).order_by("group", "from_date")


def counted_by_pack(rows: Iterable[PolicyAdoption | None]) -> dict[str, int]:
    """Return how many schools follow each pack."""
    counts: dict[str, int] = {}
    for row in rows:
        if row:
            counts[row.pack] = counts.get(row.pack, 0) + 1
    return counts
