"""When Aspire's policy would have a penalty notice considered, and when the law does."""

import pytest

from attendance_mat.policy.legal_route import PenaltyRequest
from tests.clauses import proves
from tests.clauses.law import OLD, gives_way, policy_of
from tests.clauses.law_of_penalties import BEFORE, is_considered, is_law
from tests.clauses.penalties import a_notice_is_considered_without_an_earlier_legal_step


@proves("AET-10.06")
def test_a_second_truancy_alone_has_no_notice_considered(page_says) -> None:
    _, law = gives_way("AET-10.06", PenaltyRequest)

    assert (law.sessions, law.weeks, set(law.codes), law.grounds) == (10, 10, {"G", "N", "O", "U"}, ())
    assert not is_considered("aspire", "OO")
    assert not is_considered("aspire", "O" * 9)
    assert is_considered("aspire", "O" * 10)
    page_says("AET-10.06")


@proves("AET-10.07")
@pytest.mark.parametrize("codes", ["G" * 10, "O" * 10, "U" * 10, "GNOU" * 2 + "GO"])
def test_the_threshold_is_the_same_whatever_the_ground(page_says, codes: str) -> None:
    gives_way("AET-10.07", PenaltyRequest)

    assert is_considered("aspire", codes)
    assert not is_considered("aspire", codes[:-1] + "I")
    page_says("AET-10.07")


@proves("AET-10.06", "AET-10.07")
def test_until_19_august_2024_the_policys_grounds_were_its_own_to_name() -> None:
    assert len(policy_of("aspire").terms(PenaltyRequest, on=OLD).grounds) == 5
    assert not is_law("aspire", OLD)
    assert not is_considered("aspire", "O" * 40, days=BEFORE)


@proves("AET-15.02")
def test_a_notice_is_considered_at_the_threshold_with_no_legal_step_before_it(page_says) -> None:
    a_notice_is_considered_without_an_earlier_legal_step("AET-15.02", "aspire")
    page_says("AET-15.02")
