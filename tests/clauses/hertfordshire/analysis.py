"""Persistent absence, as it is counted nationally."""

import pytest

from attendance_mat.policy.schema import PersistentAbsence
from registers.rules.measures import Measures
from tests.clauses import proves
from tests.clauses.law import TODAY, policy_of


@proves("HCC-6.01")
@pytest.mark.parametrize(("present", "missed", "persistent"), [(90, 10, True), (899, 101, True), (901, 99, False)])
def test_attendance_of_exactly_ninety_percent_is_persistent_absence(
    page_says, present: int, missed: int, persistent: bool
) -> None:
    terms = policy_of("hertfordshire").terms(PersistentAbsence, on=TODAY)

    assert Measures(present=present, authorised=missed).is_persistent(terms) is persistent
    page_says("HCC-6.01")
