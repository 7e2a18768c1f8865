"""The stages' SQL and the plain rule, on random registers: for every stage of every policy, and for random triggers.

SQL is exact where it says so; it may leave to the rule how long ago a stage was entered and how far back a run goes.
"""

import datetime as dt
from dataclasses import replace
from typing import NamedTuple
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance_mat.accounts.member import Member
from attendance_mat.policy.adopted import Adoption, Policy, assemble, national
from attendance_mat.policy.ladder import Ladders, Stage
from attendance_mat.policy.loader import pack_names
from attendance_mat.policy.triggers import (
    COMPARED,
    Condition,
    Count,
    Period,
    Reached,
    Sign,
    Span,
    Unit,
    Window,
)
from attendance_mat.trust.models import School
from escalation.models import PastStep, PupilStage
from escalation.queries import triggers
from escalation.queries.stages import stage_answers, stage_facts
from escalation.rules.triggers import PupilFacts, holds, judge, whole_condition
from registers.models import Characteristic, Pupil
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People
from tests.registers.lessons import take_lessons

DAYS = 34
FIRSTS = [dt.date(2024, 7, 15), dt.date(2024, 8, 5), dt.date(2026, 2, 2), dt.date(2026, 3, 16), dt.date(2025, 11, 24)]
CALM = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(CALM, max_examples=30)

# Marks come mostly in runs, so that lines are crossed; "_" is no mark, "#" a planned closure, Y and H are codes of the
# old law alone, X is no possible session of a child under compulsory age.
RUN = st.tuples(st.sampled_from("......OOGNUUIIILL#X_YHBM"), st.integers(1, 12))
SPELT = st.lists(RUN, min_size=4, max_size=40).map(lambda runs: "".join(sign * n for sign, n in runs))
FEW = st.dictionaries(st.integers(0, 2 * DAYS - 1), st.sampled_from("OINULX_M"), max_size=9).map(
    lambda said: "".join(said.get(place, ".") for place in range(2 * DAYS))
)
MARKS = (SPELT | FEW).map(lambda said: said[: 2 * DAYS].ljust(2 * DAYS, "."))
BORN = st.sampled_from([dt.date(2014, 5, 1), dt.date(2019, 9, 30), dt.date(2008, 10, 1), dt.date(2022, 1, 1)])
# Gaps in the calendar: a half term, a Christmas, odd days off, and a school that meets on two days a week alone.
CALENDARS = st.sampled_from(["weekdays", "holidays", "two days a week", "odd days off"])


class Child(NamedTuple):
    """What is drawn of one pupil; `away` is how many days after the first they come onto the roll."""

    dob: dt.date
    marks: str
    away: int
    year: int
    kinds: frozenset[str]
    left: int | None  # days before the last on which they leave
    entered: int | None  # days after the first on which a stage was entered
    carried_over: bool
    lessons: frozenset[tuple[int, int, str]]  # days after the first, weekends too; which lesson of the day; its code


