"""The same pupil's register under each of the five policies leads to what that policy says, on that day."""

import datetime as dt

import pytest

from attendance_mat.policy.adopted import Adoption, assemble
from attendance_mat.policy.loader import NATIONAL, pack_names
from escalation.rules.side_by_side import stages_crossed
from tests.escalation.five_policies import SINCE_THE_NEW_LAW, UNDER_THE_OLD_LAW
from tests.escalation.registers import SINCE, days_of, pupil_of

AUTUMN_2022, AUTUMN_2026 = dt.date(2022, 9, 5), dt.date(2026, 9, 7)  # Mondays; 75 weekdays to Christmas in each
PACKS = tuple(name for name in pack_names() if name != NATIONAL)

REGISTERS = [
    *(pytest.param(AUTUMN_2026, *row, id=words) for words, row in SINCE_THE_NEW_LAW.items()),
    *(pytest.param(AUTUMN_2022, *row, id=words) for words, row in UNDER_THE_OLD_LAW.items()),
]


def reached(name: str, said: str, *, first: dt.date = AUTUMN_2026, **about: object) -> str:
    """Return the stages a policy comes to, each with the number of the school day, in order."""
    days = days_of(said, first=first)
    number = {day: n for n, (day, _) in enumerate(days, start=1)}
    policy = assemble([Adoption(SINCE, name)])
    crossed = stages_crossed(pupil_of(days, **about), policy=policy, as_of=days[-1][0])
    return ", ".join(f"{each.stage.key} {number[each.on]}" for each in crossed)


@pytest.mark.parametrize(("first", "said", "leads_to"), REGISTERS)
def test_a_register_leads_to_what_each_policy_says(first: dt.date, said: str, leads_to: dict[str, str]) -> None:
    assert {name: reached(name, said, first=first) for name in PACKS} == {
        name: leads_to.get(name, "") for name in PACKS
    }


def test_in_years_12_and_13_the_child_is_looked_for_and_nothing_legal_follows() -> None:
    assert reached("john_taylor", "40.6N", year=12, dob=dt.date(2009, 10, 1)) == "day_one 41, day_three 43, day_six 46"


def test_a_child_below_compulsory_age_comes_to_no_penalty() -> None:
    young = dt.date(2022, 1, 10)

    assert "fixed_penalty" not in reached("hertfordshire", "20.4O. 5- 40.O", dob=young, year=0)


def test_the_sum_is_that_of_the_day_the_line_was_crossed() -> None:
    days = days_of("94.4C 20.", first=AUTUMN_2026)
    policy = assemble([Adoption(SINCE, "advance")])

    (a1,) = stages_crossed(pupil_of(days), policy=policy, as_of=days[-1][0])

    assert a1.on == days[97][0]
    assert "188 of 196" in a1.judgement.arithmetic
    assert a1.ladder.key == "escalation"


def test_a_stage_is_pointless_only_while_the_pupil_is_at_the_one_beyond_it() -> None:
    # Given a pupil at stage two who goes on missing school, then being below 95 percent says nothing new
    assert reached("wigston", "95.5C C") == "tutor 97, welfare_check 98, stage_two 100"

    # When the pupil is above 95 percent for a day, and so has left stage two, then it does
    assert reached("wigston", "95.5C .C") == "tutor 97, welfare_check 98, stage_two 100, stage_one 102"


def test_a_school_that_follows_no_policy_yet_comes_to_no_stage() -> None:
    assert reached("national", "50.50C") == ""
