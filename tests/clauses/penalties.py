"""What the law's penalty notices cost, and which count, at a school that follows one of the policies."""

import datetime as dt

from attendance_mat.policy.legal_route import PenaltyAmounts, PenaltyIssue
from escalation.rules.penalties import Price, amount_due, price
from tests.clauses.law import NEW, gives_way
from tests.clauses.law_of_penalties import is_considered

THIRD = dt.date(2025, 11, 3)  # Monday 3 November 2025


def costs_what_the_law_says(clause: str) -> None:
    """See that a policy's sixty and 120 pounds were right for offences begun before the law, and are eighty and 160."""
    own, law = gives_way(clause, PenaltyAmounts)
    assert (own.first_pounds, own.later_pounds) == (60, 120)
    assert (law.first_pounds, law.later_pounds, law.repeat_pounds) == (80, 160, 160)
    # a notice received on Monday 3 November: day 21 is the 23rd, day 28 the 30th, both counted from the 3rd itself
    first, old = price(NEW), price(NEW - dt.timedelta(days=1))
    assert due(first, 23) == 80
    assert due(first, 24) == due(first, 30) == 160
    assert (due(old, 23), due(old, 24), due(old, 30)) == (60, 120, 120)
    assert amount_due(first, received_on=THIRD, on=dt.date(2025, 12, 1)).pounds is None
    second = price(NEW, counted=1)
    assert due(second, 3) == due(second, 30) == 160


def due(asked: Price, november: int) -> int | None:
    """Return the pounds due on a day of November 2025 for a notice received on the third."""
    return amount_due(asked, received_on=THIRD, on=dt.date(2025, 11, november)).pounds


def a_notice_is_considered_without_an_earlier_legal_step(clause: str, pack: str) -> None:
    """See that ten sessions have a notice considered with no legal step recorded, and that the policy asked for one."""
    own, law = gives_way(clause, PenaltyIssue)
    assert (own.after_legal_steps, law.after_legal_steps) == (True, False)
    assert law.issued_by == ("headteacher",)
    assert is_considered(pack, "O" * 10)