CHILDREN = st.lists(
    st.builds(
        Child,
        dob=BORN,
        marks=MARKS,
        away=st.sampled_from([0, 0, 0, 9]),
        year=st.sampled_from([-1, 0, 5, 11, 13]),
        kinds=st.frozensets(st.sampled_from(["sen", "social_worker", "fsm"]), max_size=2),
        left=st.sampled_from([None, None, None, 4]),
        entered=st.sampled_from([None, 0, 8, 20]),
        carried_over=st.booleans(),
        lessons=st.frozensets(
            st.tuples(st.integers(0, 60), st.integers(0, 1), st.sampled_from(["N", "N", "N", "L", "/", "ES"])),
            max_size=14,
        ),
    ),
    min_size=1,
    max_size=4,
)
ROLLING = st.builds(Window, span=st.sampled_from([Span.SCHOOL_WEEKS, Span.DAYS]), length=st.integers(1, 25))
PLAIN = st.builds(
    Window,
    span=st.sampled_from(
        [Span.DAY, Span.WEEK, Span.HALF_TERM, Span.TERM, Span.TWO_TERMS, Span.YEAR],
    ),
)
SINCE = st.builds(Window, span=st.just(Span.SINCE), from_date=st.sampled_from([*FIRSTS, dt.date(2024, 8, 30)]))
SINCE_STAGE = st.builds(Window, span=st.just(Span.SINCE_STAGE), stage=st.just("first"))
WINDOWS = ROLLING | PLAIN | PLAIN | SINCE | SINCE_STAGE
SIGNS = st.sampled_from(list(Sign))
COUNTS = st.sampled_from(list(Count))
FIGURES = (
    st.builds(Condition, count=COUNTS, unit=st.just(Unit.PERCENT), window=WINDOWS, sign=SIGNS,
              than=st.sampled_from([0, 5, 10, 50, 80, 90, 95, 98, 100]))
    | st.builds(Condition, count=COUNTS, unit=st.sampled_from([Unit.SESSIONS, Unit.WHOLE_DAYS]), window=WINDOWS,
                sign=SIGNS, than=st.integers(0, 12))
    | st.builds(Condition, count=COUNTS, unit=st.just(Unit.CONSECUTIVE_DAYS), sign=SIGNS, than=st.integers(0, 8))
    | st.builds(Condition, count=st.just(Count.MISSED), unit=st.just(Unit.SPELLS), window=WINDOWS, sign=SIGNS,
                than=st.integers(0, 6))
    | st.builds(Condition, count=st.just(Count.MISSED), unit=st.just(Unit.LESSONS), window=WINDOWS, sign=SIGNS,
                than=st.integers(0, 8))
    | st.builds(Condition, count=COUNTS, unit=st.just(Unit.POINTS_FALL), sign=SIGNS, than=st.integers(0, 30),
                window=st.builds(Window, span=st.sampled_from(sorted(COMPARED))))
)  # fmt: skip
FACTS = (
    st.builds(Condition, groups=st.just(("sen", "social_worker")))
    | st.builds(Condition, years=st.sampled_from([(5,), (-1, 0), (11, 12, 13)]))
    | st.builds(Condition, phases=st.sampled_from([("primary",), ("secondary", "all-through")]))
    | st.builds(Condition, compulsory_age=st.booleans())
    | st.builds(Condition, carried_over=st.booleans())
    | st.builds(
        Condition,
        reached=st.builds(
            Reached, stage=st.just("first"), after=st.integers(0, 12), unit=st.sampled_from(list(Period))
        ),
    )
)
CONDITIONS = st.recursive(
    FIGURES | FACTS,
    lambda part: st.lists(part, min_size=1, max_size=3).map(tuple).flatmap(
        lambda parts: st.sampled_from([Condition(all_of=parts), Condition(any_of=parts), Condition(none_of=parts)])
    ),
    max_leaves=5,
)  # fmt: skip


@MANY
@given(
    children=CHILDREN,
    first=st.sampled_from(FIRSTS),
    calendar=CALENDARS,
    conditions=st.lists(CONDITIONS, min_size=6, max_size=12),
)
def test_sql_finds_whom_the_rule_finds_for_triggers_of_every_kind(
    people: People, alder: School, children: list[Child], first: dt.date, calendar: str, conditions: list[Condition]
) -> None:
    stages = [Stage(f"stage_{n}", "", "", "", condition) for n, condition in enumerate(conditions)]
    agree(stages, national(), children, days_of(calendar, first), school=alder, by=people.tess)


