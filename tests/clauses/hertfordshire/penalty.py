"""When Hertfordshire's policy would have a penalty notice considered, and when the law does."""

import pytest

from attendance_mat.policy.legal_route import PenaltyRequest
from tests.clauses import proves
from tests.clauses.law import OLD, gives_way, policy_of
from tests.clauses.law_of_penalties import BEFORE, is_considered, is_law
from tests.clauses.penalties import costs_what_the_law_says


@proves("HCC-5.05")
@pytest.mark.parametrize("codes", ["U" * 10, "UO" * 5, "UGNO" * 2 + "UU"])
def test_ten_sessions_of_any_mix_are_the_line_and_not_more_than_fifteen_of_lateness(page_says, codes: str) -> None:
    gives_way("HCC-5.05", PenaltyRequest)

    assert is_considered("hertfordshire", codes)
    assert not is_considered("hertfordshire", codes[:9])
    page_says("HCC-5.05")


@proves("HCC-9.02")
def test_ten_in_ten_school_weeks_and_not_fifteen_in_two_terms(page_says) -> None:
    own, law = gives_way("HCC-9.02", PenaltyRequest)

    assert (own.sessions, own.window) == (15, "two_terms")
    assert (law.sessions, law.window, law.weeks) == (10, "school_weeks", 10)
    assert is_considered("hertfordshire", "G" * 10)
    page_says("HCC-9.02")


@proves("HCC-5.05", "HCC-9.02")
def test_until_19_august_2024_the_authoritys_fifteen_held() -> None:
    assert policy_of("hertfordshire").terms(PenaltyRequest, on=OLD).sessions == 15
    assert not is_law("hertfordshire", OLD)
    assert not is_considered("hertfordshire", "U" * 40, days=BEFORE)


@proves("HCC-9.03")
def test_eighty_within_21_days_of_receipt_and_160_to_day_28_with_no_day_undefined(page_says) -> None:
    costs_what_the_law_says("HCC-9.03")
    page_says("HCC-9.03")
