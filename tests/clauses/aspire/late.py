"""The Aspire Educational Trust on lateness."""

from tests.clauses import proves
from tests.clauses.lateness import ABSENT, LATE, arrives_at
from tests.clauses.schools import Adopt
from tests.people import People


@proves("AET-6.09")
def test_an_arrival_at_a_quarter_past_nine_is_late_and_ten_minutes_on_is_too_late(adopt: Adopt, people: People) -> None:
    adopt("aspire")
    assert arrives_at("09:15", people=people) == ("L", LATE)
    assert arrives_at("09:25", people=people) == ("U", ABSENT)
