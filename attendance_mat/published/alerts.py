"""What schools must put right, as their pages and the trust's show it."""

import datetime as dt

from django.db.models import QuerySet

from attendance_mat.published.models import Alert
from attendance_mat.trust.models import School


def open_alerts() -> QuerySet[Alert]:
    """Return what every school has still to put right, with the school. One query."""
    return Alert.objects.filter(ended_at__isnull=True).select_related("school")


def alerts_of(school: School) -> QuerySet[Alert]:
    """Return what one school has still to put right. One query."""
    return Alert.objects.filter(school=school, ended_at__isnull=True)


def raise_alert(school: School, kind: Alert.Kind, about: dt.date, *, words: str, at: dt.datetime) -> bool:
    """Show an alert until it is ended; say whether it is a new one. Words that have changed are brought up to date."""
    alert, is_new = Alert.objects.get_or_create(
        school=school, kind=kind, about_date=about, ended_at__isnull=True, defaults={"words": words, "raised_at": at}
    )
    if alert.words != words:
        alert.words = words
        alert.save(update_fields=["words"])
    return is_new


def keep_alert(school: School, kind: Alert.Kind, about: dt.date | None, *, words: str, at: dt.datetime) -> None:
    """Show one alert of a kind, about a day, and end those about other days; about no day, end them all."""
    shown = Alert.objects.filter(school=school, kind=kind, ended_at__isnull=True)
    if about is None:
        shown.update(ended_at=at)
        return
    shown.exclude(about_date=about).update(ended_at=at)
    raise_alert(school, kind, about, words=words, at=at)


def end_alerts(school: School, kind: Alert.Kind, *, up_to: dt.date, at: dt.datetime) -> None:
    """Show no longer the alerts of a kind that are about a day or an earlier one."""
    Alert.objects.filter(school=school, kind=kind, about_date__lte=up_to, ended_at__isnull=True).update(ended_at=at)
