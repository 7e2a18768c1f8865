"""Persistent and severe absence, as they are counted nationally."""

import pytest

from attendance_mat.policy.schema import PersistentAbsence, SevereAbsence
from escalation.rules.thresholds import persistent_absence, severe_absence
from registers.rules.measures import Measures
from tests.calendars import attended, marked, school_days
from tests.clauses import proves
from tests.clauses.law import policy_of
from tests.escalation.pupils import pupil

DAYS = school_days(50)  # a hundred sessions


@proves("ALP-16.01")
@pytest.mark.parametrize(("missed", "persistent", "severe"), [(4, False, False), (5, True, False), (25, True, True)])
def test_a_pupil_severely_absent_is_persistently_absent_too(missed: int, persistent: bool, severe: bool) -> None:
    policy, record = policy_of("advance"), pupil([*attended(DAYS[missed:]), *marked(DAYS[:missed], "I")], days=DAYS)

    found = persistent_absence(record, terms=policy.cited(PersistentAbsence, on=DAYS[-1]), as_of=DAYS[-1])
    worse = severe_absence(record, terms=policy.cited(SevereAbsence, on=DAYS[-1]), as_of=DAYS[-1])

    assert (found.met, worse.met) == (persistent, severe)


@proves("ALP-16.01")
@pytest.mark.parametrize(("missed", "severe"), [(49, False), (50, True)])
def test_half_of_the_sessions_is_severe_and_one_fewer_persistent_only(page_says, missed: int, severe: bool) -> None:
    policy, figures = policy_of("advance"), Measures(present=100 - missed, unauthorised=missed)

    assert figures.is_persistent(policy.terms(PersistentAbsence, on=DAYS[-1]))
    assert figures.is_severe(policy.terms(SevereAbsence, on=DAYS[-1])) is severe
    page_says("ALP-16.01")
