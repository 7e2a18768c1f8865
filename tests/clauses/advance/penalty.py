"""When Advance's policy would have a penalty notice considered, and when the law does."""

import pytest

from attendance_mat.policy.legal_route import PenaltyRequest
from tests.clauses import proves
from tests.clauses.law import OLD, gives_way, policy_of
from tests.clauses.law_of_penalties import BEFORE, is_considered, is_law
from tests.clauses.penalties import a_notice_is_considered_without_an_earlier_legal_step


@proves("ALP-10.06")
@pytest.mark.parametrize("codes", ["G" * 10, "O" * 10, "U" * 10, "GNOU" * 2 + "GO"])
def test_the_threshold_is_the_same_whatever_the_ground(page_says, codes: str) -> None:
    _, law = gives_way("ALP-10.06", PenaltyRequest)

    assert (law.sessions, law.weeks, law.grounds) == (10, 10, ())
    assert is_considered("advance", codes)
    assert not is_considered("advance", codes[:-1] + "I")
    page_says("ALP-10.06")


@proves("ALP-10.06")
def test_until_19_august_2024_the_policys_grounds_were_its_own_to_name() -> None:
    assert policy_of("advance").terms(PenaltyRequest, on=OLD).grounds
    assert not is_law("advance", OLD)
    assert not is_considered("advance", "O" * 40, days=BEFORE)


@proves("ALP-17.02")
def test_a_notice_is_considered_at_the_threshold_with_no_legal_step_before_it(page_says) -> None:
    a_notice_is_considered_without_an_earlier_legal_step("ALP-17.02", "advance")
    page_says("ALP-17.02")
