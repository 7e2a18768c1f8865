"""Reads which back-ups there are and which are wanting."""

import datetime as dt
from collections import defaultdict

from django.db.models import QuerySet

from attendance_mat.keeping.models import Archive
from attendance_mat.keeping.rules.archive import is_due, month_due
from attendance_mat.trust.models import School
from registers.rules.seal import LONDON


def archives() -> QuerySet[Archive]:
    """Return the back-ups, the latest month first. One query."""
    return Archive.objects.order_by("-month_date", "-made_at")


def months_wanting(school: School, at: dt.datetime) -> list[dt.date]:
    """Return the month whose back-up is due and not made, if it is not. One query."""
    month = month_due(at.astimezone(LONDON).date())
    made_on: dict[dt.date, list[dt.date]] = defaultdict(list)
    for each in Archive.objects.filter(month_date=month):
        made_on[each.month_date].append(each.made_at.astimezone(LONDON).date())
    since = school.opened_at.astimezone(LONDON).date()
    return [month] if is_due(month, made_on=made_on[month], since=since) else []
