"""Reads of the night's check: which night is due, whom the rules must look at, and what they need to know of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import ContinuousAbsence, NightlyCheck, PenaltyNoticeThreshold
from attendance_mat.published.models import CheckRun
from attendance_mat.trust.models import School
from escalation.models import Finding
from escalation.rules.findings import PupilRecord, Rule
from registers.models import Pupil, RollPeriod, Session
from registers.queries.sessions import session_marks, sessions_held
from registers.rules import codes
from registers.rules.age import is_compulsory_age
from registers.rules.calendar import SchoolYear
from registers.rules.codes import Physical
from registers.rules.roll import Period

LOCKS: Final = 7_240_003  # the first key of these advisory locks; the second is the school
ONE_DAY: Final = dt.timedelta(days=1)

# Whoever crossed a line in a session of this school year, age aside: too many perhaps, never too few. Of the ten it
# also says from which session to which, so that where the pupil was of compulsory age at both there is no doubt.
# A day on which anyone's mark says "planned closure" takes the number of the day before it: the rule passes it over.
_CANDIDATES: Final = """
WITH held AS MATERIALIZED (
    SELECT id, date, half, dense_rank() OVER (ORDER BY date_trunc('week', date)) AS week
    FROM registers_session WHERE date <= %(as_of)s
), said AS MATERIALIZED (
    SELECT mark.pupil_id, mark.code, held.date, held.half, held.week
    FROM registers_mark AS mark JOIN held ON held.id = mark.session_id
    JOIN registers_rollperiod AS roll ON roll.pupil_id = mark.pupil_id
        AND held.date >= roll.from_date AND held.date < COALESCE(roll.until_date, 'infinity')
    WHERE mark.code = ANY(%(codes)s::text[])
), day AS (
    SELECT date, sum((NOT closed)::int) OVER (ORDER BY date) AS number FROM (
        SELECT DISTINCT date, date IN (SELECT date FROM said WHERE code = ANY(%(closed)s::text[])) AS closed FROM held
    ) AS held_day
), weeks AS (
    SELECT pupil_id, date, lag(date, %(sessions)s - 1) OVER by_pupil AS first,
        week - lag(week, %(sessions)s - 1) OVER by_pupil AS apart
    FROM said WHERE code = ANY(%(window_codes)s::text[]) AND date >= %(counts_from)s
    WINDOW by_pupil AS (PARTITION BY pupil_id ORDER BY date, half)
), runs AS (
    SELECT pupil_id, date, number - lag(number, %(school_days)s - 1) OVER (PARTITION BY pupil_id ORDER BY date) AS apart
    FROM (SELECT DISTINCT pupil_id, date FROM said WHERE code = ANY(%(run_codes)s::text[])) AS absent
    JOIN day USING (date)
)
SELECT %(ten)s, pupil.id, pupil.dob, min(weeks.first), max(weeks.date)
    FROM weeks JOIN registers_pupil AS pupil ON pupil.id = weeks.pupil_id
    WHERE apart < %(school_weeks)s AND date >= %(since)s GROUP BY pupil.id
UNION ALL
SELECT DISTINCT %(twenty)s, pupil_id, NULL::date, NULL::date, NULL::date
    FROM runs WHERE apart < %(school_days)s AND date >= %(since)s
"""


@contextmanager
def alone(school: School) -> Iterator[bool]:
    """Say whether this process alone may check the school, until the block ends. It does not wait. Two queries.

    The lock is the connection's, so that a killed worker's goes with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, school.pk])
        mine: bool = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, school.pk])


def night_due(school: School, *, now: dt.datetime, policy: Policy) -> dt.date | None:
    """Return the oldest school day since going live whose check is due and has not yet been done. One query.

    A day's check is due the next day, from the time that policy sets (decision 17).
    """
    starts = policy.terms(NightlyCheck, on=now.date()).at
    last = now.date() - (ONE_DAY if now.time() >= starts else 2 * ONE_DAY)
    done = CheckRun.objects.filter(school=school, as_of=OuterRef("date"), finished_at__isnull=False)
    days = Session.objects.filter(~Exists(done), date__range=(school.go_live_date, last))
    return days.order_by("date").values_list("date", flat=True).first()


