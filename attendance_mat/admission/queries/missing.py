"""Reads of children missing education: the cases, and leavers with nowhere known to go."""

import datetime as dt
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from attendance_mat.admission.models import Leaving, MissingEducation
from attendance_mat.admission.rules.leaving_grounds import Of, ages_of
from attendance_mat.trust.models import Enrolment
from attendance_mat.trust.queries import current_school
from registers.models import Pupil, RollPeriod
from registers.queries.scope import pupils_in_scope

LOOKS_BACK: Final = dt.timedelta(days=730)  # a leaver of longer ago is the authority's to trace
EDUCATED_ELSEWHERE: Final = ("e", "f")  # grounds that rest on suitable education otherwise than at school


def cases_for(member: Member, scope: Scope, on: dt.date) -> QuerySet[MissingEducation]:
    """Return the cases of pupils a member may find, the latest first, with their pupils. One query."""
    rows = MissingEducation.objects.filter(pupil__in=pupils_in_scope(member, scope, on))
    return rows.select_related("pupil").order_by("-identified_on", "-pk")


def in_state(cases: QuerySet[MissingEducation], state: str) -> QuerySet[MissingEducation]:
    """Narrow to cases that are open, untraced (for the safeguarding lead), or closed. No query."""
    if state == "closed":
        return cases.filter(closed_at__isnull=False)
    still_open = cases.filter(closed_at__isnull=True)
    return still_open.filter(untraced_at__isnull=False) if state == "untraced" else still_open


def counts(cases: QuerySet[MissingEducation]) -> dict[str, int]:
    """Return how many cases are in each state. One query."""
    still = Q(closed_at__isnull=True)
    numbers: dict[str, int] = cases.order_by().aggregate(
        open=Count("pk", filter=still),
        untraced=Count("pk", filter=still & Q(untraced_at__isnull=False)),
        closed=Count("pk", filter=~still),
    )
    return numbers


def untraced_since() -> tuple[dt.datetime | None, int]:
    """Return since when, and how many children of open cases are untraced, whoever may find them. One query."""
    rows = MissingEducation.objects.filter(closed_at__isnull=True, untraced_at__isnull=False).order_by()
    found = rows.aggregate(first=Min("untraced_at"), count=Count("pk"))
    return found["first"], found["count"]


def locked(case: MissingEducation) -> MissingEducation:
    """Return a case with its pupil, held so that two who work it take turns. One query."""
    return MissingEducation.objects.select_for_update(of=("self",)).select_related("pupil").get(pk=case.pk)


def leavers_with_nowhere_known(pupils: QuerySet[Pupil], *, on: dt.date) -> list[Pupil]:
    """Return the leavers of compulsory school age for whom no new school and no suitable education is known, and no
    case is open; each has `left`, their times on the roll, the last first. Three queries (AET-3.05)."""
    here = RollPeriod.objects.filter(Q(until_date__isnull=True) | Q(until_date__gt=on), pupil=OuterRef("pk"))
    left = RollPeriod.objects.filter(pupil=OuterRef("pk"), until_date__lte=on, until_date__gt=on - LOOKS_BACK)
    somewhere = Q(ground__in=EDUCATED_ELSEWHERE, below_or_above_age=False) | ~Q(destination="")
    known = Leaving.objects.filter(somewhere, roll_period__pupil=OuterRef("pk"), state=Leaving.State.APPROVED)
    elsewhere = Enrolment.objects.filter(in_force_on(on), upn=OuterRef("upn")).exclude(school=current_school())
    followed = MissingEducation.objects.filter(pupil=OuterRef("pk"), closed_at__isnull=True)
    rows = pupils.filter(
        Exists(left), ~Exists(here), ~Exists(known), ~Exists(followed), died_on__isnull=True, next_school=""
    ).exclude(~Q(upn=""), Exists(elsewhere))
    periods = Prefetch("roll_periods", RollPeriod.objects.order_by("-until_date"), to_attr="left")
    return [pupil for pupil in rows.prefetch_related(periods) if ages_of(pupil.dob, on) is Of.COMPULSORY]
