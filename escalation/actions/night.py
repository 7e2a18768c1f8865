"""The night's check of one school: its episodes, its figures, and how the run went (decisions 17 to 22)."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from django.db import transaction
from django.db.models import F

from attendance_mat.accounts.member import Member, machine
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record_each
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import FollowUps
from attendance_mat.published.models import CheckRun, SchoolFigures
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.models import Finding
from escalation.queries import night as queries
from escalation.rules.findings import Rule
from escalation.rules.thresholds import Episode, ended_on, episode
from registers.models import Pupil
from registers.queries import targets
from registers.queries.measures import PupilFigures, headline, pupil_figures
from registers.rules.calendar import SchoolYear
from registers.rules.measures import total

log = logging.getLogger(__name__)

MACHINE: Final = "Nightly check"
LONGEST_ERROR: Final = 300
Crossing = tuple[int, Rule]  # a pupil's id and the rule whose line is crossed


@dataclass(frozen=True)
class Reading:
    """What one look at the marks goes by: the day they are read as of, the policy, and who looks when."""

    as_of: dt.date
    policy: Policy
    by: Member
    at: dt.datetime


def run_threshold_check(
    school: School, *, as_of: dt.date, at: dt.datetime, policy: Policy | None = None, again: bool = True
) -> CheckRun | None:
    """Check one school as of the end of a day, with marks as they now stand; None if another process is at it.

    All that it finds is one transaction, so that a killed worker leaves nothing behind but the attempt. What goes
    wrong is kept in the run, which stays unfinished: the next tick tries again. `policy` is the school's own if not
    given; without `again` a night that has been done is left alone, and the answer is None.
    """
    with queries.alone(school) as mine:
        if not mine or (not again and queries.is_done(school, as_of)):
            return None
        run, started = _begin(school, as_of=as_of, at=at), perf_counter()
        try:
            with transaction.atomic():
                by = machine(MACHINE, at=at)
                _check(school, run, Reading(as_of, policy or policy_for(school), by, at))
                run.duration_ms = round(1000 * (perf_counter() - started))
                run.finished_at = at + dt.timedelta(milliseconds=run.duration_ms)
                run.save()
        except Exception as error:  # whatever it is, it stops this school only
            _fail(run, error)
        return run


@transaction.atomic
def recheck_pupil(pupil: Pupil, *, policy: Policy, as_of: dt.date, by: Member, at: dt.datetime) -> list[Finding]:
    """Clear the pupil's open episodes whose line is no longer crossed as of a day, and return them.

    For a mark amended between two nights. An episode of an earlier school year is read as of that year's end.
    """
    gone = []
    records = queries.records([pupil.pk], as_of=as_of)
    for row in Finding.objects.select_for_update().filter(pupil=pupil, cleared_on__isnull=True):
        day = min(as_of, SchoolYear.of(row.reached_on).last)
        if not episode(Rule(row.rule), records[pupil.pk], policy=policy, as_of=day):
            gone.append(row)
    _clear(gone, Reading(as_of, policy, by, at))
    return gone


def _begin(school: School, *, as_of: dt.date, at: dt.datetime) -> CheckRun:
    """Return the night's one run, under way, with this attempt counted."""
    again = {"started_at": at, "finished_at": None, "error": "", "attempts": F("attempts") + 1}
    run, _ = CheckRun.objects.update_or_create(
        school=school, as_of=as_of, defaults=again, create_defaults={"started_at": at}
    )
    run.refresh_from_db()
    return run


def _fail(run: CheckRun, error: Exception) -> None:
    """Keep what went wrong, by its first line: the rest could quote a row."""
    words = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:LONGEST_ERROR]
    log.error("The check of school %s as of %s failed. %s", run.school_id, run.as_of, words)
    CheckRun.objects.filter(pk=run.pk).update(error=words)
    run.refresh_from_db()


def _check(school: School, run: CheckRun, reading: Reading) -> None:
    """Fill in the run, and bring the school's episodes and published figures up to date.

    A night older than one already checked changes neither: the later one has read these marks too.
    """
    last = queries.last_night(school) or run.as_of
    figures = pupil_figures(from_date=SchoolYear.of(run.as_of).starts, to_date=run.as_of)
    rows = queries.episodes(run.as_of)
    still_open = {(row.pupil_id, Rule(row.rule)): row for row in rows if row.cleared_on is None}
    over = _over_a_share(figures)
    crossed = _crossed(over - still_open.keys(), reading)
    met = over | crossed.keys()
    run.pupils, run.marks, run.findings = len(figures), sum(row.measures.possible for row in figures), len(met)
    if run.as_of < last:
        return
    gone = [row for crossing, row in still_open.items() if crossing not in met]
    new = {crossing: each for crossing, each in crossed.items() if crossing not in still_open}
    _clear(gone, reading)
    _open(new, [row for row in rows if row.cleared_on], reading)
    run.episodes_opened, run.episodes_cleared = len(new), len(gone)
    _publish(school, run, figures, met)