@MANY
@given(
    children=CHILDREN,
    first=st.sampled_from(FIRSTS),
    calendar=CALENDARS,
    figures=st.lists(FIGURES, min_size=20, max_size=40),
)
def test_sql_counts_what_the_rule_counts(
    people: People, alder: School, children: list[Child], first: dt.date, calendar: str, figures: list[Condition]
) -> None:
    days = days_of(calendar, first)
    with transaction.atomic():
        pupils = begin(children, days, [], by=people.tess)
        for as_of in (days[DAYS // 2], days[-1]):
            facts = stage_facts([pupil.pk for pupil in pupils], as_of=as_of, school=alder)
            for pupil in facts.values():
                pinned = [pin(figure, pupil, as_of, n) for n, figure in enumerate(figures)]
                compare([stage for pair in pinned for stage in pair], national(), pupils, as_of, alder)
        transaction.set_rollback(True)


def pin(figure: Condition, pupil: PupilFacts, as_of: dt.date, number: int) -> list[Stage]:
    """Return two triggers that only the pupil's own figure, neither more nor less, parts."""
    judged = judge(figure, pupil, policy=national(), as_of=as_of)
    value = judged.value or 0
    if figure.unit is Unit.PERCENT:
        value = 100 * value // judged.possible if judged.possible else 0
    pair = [replace(figure, sign=Sign.OR_MORE, than=max(0, value) + more) for more in (0, 1)]
    return [Stage(f"stage_{number}_{n}", "", "", "", each) for n, each in enumerate(pair)]


@pytest.mark.parametrize("name", pack_names())
@CALM
@given(children=CHILDREN, first=st.sampled_from(FIRSTS), calendar=CALENDARS)
def test_sql_finds_whom_the_rule_finds_for_every_stage_of_a_policy(
    people: People, alder: School, name: str, children: list[Child], first: dt.date, calendar: str
) -> None:
    policy = assemble([Adoption(dt.date(2020, 9, 1), name)])
    stages = policy.terms(Ladders, on=dt.date(2026, 11, 24)).stages
    agree(list(stages), policy, children, days_of(calendar, first), school=alder, by=people.tess)


def days_of(calendar: str, first: dt.date) -> list[dt.date]:
    """Return the days on which a school meets."""
    days = weekdays(first, DAYS * 4)
    if calendar == "two days a week":
        days = [day for day in days if day.weekday() in {0, 3}]
    if calendar == "holidays":
        days = [*days[:12], *days[17:20], *days[31:]]
    if calendar == "odd days off":
        days = [day for i, day in enumerate(days) if i % 7 not in {3, 4}]
    return days[:DAYS]


def agree(
    stages: list[Stage], policy: Policy, children: list[Child], days: list[dt.date], *, school: School, by: Member
) -> None:
    """Compare whom the database finds with whom the rule finds, on two days."""
    with transaction.atomic():
        pupils = begin(children, days, [stage.key for stage in stages], by=by)
        for as_of in (days[DAYS // 2], days[-1], days[-1] + dt.timedelta(days=1)):
            compare(stages, policy, pupils, as_of, school)
        transaction.set_rollback(True)


def begin(children: list[Child], days: list[dt.date], stages: list[str], *, by: Member) -> list[Pupil]:
    """Put the children and their registers into the school."""
    hold(days)
    pupils = [enrol(child, days, stages, by) for child in children]
    marks = {pupil: spell_out(days, each.marks) for pupil, each in zip(pupils, children, strict=True)}
    take_registers(marks, by=by)
    said = {pupil: lessons_of(each, days[0]) for pupil, each in zip(pupils, children, strict=True)}
    take_lessons(said, by=by)
    return pupils


def lessons_of(child: Child, first: dt.date) -> dict[tuple[dt.date, int], str]:
    """Return a child's lesson marks, some on days on which the school does not meet."""
    return {(first + dt.timedelta(days=n), lesson): code for n, lesson, code in sorted(child.lessons)}


def enrol(child: Child, days: list[dt.date], stages: list[str], by: Member) -> Pupil:
    """Return a child as a pupil of the school."""
    leaves = days[-child.left] if child.left else None
    pupil = make_pupil(dob=child.dob, from_date=days[child.away], year=child.year, until_date=leaves)
    for kind in child.kinds:
        Characteristic.objects.create(pupil=pupil, kind=kind, from_date=days[3], until_date=days[-3])
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    if child.entered is not None:
        for stage in {"first", *stages[:2]}:
            PupilStage.objects.create(pupil=pupil, stage=stage, source="crossing", proposed_at=at, entered_at=at,
                                      entered_on=days[child.entered])  # fmt: skip
    if child.carried_over:
        PastStep.objects.create(pupil=pupil, kind="stage", name="end-of-year", on_date=days[0], imported_at=at,
                                imported_by_id=by.user_id)  # fmt: skip
    return pupil


def compare(stages: list[Stage], policy: Policy, pupils: list[Pupil], as_of: dt.date, school: School) -> None:
    """See that SQL is right where it says that it is certain, and leaves nobody out."""
    margin = as_of.day % 2 * triggers.RUN_MARGIN  # on some days runs are hardly followed back at all
    with patch.object(triggers, "RUN_MARGIN", margin):
        answers = stage_answers(stages, as_of=as_of, policy=policy, school=school)
    facts = stage_facts([pupil.pk for pupil in pupils], as_of=as_of, school=school)
    for stage in stages:
        condition = whole_condition(stage, policy=policy, as_of=as_of)
        if condition is None:
            assert stage.key not in answers
            continue
        for pk, pupil in facts.items():
            is_met = holds(condition, pupil, reading=pupil.calendar.read_by(policy), on=as_of)
            answer = answers[stage.key].get(pk)
            if not pupil.is_on_roll(as_of):
                assert answer is None
            elif answer is None or answer:
                assert is_met is bool(answer), f"SQL differs on {stage}"
            else:
                assert is_for_the_rule(condition), f"SQL leaves {stage} to the rule"


def is_for_the_rule(condition: Condition) -> bool:
    """Say whether a condition asks what SQL may leave to the rule."""
    return any(
        part.unit is Unit.CONSECUTIVE_DAYS
        or (part.reached and part.reached.after)
        or (part.window and part.window.stage)
        for part in condition.parts()
    )
