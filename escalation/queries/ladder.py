"""Reads of the ladder: where pupils stand, who waits for agreement, which steps are due, and what is held back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from attendance_mat import selected
from attendance_mat.accounts.models import in_force_on
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Does, Ladders
from escalation.models import Case, CaseTask, Finding, Hold, PastStep, PupilStage, StageApproval
from escalation.rules.history import END_OF_YEAR
from escalation.rules.ladder import Standing, Time
from letters.models import Letter
from registers.models import Pupil, PupilYear, RollPeriod
from registers.rules.calendar import SchoolYear
from registers.rules.roll import Period

LOCKS: Final = 7_240_005  # begins the key of these advisory locks; the school and the pupil end it
SUPPORT: Final = frozenset({Does.MEETING, Does.CLINIC, Does.HOME_VISIT, Does.PLAN, Does.REFERRAL})
WARNING: Final = frozenset({Does.CALL, Does.MEETING, Does.HOME_VISIT, Does.CLINIC})
RUNNING: Final = Q(left_on__isnull=True, withdrawn_at__isnull=True)
TO_DO: Final = Q(done_at__isnull=True, cancelled_at__isnull=True)


def ladders(policy: Policy, *, on: dt.date) -> Ladders:
    """Return the stages of a policy on a day; none where it states none. No query."""
    found = policy.find(Ladders, on=on)
    return found.value if found else Ladders(())


def take_turns(pupil_id: int) -> None:
    """Let those who change one pupil's stages take turns until the transaction ends. One query.

    The lock names the school too: schools number their pupils alike, and would wait for each other's otherwise.
    """
    with connection.cursor() as cursor:
        key = f"{LOCKS} {selected.schema_name()} {pupil_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def standings(pupil_ids: Collection[int], *, on: dt.date) -> dict[int, Standing]:
    """Return where each pupil stands on a day. Four queries."""
    times: dict[int, list[Time]] = defaultdict(list)
    for row in PupilStage.objects.filter(pupil__in=pupil_ids).order_by("proposed_at", "pk"):
        declined = row.entered_on is None and row.acted_until_date is not None
        if row.withdrawn_at is None or declined:  # what corrected marks undid does not count
            times[row.pupil_id].append(_time(row))
    held: dict[int, list[Period]] = defaultdict(list)
    for hold in Hold.objects.filter(pupil__in=pupil_ids):
        held[hold.pupil_id].append(Period(hold.from_date, hold.until_date))
    on_roll = RollPeriod.objects.filter(in_force_on(on), pupil__in=pupil_ids).values_list("pupil_id", flat=True)
    here = set(on_roll)
    died = dict(Pupil.objects.filter(pk__in=pupil_ids).values_list("pk", "died_on"))
    return {
        pk: Standing(tuple(times[pk]), tuple(held[pk]), on_roll=pk in here, died=died_on is not None)
        for pk, died_on in died.items()
    }


def _time(row: PupilStage) -> Time:
    over_on = row.left_on or (row.withdrawn_at.date() if row.withdrawn_at else None)
    return Time(row.stage, row.label, row.entered_on, row.acted_until_date, row.review_on, over_on)


def locked(row: PupilStage) -> PupilStage:
    """Return a time at a stage with its pupil, held so that two who change it take turns. Two queries."""
    take_turns(row.pupil_id)
    return PupilStage.objects.select_for_update(of=("self",)).select_related("pupil", "finding", "case").get(pk=row.pk)


def running(pupils: QuerySet[Pupil]) -> QuerySet[PupilStage]:
    """Return the stages those pupils are at, entered and not over, with pupil and case. One query."""
    rows = PupilStage.objects.filter(RUNNING, pupil__in=pupils, entered_on__isnull=False)
    return rows.select_related("pupil", "case")


def running_at(pupil_id: int, stage: str) -> PupilStage | None:
    """Return the pupil's running or waiting time at a stage. One query."""
    return PupilStage.objects.filter(RUNNING, pupil=pupil_id, stage=stage).first()


def stages_in(case: Case) -> list[PupilStage]:
    """Return the times at stages that stand in a case and are not over, waiting ones too. One query."""
    return list(PupilStage.objects.filter(RUNNING, case=case).select_related("pupil"))


