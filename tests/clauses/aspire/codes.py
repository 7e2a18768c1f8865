"""The codes that Aspire's policy lists, and those the law has put in their place."""

import pytest

from attendance_mat.policy.school_day import CodeSet
from registers.rules.codes import Misuse
from tests.clauses import proves
from tests.clauses.law import NEW, OLD, TODAY, gives_way, in_force, refused
from tests.clauses.schools import Adopt, Keyed

CAME = ["K", "J1", "C1", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"]


@proves("AET-6.04")
def test_the_thirty_four_codes_in_force_stand_in_place_of_the_twenty_two(page_says) -> None:
    own, law = gives_way("AET-6.04", CodeSet)

    assert len(own.codes) == 22
    assert set(law.codes) == set(in_force(TODAY)) == set(in_force(NEW))
    assert len(law.codes) == 34
    assert set(own.codes) - set(law.codes) == {"H", "Y"}
    page_says("AET-6.04")


@proves("AET-6.04")
@pytest.mark.parametrize("code", CAME)
def test_a_code_the_policy_does_not_list_is_entered_where_the_law_has_it(adopt: Adopt, keyed: Keyed, code: str) -> None:
    adopt("aspire")

    assert keyed(code, nature="Tuition at the hospital school") == ("saved", "")


@proves("AET-6.04")
@pytest.mark.parametrize(("code", "instead"), [("H", "C where leave was granted"), ("Y", "Y1 to Y7"), ("J", "J1")])
def test_a_code_that_has_ended_is_refused_though_a_policy_lists_it(
    adopt: Adopt, keyed: Keyed, code: str, instead: str
) -> None:
    adopt("aspire")

    outcome, why = keyed(code, nature="Snow")

    assert outcome == "refused"
    assert "has not been in use since 19 August 2024" in why
    assert instead in why


@proves("AET-6.04")
def test_until_19_august_2024_the_twenty_two_were_right() -> None:
    own, _ = gives_way("AET-6.04", CodeSet)

    assert set(own.codes) <= set(in_force(OLD))
    assert not [code for code in own.codes if code not in {"Z", "X"} and refused(code, on=OLD, nature="Snow")]
    assert {refused(code, on=OLD).kind for code in CAME} == {Misuse.NOT_IN_FORCE}
