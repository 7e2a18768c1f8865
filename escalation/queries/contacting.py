"""Poor attenders whose parents nobody has been in touch with since a day, by the log, the cases and the letters."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from absence.models import ParentContact
from absence.models.parent_contact import MADE
from attendance_mat.policy.ladder import Does
from escalation.models import CaseTask
from letters.models import Letter
from registers.models import Pupil
from registers.queries.finding import with_group
from registers.queries.measures import pupil_measures
from registers.rules.calendar import LONDON, SchoolYear
from registers.rules.measures import Measures

WITH_PARENTS: Final = (Does.CALL, Does.MEETING, Does.CLINIC, Does.HOME_VISIT)
WHOLE: Final = 100


@dataclass(frozen=True)
class PoorAttender:
    """A pupil below the line, their year so far, and how often somebody tried to reach the parents in vain."""

    pupil: Any
    measures: Measures
    tries: int


@dataclass(frozen=True)
class Uncontacted:
    """How many are below the line, and those of them with no contact logged."""

    below: int
    rows: list[PoorAttender]


def poor_attenders_without_contact(
    pupils: QuerySet[Pupil], *, below_percent: int, since: dt.date, on: dt.date, year: int | None = None
) -> Uncontacted:
    """Return who of the pupils is below a percentage this school year, and whose parents nobody has reached since.

    Contact is an entry of the log that reached them, a call, meeting, clinic or home visit done in a case, or a letter
    sent. A call that nobody answered is a try. Below is decided on whole sessions. Three queries. Source: WAT-3.10.
    """
    rows: QuerySet[Any] = with_group(pupils, on)  # with annotations that mypy does not follow
    rows = rows if year is None else rows.filter(year=year)
    tried = ParentContact.objects.filter(pupil=OuterRef("pk"), made_at__gte=_begins(since)).order_by()
    times = Coalesce(Subquery(tried.values("pupil").annotate(n=Count("pk")).values("n")), 0)
    listed = {pupil.pk: pupil for pupil in rows.annotate(tries=times, reached=_reached(since))}
    sums = pupil_measures(from_date=SchoolYear.of(on).starts, to_date=on, pupil_ids=list(listed))
    poor = [
        PoorAttender(listed[key], measures, listed[key].tries)
        for key, measures in sums.items()
        if key in listed and measures.present * WHOLE < below_percent * measures.possible
    ]
    missing = [row for row in poor if not row.pupil.reached]
    share = sorted(missing, key=lambda row: (row.measures.present / row.measures.possible, row.pupil.list_name))
    return Uncontacted(len(poor), share)


def _reached(since: dt.date) -> Q:
    begins = _begins(since)
    logged = ParentContact.objects.filter(pupil=OuterRef("pk"), made_at__gte=begins, outcome__in=MADE)
    done = CaseTask.objects.filter(case__pupil=OuterRef("pk"), done_at__gte=begins, does__in=WITH_PARENTS)
    sent = Letter.objects.filter(pupil=OuterRef("pk"), sent_at__gte=begins)
    return Q(Exists(logged)) | Q(Exists(done)) | Q(Exists(sent))


def _begins(since: dt.date) -> dt.datetime:
    return dt.datetime.combine(since, dt.time(), LONDON)


def year_groups(pupils: QuerySet[Pupil], *, on: dt.date) -> list[int]:
    """Return the year groups the pupils are in on a day, youngest first. One query."""
    found: QuerySet[Any] = with_group(pupils, on)
    return list(found.filter(year__isnull=False).order_by("year").values_list("year", flat=True).distinct())
