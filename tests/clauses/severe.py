"""Whom a policy's severe absence was of before the law of August 2024."""

import datetime as dt

from attendance_mat.policy.ladder import Ladders
from escalation.rules.triggers import judge
from tests.clauses.law import policy_of
from tests.escalation.registers import days_of, pupil_of

BEFORE = dt.date(2024, 5, 31)  # fifty weekdays from Monday 25 March 2024 on
FIFTY = "25. 25C"
FIFTY_ONE = "24. c 25C"


def was_severe(pack: str, said: str) -> bool:
    """Say whether a pack's stage of severe absence held before the law of August 2024, by a register in one line."""
    policy = policy_of(pack)
    stage = policy.terms(Ladders, on=BEFORE).stage("severe")
    assert stage.when is not None
    pupil = pupil_of(days_of(said, first=dt.date(2024, 3, 25)))
    return judge(stage.when, pupil, policy=policy, as_of=BEFORE).met
