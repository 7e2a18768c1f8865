"""The goals that Aspire sets with senior leaders, and what is said of them."""

import datetime as dt

from attendance_mat.trust.targets import add_target_note
from tests.clauses import proves
from tests.clauses.marking import SCHOOL, make_attendance, make_target, words
from tests.people import People

MINUS = "\N{MINUS SIGN}"


@proves("AET-2.02")
def test_a_goal_has_an_owner_and_a_period_and_stands_beside_what_was_reached_with_the_challenge(
    adopt, people: People, browse, monday_morning: dt.datetime
) -> None:
    school = adopt("aspire")
    make_attendance(948, 1000, by=people.tess)
    goal = make_target(school, "96", by=people.member("tara"))
    add_target_note(goal, words="Why so many Fridays?", by=people.member("tomas"), at=monday_morning)

    said = words(browse, "tomas", f"{SCHOOL}{goal.pk}/")

    assert "At least 96%, from Tue 1 Sep 2026 to Fri 18 Dec 2026" in said
    assert f"94.8% so far: {MINUS}1.2 points from the target." in said
    assert "Why so many Fridays? Tomas Bell, Mon 23 Nov 2026, 08:50" in said
    assert "The headteacher answers for it." in said
