"""A policy over one pupil's past: every day at once, and what the stages would have asked for."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.loader import pack_names
from attendance_mat.policy.triggers import Condition, Count, Sign, Span, Unit, Window
from escalation.rules import what_if
from escalation.rules.counts import PupilFacts
from escalation.rules.document import document
from escalation.rules.every_day import Answer, EveryDay
from escalation.rules.simulated import Outcome, changes, changes_as_json
from escalation.rules.simulating import Simulation
from escalation.rules.triggers import holds, whole_condition
from escalation.rules.windows import Reading
from registers.rules.roll import Period
from tests.escalation.registers import SINCE, days_of, pupil_of

AUTUMN = dt.date(2025, 9, 1)  # a Monday
A_DAY = dt.timedelta(days=1)
# Runs of signs, so that lines are crossed; "-" is a day on which the school does not meet.
SPELT = st.lists(st.tuples(st.sampled_from("....OoIiULNC-X"), st.integers(1, 9)), min_size=4, max_size=30).map(
    lambda runs: "".join(sign * n for sign, n in runs)
)
WINDOWS = st.builds(Window, st.sampled_from([Span.WEEK, Span.TERM, Span.HALF_TERM, Span.YEAR])) | st.builds(
    Window, st.sampled_from([Span.DAYS, Span.SCHOOL_WEEKS]), length=st.integers(1, 12)
)
FIGURES = st.builds(
    Condition,
    count=st.sampled_from(Count),
    unit=st.sampled_from([Unit.PERCENT, Unit.SESSIONS, Unit.WHOLE_DAYS]),
    window=WINDOWS,
    sign=st.sampled_from(Sign),
    than=st.integers(0, 100),
) | st.builds(
    Condition,
    count=st.just(Count.MISSED),
    unit=st.just(Unit.SPELLS),
    window=WINDOWS,
    sign=st.sampled_from(Sign),
    than=st.integers(0, 5),
) | st.builds(
    Condition,
    count=st.sampled_from([Count.ATTENDED, Count.LATE]),
    unit=st.just(Unit.POINTS_FALL),
    window=st.builds(Window, st.sampled_from([Span.WEEK, Span.HALF_TERM, Span.TERM])),
    sign=st.sampled_from(Sign),
    than=st.integers(0, 30),
)  # fmt: skip
FACTS = st.sampled_from(
    [Condition(groups=("sen",)), Condition(phases=("primary",)), Condition(years=(8,)), Condition(years=(9,)),
     Condition(compulsory_age=True), Condition(compulsory_age=False), Condition(carried_over=False)]
)  # fmt: skip
JOINED = st.recursive(
    FIGURES | FACTS,
    lambda part: (
        st.builds(lambda parts: Condition(all_of=tuple(parts)), st.lists(part, min_size=1, max_size=3))
        | st.builds(lambda parts: Condition(any_of=tuple(parts)), st.lists(part, min_size=1, max_size=3))
        | st.builds(lambda parts: Condition(none_of=tuple(parts)), st.lists(part, min_size=1, max_size=3))
    ),
    max_leaves=5,
)


@lru_cache
def pack(name: str) -> Policy:
    """Return a pack as if it had always been adopted."""
    return what_if.adopted_throughout(name)


def with_facts(pupil: PupilFacts) -> PupilFacts:
    """Return a pupil of a secondary school who has special educational needs from one day."""
    days = pupil.calendar.days
    middle = days[len(days) // 2] if days else AUTUMN
    return replace(pupil, phase="secondary", characteristics=(("sen", Period(middle)),))


def disagreements(condition: Condition, pupil: PupilFacts, policy: Policy) -> list[dt.date]:
    """Return the days on which every day at once and the plain definition part."""
    reading = Reading(policy, pupil.calendar)
    if not reading.calendar.days:
        return []
    every = EveryDay(reading, first=reading.calendar.days[0], last=reading.calendar.days[-1])
    said = zip(every.days, every.answers(condition, pupil), strict=True)
    known = [(day, answer) for day, answer in said if answer != Answer.UNSURE]
    return [day for day, answer in known if holds(condition, pupil, reading=reading, on=day) != (answer == Answer.YES)]


@settings(max_examples=60, deadline=None)
@given(SPELT, JOINED)
def test_every_day_at_once_is_what_the_plain_definition_says_of_each(said: str, condition: Condition) -> None:
    pupil = with_facts(pupil_of(days_of(said, first=AUTUMN)))
    assert disagreements(condition, pupil, pack("national")) == []


@pytest.mark.parametrize("name", pack_names())
@settings(max_examples=10, deadline=None)
@given(said=SPELT)
def test_every_day_at_once_agrees_on_every_stage_of_every_pack(name: str, said: str) -> None:
    policy, pupil = pack(name), with_facts(pupil_of(days_of(said, first=AUTUMN)))
    stages = policy.find(Ladders, on=AUTUMN)
    for stage in stages.value.stages if stages else ():
        condition = whole_condition(stage, policy=policy, as_of=AUTUMN)
        if condition:
            assert disagreements(condition, pupil, policy) == []


def simulated(policy: Policy, said: str, *, days: int | None = None) -> tuple[Simulation, PupilFacts]:
    """Return a simulation over a whole register, and its pupil."""
    pupil = pupil_of(days_of(said, first=AUTUMN))
    held = pupil.calendar.days
    return Simulation(policy, pupil.calendar, first=held[0], last=held[(days or 0) - 1]), pupil


def came(policy: Policy, said: str) -> list[str]:
    """Return each stage the pupil comes to, with the number of the school day."""
    simulation, pupil = simulated(policy, said)
    places = {day: n for n, day in enumerate(pupil.calendar.days, start=1)}
    return [f"{visit.stage} {places[visit.on]}" for visit in simulation.visits(pupil)]


def test_a_pupil_who_is_always_there_is_caught_by_nothing() -> None:
    assert came(pack("wigston"), "60.") == []


def test_a_stage_catches_a_pupil_on_the_day_its_line_is_crossed() -> None:
    # Given ten days present and one ill: 90.9 percent
    assert came(pack("wigston"), "10.1I") == ["tutor 11", "stage_one 11", "clinic 11"]
    assert came(pack("wigston"), "97.3I") == ["tutor 99", "welfare_check 100"]


def test_a_stage_asks_once_until_its_review_and_again_only_for_what_came_since() -> None:
    # Given three days ill, and three more after the review a week later: two welfare checks; not one a day
    said = came(pack("wigston"), "60.3I10.3I10.")
    assert [each for each in said if each.startswith("welfare")] == ["welfare_check 63", "welfare_check 76"]


def test_what_a_stage_asks_for_is_counted_with_its_weekly_messages_and_its_farewell() -> None:
    # Given 95 percent at the end of week 8, and present from then on until attendance is above 95 percent
    simulation, pupil = simulated(pack("wigston"), "38.2I11.")
    visit = next(visit for visit in simulation.visits(pupil) if visit.stage == "stage_two")
    letters = Counter(asked.step.letter for asked in visit.asked)
    assert visit.left_on is not None
    assert letters["concern-letter-1"] == 1
    assert letters["postcard"] == 1
    assert letters["weekly-message"] >= 1


def test_a_stage_that_rests_on_another_follows_it() -> None:
    # Given persistent absence: stage four comes four weeks after stage three was entered in the simulation
    simulation, pupil = simulated(pack("wigston"), "10.5I35O")
    days = {visit.stage: visit.on for visit in simulation.visits(pupil)}
    assert days["stage_four"] >= days["stage_three"] + 28 * A_DAY


def test_a_share_waits_for_the_minimum_of_possible_sessions() -> None:
    assert came(pack("advance"), "1O8.") == []
    assert came(pack("advance"), "1O9.") == ["a1 10", "third_letter 10"]


def test_each_school_year_begins_anew() -> None:
    # Given the last of July and the first of September
    said = [*days_of("30.5I", first=dt.date(2025, 6, 2)), *days_of("10.", first=dt.date(2025, 9, 1))]
    pupil = pupil_of(said)
    simulation = Simulation(pack("wigston"), pupil.calendar, first=said[0][0], last=said[-1][0])
    assert len(simulation.stretches) == 2
    assert {visit.on.year for visit in simulation.visits(pupil)} == {2025}
    assert all(visit.on < dt.date(2025, 8, 1) for visit in simulation.visits(pupil))


def test_days_off_the_roll_catch_nobody() -> None:
    pupil = replace(pupil_of(days_of("10.10I", first=AUTUMN)), on_roll=(Period(SINCE, AUTUMN + 14 * A_DAY),))
    simulation = Simulation(pack("wigston"), pupil.calendar, first=AUTUMN, last=pupil.calendar.days[-1])
    assert simulation.visits(pupil) == []


def test_marks_are_read_as_far_back_as_any_trigger_looks() -> None:
    simulation, _ = simulated(pack("john_taylor"), "60.")
    assert simulation.looks_back_to() <= dt.date(2025, 8, 1)


def test_before_a_policy_has_stages_nothing_is_asked() -> None:
    pupil = pupil_of(days_of("30O", first=dt.date(2023, 9, 4)))
    simulation = Simulation(pack("wigston"), pupil.calendar, first=dt.date(2023, 9, 4), last=dt.date(2023, 12, 1))
    assert simulation.stages == {}
    assert simulation.visits(pupil) == []


def test_moving_stage_two_from_95_to_96_shows_who_would_be_added_and_when() -> None:
    moved = what_if.with_than(pack("wigston"), stage="stage_two", than=96, on=AUTUMN)
    said = {1: "48.2I50.", 2: "38.2I60.", 3: "60."}  # 96 percent on day 50; 95 on day 40; always there
    before, now = (Outcome(simulated(policy, "60.")[0].stages) for policy in (pack("wigston"), moved))
    for key, marks in said.items():
        for outcome, policy in ((before, pack("wigston")), (now, moved)):
            simulation, pupil = simulated(policy, marks)
            outcome.add(key, pupil, simulation.visits(pupil))
    fiftieth = pupil_of(days_of(said[1], first=AUTUMN)).calendar.days[49]
    assert changes_as_json(changes(now, before)) == {
        "stage_two": [{"pupil": 1, "first_on": fiftieth.isoformat(), "instead_of": None}]
    }
    gone = changes_as_json(changes(before, now))["stage_two"][0]
    assert (gone["first_on"], gone["instead_of"]) == (None, fiftieth.isoformat())
    printed = now.as_json()[list(now.stages).index("stage_two")]
    assert (printed["pupils"], printed["by_year"], printed["letters"]["concern-letter-1"]) == (2, {"8": 2}, 2)
    assert now.stages["stage_two"].times == 2


def test_the_document_changes_with_the_value_that_is_tried() -> None:
    moved = what_if.with_than(pack("wigston"), stage="stage_two", than=96, on=AUTUMN)
    before, now = (repr(document(policy, on=AUTUMN, letters={})) for policy in (pack("wigston"), moved))
    assert before != now
    assert now.count("96") > before.count("96")
    stage = moved.terms(Ladders, on=AUTUMN).stage("stage_two")
    assert stage.when is not None
    assert [part.than for part in stage.when.all_of] == [96, 92]
    assert stage.leaves is not None
    assert stage.leaves.than == 96  # who comes in at 96 leaves above it


def test_what_cannot_be_tried_says_why() -> None:
    with pytest.raises(PolicyError, match="no stage “stage_nine”"):
        what_if.with_than(pack("wigston"), stage="stage_nine", than=96, on=AUTUMN)
    with pytest.raises(PolicyError, match="a person decides"):
        what_if.with_than(pack("wigston"), stage="stage_five", than=96, on=AUTUMN)
    with pytest.raises(PolicyError, match="out of range"):
        what_if.with_than(pack("wigston"), stage="stage_two", than=101, on=AUTUMN)
    with pytest.raises(PolicyError, match="no stage"):
        what_if.with_than(pack("wigston"), stage="stage_two", than=96, on=dt.date(2010, 1, 1))
    with pytest.raises(PolicyError, match="no pack named"):
        what_if.adopted_throughout("nowhere")
