"""Reads of the returns to the authority: which wait, which are late, and what the school's year says of them."""

import datetime as dt
from typing import Final

from django.db.models import Count, F, Max, Min, Q, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from attendance_mat.admission.models import AuthorityReturn
from registers.models import Pupil, PupilYear, Session
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import SchoolYear

SUMMER: Final = (6, 7)  # the months in which a school's final term ends


def returns_for(member: Member, scope: Scope, on: dt.date) -> QuerySet[AuthorityReturn]:
    """Return the returns about pupils a member may find, with their pupils. One query."""
    pupils = pupils_in_scope(member, scope, on)
    return AuthorityReturn.objects.filter(roll_period__pupil__in=pupils).select_related("roll_period__pupil")


def in_state(returns: QuerySet[AuthorityReturn], state: str) -> QuerySet[AuthorityReturn]:
    """Narrow to returns that wait, the first due first; those due only if asked; or those sent, the latest first."""
    if state == "sent":
        return returns.filter(sent_at__isnull=False).order_by("-sent_at", "-pk")
    waiting = returns.filter(sent_at__isnull=True, due_date__isnull=state == "if-asked")
    return waiting.order_by(F("due_date").asc(nulls_last=True), "pk")


def counts(returns: QuerySet[AuthorityReturn], *, on: dt.date) -> dict[str, int]:
    """Return how many wait, how many of those are late, how many are due only if asked, and were sent. One query."""
    waits = Q(sent_at__isnull=True, due_date__isnull=False)
    numbers: dict[str, int] = returns.order_by().aggregate(
        waiting=Count("pk", filter=waits),
        late=Count("pk", filter=waits & Q(due_date__lt=on)),
        if_asked=Count("pk", filter=Q(sent_at__isnull=True, due_date__isnull=True)),
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
    )
    return numbers


def overdue_since(on: dt.date) -> tuple[dt.date | None, int]:
    """Return the earliest day missed, and how many returns are overdue, whoever may find the pupils. One query."""
    late = AuthorityReturn.objects.filter(sent_at__isnull=True, due_date__lt=on).order_by()
    found = late.aggregate(first=Min("due_date"), count=Count("pk"))
    return found["first"], found["count"]


def locked(found: AuthorityReturn) -> AuthorityReturn:
    """Return a return held so that two who send it take turns. One query."""
    rows = AuthorityReturn.objects.select_for_update(of=("self",)).select_related("roll_period__pupil")
    return rows.get(pk=found.pk)


def first_day_of_year(on: dt.date) -> dt.date | None:
    """Return the first day the school meets in a day's school year. One query."""
    year = SchoolYear.of(on)
    days = Session.objects.filter(date__gte=year.starts, date__lt=year.until).order_by("date")
    return days.values_list("date", flat=True).first()


def year_is_over(on: dt.date) -> bool:
    """Say whether the school, from a day on, meets no more in that day's school year. One query.

    A calendar entered only in part, with nothing from June on, does not say so.
    """
    year = SchoolYear.of(on)
    last = Session.objects.filter(date__gte=year.starts, date__lt=year.until).aggregate(day=Max("date"))["day"]
    return last is not None and last < on and last.month in SUMMER


def is_in_most_senior_class(pupil: Pupil, on: dt.date) -> bool:
    """Say whether a pupil is in the highest year the school has on a day. Two queries."""
    highest = PupilYear.objects.filter(in_force_on(on)).aggregate(year=Max("year"))["year"]
    return PupilYear.objects.filter(in_force_on(on), pupil=pupil, year=highest).exists()