def waiting(pupils: QuerySet[Pupil], *, on: dt.date) -> QuerySet[PupilStage]:
    """Return the stages that wait for agreement, oldest first, with pupil, year, case and finding. One query."""
    rows = PupilStage.objects.filter(RUNNING, pupil__in=pupils, entered_on__isnull=True)
    years = PupilYear.objects.filter(in_force_on(on), pupil=OuterRef("pupil"))
    return rows.select_related("pupil", "case", "finding").annotate(year=Subquery(years.values("year")[:1]))


def steps_due(pupils: QuerySet[Pupil], *, on: dt.date) -> QuerySet[CaseTask]:
    """Return the steps still to do in open cases, the earliest due first, with pupil and year. One query."""
    rows = CaseTask.objects.filter(TO_DO, case__pupil__in=pupils, case__closed_at__isnull=True)
    years = PupilYear.objects.filter(in_force_on(on), pupil=OuterRef("case__pupil"))
    return rows.select_related("case__pupil", "stage").annotate(year=Subquery(years.values("year")[:1]))


def tasks_of(case: Case) -> QuerySet[CaseTask]:
    """Return a case's steps, the earliest due first, with stage, letter and organisation. One query."""
    return CaseTask.objects.filter(case=case).select_related("stage", "letter", "organisation")


def stages_of(case: Case) -> list[PupilStage]:
    """Return every time the pupil of a case has had at a stage, oldest first, with who agreed. Two queries."""
    rows = PupilStage.objects.filter(pupil=case.pupil_id).select_related("finding")
    return list(rows.prefetch_related("approvals").order_by("proposed_at", "pk"))


def agreed(row: PupilStage) -> dict[str, StageApproval]:
    """Return who has agreed to a stage, by role. One query."""
    return {approval.role: approval for approval in row.approvals.all()}


def holds_of(pupil_id: int) -> QuerySet[Hold]:
    """Return a pupil's holds, the latest first, with who placed them. One query."""
    return Hold.objects.filter(pupil=pupil_id).select_related("placed_by")


def is_held(holds: Iterable[Hold], on: dt.date) -> bool:
    """Say whether any of some holds covers a day."""
    return any(Period(hold.from_date, hold.until_date).covers(on) for hold in holds)


def is_supported(pupil_id: int, *, since: dt.date) -> bool:
    """Say whether any support has been recorded as given since a day. One query."""
    done = CaseTask.objects.filter(case__pupil=pupil_id, does__in=SUPPORT, done_at__date__gte=since)
    return done.exists()


def is_warned(pupil_id: int, *, since: dt.date) -> bool:
    """Say whether the parents have been told since a day, by a letter sent or by word of mouth. Up to three queries."""
    written = Letter.objects.filter(pupil=pupil_id, sent_at__date__gte=since)
    told = CaseTask.objects.filter(case__pupil=pupil_id, does__in=WARNING, done_at__date__gte=since)
    before = PastStep.objects.filter(pupil=pupil_id, kind=PastStep.Kind.LETTER, on_date__gte=since)
    return written.exists() or told.exists() or before.exists()


def was_on_last_year_s_list(pupil_id: int, *, on: dt.date) -> bool:
    """Say whether last school year's end put a pupil on this year's list. Up to two queries."""
    year = SchoolYear.of(on)
    carried = PupilStage.objects.filter(
        pupil=pupil_id, source=PupilStage.Source.CARRIED_OVER, entered_on__range=(year.starts, year.last)
    )
    before = SchoolYear.of(year.starts - dt.timedelta(days=1))
    kept = PastStep.objects.filter(
        pupil=pupil_id, kind=PastStep.Kind.STAGE, name=END_OF_YEAR, on_date__range=(before.starts, year.last)
    )
    return carried.exists() or kept.exists()


def standing_findings(keys: Iterable[str], *, on: dt.date, pupil_ids: Collection[int] | None = None) -> list[Finding]:
    """Return the findings of stages that stand on a day, of all pupils unless some are given. One query."""
    year = SchoolYear.of(on).starts.year
    rows = Finding.objects.filter(rule__in=list(keys), cleared_on__isnull=True, school_year=year)
    if pupil_ids is not None:
        rows = rows.filter(pupil__in=pupil_ids)
    return list(rows.select_related("pupil").order_by("reached_on", "pk"))
