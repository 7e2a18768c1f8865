"""Who is reminded of a register that is out: only who works in the school that day."""

import datetime as dt

import pytest

from registers.actions import chasing
from registers.models import Assignment, Group
from tests.people import SINCE, People
from tests.registers.test_missing_registers import MONDAY, STARTS, at, group, out_at

__all__ = ["group"]
ONE_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("over", [{"until_date": MONDAY}, {"ended_at": STARTS}, {"from_date": MONDAY + ONE_DAY}])
def test_who_holds_no_role_here_that_day_is_not_reminded(group: Group, people: People, over: dict[str, object]) -> None:
    people.user("tutu")
    Assignment.objects.create(user=people.user("tutu"), group=group, weekdays=[0], from_date=SINCE)
    people.tess.user.memberships.update(**over)
    (row,) = out_at(at(15), people)

    assert chasing.people_of(row) == [people.user("tutu")]
