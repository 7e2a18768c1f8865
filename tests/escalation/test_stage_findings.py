"""What a stage's trigger finds of a pupil, and the episode that begins with it."""

import datetime as dt

import pytest

from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble, national
from attendance_mat.policy.ladder import Ladders, Stage
from attendance_mat.policy.triggers import Condition, Count, Reached, Sign, Unit
from escalation.rules.episodes import ended_on, episode, stages_in_force
from escalation.rules.findings import Rule
from escalation.rules.triggers import (
    judge,
    stage_episode,
    stage_finding,
    whole_condition,
)
from registers.rules.roll import Period as OnRoll
from tests.calendars import MONDAY
from tests.escalation.judging import BELOW_96, DAYS, SOURCE, WEEK, figure, pupil


def stage(when: Condition | None) -> Stage:
    return Stage("support", "Support", "section 2", "Says so.", when)


def test_a_stage_s_finding_is_of_its_first_figure_that_holds() -> None:
    facts = pupil("I" * 6 + "." * 34)
    late = figure(Count.LATE, Unit.SESSIONS, Sign.OR_MORE, 1)
    found = stage_finding(stage(Condition(any_of=(late, BELOW_96))), facts, policy=national(), as_of=DAYS[19],
                          source=SOURCE)  # fmt: skip
    assert (found.rule, found.label, found.clause, found.met) == ("support", "Support", "section 2", True)
    assert (found.value, found.possible, found.percent, found.threshold) == (34, 40, 96, 38)
    shown = found.as_json()
    assert (shown["rule"], shown["label"], shown["threshold"], shown["unit"]) == ("support", "Support", 96, "sessions")


@pytest.mark.parametrize(
    ("when", "unit", "threshold"),
    [
        (figure(Count.ILL, Unit.WHOLE_DAYS, Sign.OR_MORE, 9), "school days", 9),
        (figure(Count.MISSED, Unit.SPELLS, Sign.OR_MORE, 9), "spells", 9),
        (Condition(compulsory_age=False), "sessions", 0),
    ],
)
def test_a_finding_that_is_not_met_says_in_what_it_counts(when: Condition, unit: str, threshold: int) -> None:
    found = stage_finding(stage(when), pupil("I"), policy=national(), as_of=DAYS[3], source=SOURCE)
    assert (found.met, found.unit, found.threshold, found.possible) == (False, unit, threshold, None)


def test_a_stage_that_a_person_decides_has_no_finding_and_no_episode() -> None:
    with pytest.raises(ValueError, match="“support” has no trigger"):
        stage_finding(stage(None), pupil(""), policy=national(), as_of=DAYS[3], source=SOURCE)
    assert stage_episode(stage(None), pupil(""), policy=national(), as_of=DAYS[3]) is None


def test_an_episode_began_on_the_first_day_of_the_present_stretch_and_is_frozen_as_of_it() -> None:
    # Given a figure over its line from day 2 to its week's end, and again from day 13
    week = figure(Count.ILL, Unit.SESSIONS, Sign.OR_MORE, 3, WEEK)
    facts = pupil("." * 2 + "III" + "." * 17 + "." * 2 + "IIII" + "." * 4)

    # Then every night of the second stretch finds that one, with the same figures
    found = [stage_episode(stage(week), facts, policy=national(), as_of=DAYS[day]) for day in (4, 5, 12, 13, 14)]
    assert [each and each.reached_on for each in found] == [DAYS[2], None, None, DAYS[13], DAYS[13]]
    assert [each.finding.value for each in found[3:] if each] == [4, 4]
    # and so does a day on which the school does not meet
    weekend = stage_episode(stage(week), facts, policy=national(), as_of=DAYS[14] + dt.timedelta(days=1))
    assert weekend
    assert weekend.reached_on == DAYS[13]


def test_an_episode_rests_on_when_a_stage_was_entered() -> None:
    later = Condition(reached=Reached("first", 5))
    facts = pupil("." * 30, entered={"first": DAYS[3]})
    assert stage_episode(stage(later), facts, policy=national(), as_of=DAYS[7]) is None
    found = stage_episode(stage(later), facts, policy=national(), as_of=DAYS[12])
    assert found
    assert found.reached_on == DAYS[8]


