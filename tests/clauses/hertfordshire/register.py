"""When Hertfordshire's register opens."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.clock import LONDON
from attendance_mat.policy.schema import MorningSession
from registers.actions.entering import school_policy
from registers.actions.taking import open_register
from registers.models import Assignment
from tests.clauses import proves
from tests.clauses.law import TODAY
from tests.clauses.registering import THIS_YEAR, groups_still_out, on_the_day
from tests.clauses.schools import Adopt
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People


@proves("HCC-5.01")
def test_the_morning_register_opens_with_the_doors(adopt: Adopt, people: People) -> None:
    adopt("hertfordshire")
    session, group, policy = make_session(TODAY), make_group(), school_policy()
    early, doors = (dt.datetime.combine(TODAY, dt.time(8, minute), LONDON) for minute in (39, 40))
    with pytest.raises(ValidationError, match="cannot be opened yet"):
        open_register(group, session, policy=policy, by=people.tess, at=early)
    assert open_register(group, session, policy=policy, by=people.tess, at=doors).opened_at == doors


TUESDAY, WEDNESDAY = dt.date(2025, 11, 4), dt.date(2025, 11, 5)


@proves("HCC-2.3.01")
def test_of_seven_classes_in_the_afternoon_the_one_not_taken_is_listed(adopt: Adopt, people, browse, it_is) -> None:
    adopt("hertfordshire")

    assert groups_still_out(7, taken=6, half="pm", people=people, browse=browse, it_is=it_is) == ["G06"]


@proves("HCC-2.5.05")
def test_a_cover_teachers_register_opens_for_them_on_that_day_only(adopt: Adopt, people, browse, it_is) -> None:
    adopt("hertfordshire")
    group = make_group("3A")
    make_pupil(group=group, from_date=THIS_YEAR)
    Assignment.objects.create(
        user=people.tess.user, group=group, weekdays=[1, 2], from_date=TUESDAY, until_date=WEDNESDAY
    )
    opened = []
    for day in (TUESDAY, WEDNESDAY):
        it_is(on_the_day("08:55", day))
        make_session(day, "am")
        address = f"/s/alder-primary/sessions/{day}/am/groups/{group.pk}/register/"
        opened.append(browse("tess").post(address).status_code)

    assert opened == [302, 404]


@proves("HCC-2.6.02")
def test_a_class_with_three_late_registers_in_a_week_is_shown_with_three(adopt: Adopt, people, browse, it_is) -> None:
    # Given class 2C, first marked a quarter of an hour after the start on three mornings, and in time on two
    adopt("hertfordshire")
    group = make_group("2C")
    pupil = make_pupil(group=group, from_date=THIS_YEAR)
    starts = school_policy().terms(MorningSession, on=TODAY).starts
    monday = dt.date(2025, 11, 3)
    for number in range(5):
        session = make_session(monday + dt.timedelta(days=number))
        begins = dt.datetime.combine(session.date, starts, LONDON)
        marked = begins + dt.timedelta(minutes=15 if number < 3 else 5)
        it_is(marked)
        register = open_register(group, session, policy=school_policy(), by=people.tess, at=begins)
        make_mark(pupil, session, "/", by=people.tess, register=register, made_at=marked)
    # When the report of that week is run
    it_is(dt.datetime.combine(dt.date(2025, 11, 10), dt.time(9), LONDON))
    page = browse("alma").get(f"/s/alder-primary/kept/?first={monday}&last=2025-11-07").text
    # Then 2C has five registers due, three late, none missed and none corrected
    row = page[page.index("2C</a>") :].partition("</tr>")[0]
    assert re.findall(r'class="number">(\d+)<', row) == ["5", "3", "0", "0"]
