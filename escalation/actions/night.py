"""The night's check of one school: its episodes, its figures, and how the run went (decisions 17 to 22)."""

import datetime as dt
import gc
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from django.db import transaction
from django.db.models import F

from attendance_mat.accounts.member import Member, machine
from attendance_mat.policy.adopted import Policy
from attendance_mat.published.models import CheckRun, SchoolFigures
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from escalation.actions.episodes import Crossing, Reading, begin_episodes, end_episodes
from escalation.models import Finding
from escalation.queries import night as queries
from escalation.queries.stages import stage_answers, stage_facts
from escalation.rules.episodes import NATIONAL, episode, stages_in_force
from escalation.rules.findings import Rule
from escalation.rules.thresholds import Episode
from escalation.rules.windows import Calendar
from registers.models import Pupil
from registers.queries import targets
from registers.queries.measures import PupilFigures, headline, pupil_figures
from registers.queries.sessions import sessions_held
from registers.rules.calendar import SchoolYear
from registers.rules.measures import total

log = logging.getLogger(__name__)

MACHINE: Final = "Nightly check"
LONGEST_ERROR: Final = 300
BATCH: Final = 200  # pupils whose marks are held at once


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
            with transaction.atomic(), _without_looking_for_cycles():
                by = machine(MACHINE, at=at)
                _check(school, run, Reading(school, as_of, policy or policy_for(school), by, at))
                run.duration_ms = round(1000 * (perf_counter() - started))
                run.finished_at = at + dt.timedelta(milliseconds=run.duration_ms)
                run.save()
        except Exception as error:  # whatever it is, it stops this school only
            _fail(run, error)
        return run


@transaction.atomic
def recheck_pupil(pupil: Pupil, *, policy: Policy, as_of: dt.date, by: Member, at: dt.datetime) -> list[Finding]:
    """Clear the pupil's open episodes whose line is no longer crossed as of a day, and return them.

    For a mark amended between two nights. An episode of an earlier school year is read as of that year's end. Stages
    that the policy has given up are left to the night.
    """
    gone = []
    reading = Reading(current_school(), as_of, policy, by, at)
    for row in Finding.objects.select_for_update().filter(pupil=pupil, cleared_on__isnull=True):
        day = min(as_of, SchoolYear.of(row.reached_on).last)
        facts = stage_facts([pupil.pk], as_of=day, school=reading.school)[pupil.pk]
        is_known = row.rule in NATIONAL or row.rule in stages_in_force(policy, day)
        if is_known and not episode(row.rule, facts, policy=policy, as_of=day):
            gone.append(row)
    end_episodes(gone, reading)
    return gone


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Put Python's search for reference cycles off. Hundreds of thousands of marks are held for a moment and make
    none: looking through them again and again took two fifths of a night's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
    still_open = {(row.pupil_id, row.rule): row for row in rows if row.cleared_on is None}
    over = _over_a_share(figures)
    sure, unsure = _come_to(reading)
    crossed = _crossed((over | sure) - still_open.keys() | unsure, reading)
    met = over | (sure & still_open.keys()) | crossed.keys()
    run.pupils, run.marks, run.findings = len(figures), sum(row.measures.possible for row in figures), len(met)
    if run.as_of < last:
        return
    gone = [row for crossing, row in still_open.items() if crossing not in met]
    new = {crossing: each for crossing, each in crossed.items() if crossing not in still_open}
    end_episodes(gone, reading)
    begin_episodes(new, [row for row in rows if row.cleared_on], reading)
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


def _come_to(reading: Reading) -> tuple[set[Crossing], set[Crossing]]:
    """Return who crossed which other line, as the database decided, and of whom the plain rule has to say."""
    answers: dict[str, dict[int, bool]] = {
        **queries.candidates(as_of=reading.as_of, policy=reading.policy),
        **_stages_come_to(reading),
    }
    found = [(is_sure, (pk, rule)) for rule, pupils in answers.items() for pk, is_sure in pupils.items()]
    return {each for is_sure, each in found if is_sure}, {each for is_sure, each in found if not is_sure}


def _stages_come_to(reading: Reading) -> dict[str, dict[int, bool]]:
    """Return for whom each stage's trigger holds (True), or may hold.

    They are read at the end of the last school day, if one of this school year has been.
    """
    stages = stages_in_force(reading.policy, reading.as_of)
    calendar = Calendar(sessions_held(from_date=dt.date.min, to_date=reading.as_of)) if stages else Calendar(())
    day = calendar.last_day(reading.as_of)
    if day is None or day not in SchoolYear.of(reading.as_of):
        return {}
    return stage_answers(
        list(stages.values()), as_of=day, policy=reading.policy, school=reading.school, calendar=calendar
    )


def _crossed(asked: Collection[Crossing], reading: Reading) -> dict[Crossing, Episode]:
    """Return each crossing's episode that the plain rule confirms."""
    of_pupil: dict[int, list[str]] = defaultdict(list)
    for pk, rule in sorted(asked):
        of_pupil[pk].append(rule)
    decided: dict[Crossing, Episode | None] = {}
    pupil_ids = list(of_pupil)
    for some in (pupil_ids[start : start + BATCH] for start in range(0, len(pupil_ids), BATCH)):
        facts = stage_facts(some, as_of=reading.as_of, school=reading.school)
        for pk, pupil in facts.items():
            for rule in of_pupil[pk]:
                decided[pk, rule] = episode(rule, pupil, policy=reading.policy, as_of=reading.as_of)
    return {crossing: each for crossing, each in decided.items() if each}


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