def _over_a_share(figures: Iterable[PupilFigures]) -> set[Crossing]:
    """Return who is persistently and severely absent, as the database decided on whole sessions (decision 20)."""
    over: set[Crossing] = set()
    for row in figures:
        if row.is_persistent:
            over.add((row.pupil_id, Rule.PERSISTENT_ABSENCE))
        if row.is_severe:
            over.add((row.pupil_id, Rule.SEVERE_ABSENCE))
    return over


def _crossed(newly_over: Collection[Crossing], reading: Reading) -> dict[Crossing, Episode]:
    """Return each crossing's episode: of those newly over a share, and of candidates whom the plain rule confirms."""
    asked = set(newly_over)
    for rule, pupil_ids in queries.candidates(as_of=reading.as_of, policy=reading.policy).items():
        asked |= {(pupil_id, rule) for pupil_id in pupil_ids}
    records = queries.records({pupil_id for pupil_id, _ in asked}, as_of=reading.as_of)
    decided = {
        (pupil_id, rule): episode(rule, records[pupil_id], policy=reading.policy, as_of=reading.as_of)
        for pupil_id, rule in asked
    }
    return {crossing: each for crossing, each in decided.items() if each}


def _clear(rows: Collection[Finding], reading: Reading) -> None:
    """End episodes whose line is no longer crossed, on the day the marks say."""
    if not rows:
        return
    records = queries.records({row.pupil_id for row in rows}, as_of=reading.as_of)
    for row in rows:
        row.cleared_on = ended_on(
            Rule(row.rule),
            records[row.pupil_id],
            policy=reading.policy,
            reached_on=row.reached_on,
            as_of=reading.as_of,
        )
    Finding.objects.bulk_update(rows, ["cleared_on"])
    _tell(Event.THRESHOLD_CLEARED, rows, reading)


def _open(crossed: Mapping[Crossing, Episode], ended: Iterable[Finding], reading: Reading) -> None:
    """Begin an episode for each crossing; one that began on the same day before is taken up again as it was."""
    known = {(row.pupil_id, row.rule, row.reached_on): row for row in ended}
    again: list[Finding] = []
    new: list[Finding] = []
    for (pupil_id, rule), each in sorted(crossed.items()):
        before = known.get((pupil_id, rule, each.reached_on))
        row = before or _row(pupil_id, each, at=reading.at)
        row.cleared_on = None
        (again if before else new).append(row)
    Finding.objects.bulk_update(again, ["cleared_on"])
    Finding.objects.bulk_create(new)
    _tell(Event.THRESHOLD_CROSSED, [*again, *new], reading)


def _row(pupil_id: int, crossed: Episode, *, at: dt.datetime) -> Finding:
    found = crossed.finding
    return Finding(
        pupil_id=pupil_id,
        rule=found.rule,
        school_year=SchoolYear.of(crossed.reached_on).starts.year,
        reached_on=crossed.reached_on,
        value=found.value,
        threshold=found.stated_threshold,
        evidence=found.as_json(),
        found_at=at,
    )


def _tell(event: Event, rows: Iterable[Finding], reading: Reading) -> None:
    """Write the events of those rules that lead to a case; the others are findings and nothing more (decision 18)."""
    follow_ups = reading.policy.terms(FollowUps, on=reading.as_of)
    leading = {step.rule for step in follow_ups.rules if step.opens_case}
    events = [
        (event, row, {"pupil": row.pupil_id, "rule": row.rule, "reached_on": row.reached_on.isoformat()})
        for row in rows
        if row.rule in leading
    ]
    record_each(events, by=reading.by, at=reading.at)


def _publish(school: School, run: CheckRun, figures: Collection[PupilFigures], met: Collection[Crossing]) -> None:
    """Replace the school's published figures whole, with this run's (decision 22)."""
    sums, counted = total(row.measures for row in figures), headline(figures)
    rules_met = [rule for _, rule in met]
    SchoolFigures.objects.update_or_create(
        school=school,
        defaults={
            "run": run,
            "as_of": run.as_of,
            "computed_at": run.started_at,
            "pupils": len(figures),
            "possible": sums.possible,
            "present": sums.present,
            "authorised": sums.authorised,
            "unauthorised": sums.unauthorised,
            "headline_pupils": counted.pupils,
            "headline_persistent": counted.persistent,
            "headline_severe": counted.severe,
            "ten_in_ten_weeks": rules_met.count(Rule.TEN_IN_TEN_WEEKS),
            "twenty_consecutive_days": rules_met.count(Rule.TWENTY_CONSECUTIVE_DAYS),
            "targets": targets.to_publish(school, as_of=run.as_of),
        },
    )