def test_nobody_off_the_roll_is_at_a_stage() -> None:
    facts = pupil("I" * 40, on_roll=(OnRoll(dt.date(2020, 9, 1), DAYS[15]),))
    assert stage_episode(stage(BELOW_96), facts, policy=national(), as_of=DAYS[15]) is None
    assert stage_episode(stage(BELOW_96), facts, policy=national(), as_of=DAYS[14])


def of_group(kind: str) -> Policy:
    """Return a policy whose one ladder holds for one group."""
    when = {"count": "ill", "unit": "sessions", "window": {"span": "year"}, "sign": "or_more", "than": 4}
    ladders = {"ladders": [{"key": "one", "label": "One", "holds_for": {"groups": [kind]}, "stages": [
        {"key": "support", "label": "Support", "clause": "section 2", "says": "Says so.", "when": when},
        {"key": "panel", "label": "Panel", "clause": "section 3", "says": "A person decides.", "when": None},
    ]}]}  # fmt: skip
    return assemble([], [Override(dt.date(2025, 9, 1), "ladders", ladders, "Set in the test.")])


def test_a_stage_is_for_the_pupils_its_ladder_holds_for() -> None:
    policy = of_group("sen")
    facts = pupil("I" * 6, characteristics=[("sen", OnRoll(DAYS[2]))])
    support = policy.terms(Ladders, on=DAYS[5]).stage("support")
    assert whole_condition(support, policy=policy, as_of=DAYS[5]) == Condition(
        all_of=(Condition(groups=("sen",)), support.when)
    )
    found = episode("support", facts, policy=policy, as_of=DAYS[5])
    assert found
    assert found.reached_on == DAYS[2]
    assert episode("support", facts, policy=of_group("eal"), as_of=DAYS[5]) is None
    assert episode("no_such_stage", facts, policy=policy, as_of=DAYS[5]) is None
    assert set(stages_in_force(policy, DAYS[5])) == {"support"}
    assert stages_in_force(policy, dt.date(2000, 1, 1)) == {}


def test_a_trigger_that_has_always_held_this_year_was_reached_on_its_first_day() -> None:
    found = stage_episode(stage(Condition(compulsory_age=True)), pupil("." * 10), policy=national(), as_of=DAYS[4])
    assert found
    assert found.reached_on == DAYS[0]
    severe = episode(Rule.SEVERE_ABSENCE, pupil("O" * 10), policy=national(), as_of=DAYS[4])
    assert severe
    assert severe.reached_on == DAYS[0]


def test_an_episode_ended_on_the_first_day_on_which_its_trigger_did_not_hold() -> None:
    policy = of_group("sen")
    facts = pupil("I" * 6, characteristics=[("sen", OnRoll(MONDAY, DAYS[4]))])
    known = {"policy": policy, "as_of": DAYS[8]}
    assert ended_on("support", facts, reached_on=DAYS[1], **known) == DAYS[4]
    # a line that the marks, as they now stand, never crossed ended when that was found, and so did a stage given up
    assert ended_on("support", facts, reached_on=DAYS[0], **known) == DAYS[8]
    assert ended_on("no_such_stage", facts, reached_on=DAYS[1], **known) == DAYS[8]
    still = pupil("I" * 6, characteristics=[("sen", OnRoll(MONDAY))])
    assert ended_on("support", still, reached_on=DAYS[1], **known) == DAYS[8]
    assert ended_on(Rule.SEVERE_ABSENCE, facts, reached_on=DAYS[1], **known) == DAYS[8]


def test_every_pack_s_stages_are_judged_without_a_fault() -> None:
    facts = pupil("I" * 30 + "." * 30)
    for name in ("wigston", "aspire", "advance", "john_taylor", "hertfordshire"):
        policy = assemble([Adoption(dt.date(2025, 9, 1), name)])
        for each in stages_in_force(policy, DAYS[20]).values():
            found = judge(whole_condition(each, policy=policy, as_of=DAYS[20]), facts, policy=policy, as_of=DAYS[20])
            assert found.arithmetic
