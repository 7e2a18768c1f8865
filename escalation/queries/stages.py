"""Whom the stages of a policy are about: candidates for a whole school in one statement, and what the rules read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any, cast

from django.db import connection
from django.db.models import Model, Q

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Stage
from attendance_mat.trust.models import School
from escalation.models import PastStep, PupilStage
from escalation.queries.night import records
from escalation.queries.stage_sql import statement
from escalation.queries.triggers import Compiled
from escalation.rules.counts import PupilFacts
from escalation.rules.history import END_OF_YEAR
from escalation.rules.triggers import whole_condition
from escalation.rules.windows import Calendar
from registers.models import Characteristic, PupilYear
from registers.queries.lessons_missed import lessons_missed
from registers.queries.sessions import sessions_held
from registers.rules.calendar import SchoolYear
from registers.rules.roll import Period


def stage_answers(
    stages: Collection[Stage], *, as_of: dt.date, policy: Policy, school: School, calendar: Calendar | None = None
) -> dict[str, dict[int, bool]]:
    """Return, for each stage with a trigger, the pupils on roll for whom it holds, or may hold. One query.

    True is certain; False leaves it to the plain rule, which alone knows how long ago a stage was entered and how far
    back a very long run goes. A second query, unless the school's `calendar` up to the day is given.
    """
    held = Calendar(sessions_held(from_date=dt.date.min, to_date=as_of)) if calendar is None else calendar
    compiled = Compiled(held.read_by(policy), as_of, school.phase)
    conditions = {
        stage.key: compiled.condition(condition)
        for stage in stages
        if (condition := whole_condition(stage, policy=policy, as_of=as_of))
    }
    found: dict[str, dict[int, bool]] = {key: {} for key in conditions}
    if not conditions:
        return found
    with connection.cursor() as cursor:
        cursor.execute(*statement(compiled, list(conditions.values())))
        for pupil_id, *answers in cursor.fetchall():
            for key, answer in zip(conditions, answers, strict=True):
                if answer is not False:
                    found[key][pupil_id] = answer is True
    return found


def stage_candidates(
    stages: Collection[Stage], *, as_of: dt.date, policy: Policy, school: School, calendar: Calendar | None = None
) -> dict[str, set[int]]:
    """Return, for each stage with a trigger, the pupils on roll whom the plain rule must decide. One query.

    Too many perhaps, never too few (see `stage_answers`). A second query, unless the school's `calendar` is given.
    """
    found = stage_answers(stages, as_of=as_of, policy=policy, school=school, calendar=calendar)
    return {key: set(pupils) for key, pupils in found.items()}


def stage_facts(
    pupil_ids: Collection[int], *, as_of: dt.date, school: School, since: dt.date = dt.date.min
) -> dict[int, PupilFacts]:
    """Return what the triggers read of some pupils, to a day; marks before `since` are left out. Nine queries.

    A stage counts if it was entered in the day's school year, or before it and has not been left.
    """
    known = records(pupil_ids, as_of=as_of, since=since)
    years, kinds = _dated(PupilYear, "year", known), _dated(Characteristic, "kind", known)
    entered, carried_over = _stages(known, as_of)
    missed = lessons_missed(known, from_date=since, to_date=as_of)
    calendar = Calendar(next(iter(known.values())).sessions) if known else Calendar(())
    return {
        pk: PupilFacts(
            dob=record.dob,
            marks=record.marks,
            on_roll=record.on_roll,
            sessions=calendar,
            years=years[pk],
            characteristics=kinds[pk],
            phase=school.phase,
            entered=entered[pk],
            carried_over=pk in carried_over,
            lessons_missed=missed[pk],
        )
        for pk, record in known.items()
    }


def _dated(kind: type[Model], column: str, pupil_ids: Collection[int]) -> dict[int, list[tuple[Any, Period]]]:
    """Return a dated fact of some pupils with its periods. One query."""
    found: dict[int, list[tuple[Any, Period]]] = defaultdict(list)
    rows = kind._default_manager.filter(pupil__in=pupil_ids)
    for pupil_id, value, *period in rows.values_list("pupil_id", column, "from_date", "until_date"):
        found[pupil_id].append((value, Period(*period)))
    return found


def _stages(pupil_ids: Collection[int], as_of: dt.date) -> tuple[dict[int, dict[str, dt.date]], set[int]]:
    """Return when pupils last entered each stage that counts, and who was carried over into the year. Two queries."""
    year = SchoolYear.of(as_of)
    counts = Q(entered_on__gte=year.starts) | Q(left_on__isnull=True) | Q(left_on__gt=as_of)
    rows = PupilStage.objects.filter(counts, pupil__in=pupil_ids, entered_on__lte=as_of, withdrawn_at__isnull=True)
    entered: dict[int, dict[str, dt.date]] = defaultdict(dict)
    carried_over = set(
        PastStep.objects.filter(
            pupil__in=pupil_ids,
            kind=PastStep.Kind.STAGE,
            name=END_OF_YEAR,
            on_date__range=(year.starts, as_of),
        ).values_list("pupil_id", flat=True)
    )
    for row in rows.order_by("entered_on", "pk"):
        on = cast("dt.date", row.entered_on)  # those without one are not among them
        entered[row.pupil_id][row.stage] = on
        if row.source == PupilStage.Source.CARRIED_OVER and on in year:
            carried_over.add(row.pupil_id)
    return entered, carried_over