def is_done(school: School, as_of: dt.date) -> bool:
    """Say whether a night's check has been done. One query."""
    return CheckRun.objects.filter(school=school, as_of=as_of, finished_at__isnull=False).exists()


def last_night(school: School) -> dt.date | None:
    """Return the latest day that has been checked, or None before the first. One query."""
    nights = CheckRun.objects.filter(school=school, finished_at__isnull=False).order_by("-as_of")
    return nights.values_list("as_of", flat=True).first()


def candidates(*, as_of: dt.date, policy: Policy) -> dict[str, dict[int, bool]]:
    """Return, for ten-in-ten and twenty days, the pupils who may have come to it. One query.

    True is certain; False leaves it to the plain rule. Source: PN07 reg 9A, PR24 reg 9(1)(i); statute.md R42, R23(i),
    R24.
    """
    found: dict[str, dict[int, bool]] = {Rule.TEN_IN_TEN_WEEKS: {}, Rule.TWENTY_CONSECUTIVE_DAYS: {}}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, _terms(as_of, policy))
        for rule, pupil_id, dob, *ends in cursor.fetchall():
            is_sure = rule == Rule.TEN_IN_TEN_WEEKS and all(is_compulsory_age(dob, day) for day in ends)
            found[rule][pupil_id] = is_sure
    return found


def records(pupil_ids: Collection[int], *, as_of: dt.date, since: dt.date = dt.date.min) -> dict[int, PupilRecord]:
    """Return what the rules read of some pupils: their marks to a day, and the sessions held. Four queries.

    All their marks, or those from `since` on.
    """
    on_roll: dict[int, list[Period]] = defaultdict(list)
    periods = RollPeriod.objects.filter(pupil__in=pupil_ids).order_by("from_date")
    for pupil_id, from_date, until_date in periods.values_list("pupil_id", "from_date", "until_date"):
        on_roll[pupil_id].append(Period(from_date, until_date))
    marks = session_marks(pupil_ids, from_date=since, to_date=as_of)
    held = tuple(sessions_held(from_date=dt.date.min, to_date=as_of))
    births = Pupil.objects.filter(pk__in=pupil_ids).values_list("pk", "dob")
    return {pk: PupilRecord(dob=dob, marks=marks[pk], on_roll=on_roll[pk], sessions=held) for pk, dob in births}


def on_roll_in_year(as_of: dt.date) -> dict[int, str]:
    """Return the UPN of every pupil on roll at any time in the school year to a day, leavers too. One query."""
    year = SchoolYear.of(as_of)
    roll = RollPeriod.objects.filter(pupil=OuterRef("pk"), from_date__lte=as_of).exclude(until_date__lte=year.starts)
    return dict(Pupil.objects.filter(Exists(roll)).order_by("upn", "pk").values_list("pk", "upn"))


def episodes(as_of: dt.date) -> list[Finding]:
    """Return the findings of the school year a day falls in, cleared ones too, without their evidence. One query."""
    return list(Finding.objects.filter(school_year=SchoolYear.of(as_of).starts.year).defer("evidence"))


def _terms(as_of: dt.date, policy: Policy) -> dict[str, Any]:
    """Return the numbers and codes that the law of a day sets; no code where it sets none."""
    penalty, continuous = policy.find(PenaltyNoticeThreshold, on=as_of), policy.find(ContinuousAbsence, on=as_of)
    closed = sorted({row.code for row in codes.periods() if row.physical is Physical.ADMINISTRATIVE})
    window = list(penalty.value.codes) if penalty else []
    run = list(continuous.value.codes) if continuous else []
    return {
        "as_of": as_of,
        "since": SchoolYear.of(as_of).starts,
        "codes": sorted({*closed, *window, *run}),
        "closed": closed,
        "ten": Rule.TEN_IN_TEN_WEEKS,
        "window_codes": window,
        "sessions": penalty.value.sessions if penalty else 1,
        "school_weeks": penalty.value.school_weeks if penalty else 1,
        "counts_from": penalty.value.counts_from if penalty else as_of,
        "twenty": Rule.TWENTY_CONSECUTIVE_DAYS,
        "run_codes": run,
        "school_days": continuous.value.school_days if continuous else 1,
    }
