"""The attendance that the Hertfordshire school aims at."""

import datetime as dt
from decimal import Decimal

import pytest

from attendance_mat.policy.following_up import AttendanceAim
from registers.rules.measures import Measures
from reporting.rules.targets import TargetLine
from tests.clauses import proves
from tests.clauses.law import TODAY, policy_of
from tests.clauses.marking import SCHOOL, make_attendance, words
from tests.people import People


@proves("HCC-2.01")
def test_exactly_96_percent_does_not_meet_a_target_of_above_96(adopt, people: People, browse) -> None:
    adopt("hertfordshire")
    make_attendance(96, 100, by=people.tess)

    assert "above 96% 96.0% 96 of 100 0.0 points Not met The policy:" in words(browse, "ben", SCHOOL)


@proves("HCC-2.01")
@pytest.mark.parametrize(("present", "met"), [(960, False), (961, True)])
def test_a_tenth_of_a_point_above_it_does(present: int, met: bool) -> None:
    aim = policy_of("hertfordshire").terms(AttendanceAim, on=TODAY)
    reached = Measures(present=present, unauthorised=1000 - present)
    line = TargetLine(
        of="Alder", percent=Decimal(aim.percent or 0), above=aim.strictly_above, from_date=dt.date(2026, 9, 1),
        reached=reached,
    )  # fmt: skip

    assert line.met is met
