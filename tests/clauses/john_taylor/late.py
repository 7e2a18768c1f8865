"""Late arrivals under John Taylor's policy: at the office after the gates shut, with a reason."""

import datetime as dt

import pytest

from absence.actions.detentions import record_missed
from absence.models import Detention
from registers.actions.entering import closes_at, school_policy, starts_at
from registers.models import Mark
from tests.absence.lateness import FIRST, autumn, comes_late, detentions, moment
from tests.clauses import proves
from tests.clauses.lateness import ABSENT, LATE, TUESDAY, arrives_at
from tests.clauses.leaving_school import at_school
from tests.clauses.schools import Adopt
from tests.factories import make_group, make_pupil, make_session
from tests.people import People

__all__ = ["at_school"]
MONDAY, THURSDAY, FRIDAY = (dt.date(2025, 11, day) for day in (3, 6, 7))


@proves("JTM-8.04")
def test_who_signs_in_at_eight_minutes_to_nine_is_late_with_the_reason(at_school) -> None:
    day = at_school("john_taylor")
    pupil = day.pupil(year=9)
    assert "Say why the child is late: the policy asks for a reason." in day.come(pupil, "08:52")
    assert not Mark.objects.exists()
    day.come(pupil, "08:52", reason="Bus or train", words="34 was full")
    mark = Mark.objects.get()
    assert (mark.code, mark.comment, mark.source) == ("L", "Bus or train: 34 was full", "late desk")


@proves("JTM-8.04")
@pytest.mark.parametrize(("clock", "code"), [("08:55", "L"), ("08:56", "U")])
def test_after_the_gates_shut_it_is_late_until_the_register_closes(at_school, clock: str, code: str) -> None:
    day = at_school("john_taylor")
    day.come(day.pupil(year=9), clock, reason="Overslept")
    assert Mark.objects.get().code == code


@proves("JTM-8.05")
def test_the_morning_register_closes_five_to_nine(adopt: Adopt, people: People) -> None:
    adopt("john_taylor")
    assert f"{starts_at(make_session(TUESDAY), policy=school_policy()):%H:%M}" == "08:45"
    assert arrives_at("08:55", people=people) == ("L", LATE)
    assert arrives_at("08:56", people=people) == ("U", ABSENT)


@proves("JTM-8.06")
def test_the_afternoon_register_is_of_ten_to_two_and_closes_at_two(adopt: Adopt, people: People) -> None:
    adopt("john_taylor")
    afternoon = make_session(TUESDAY, "pm")
    assert f"{starts_at(afternoon, policy=school_policy()):%H:%M}" == "13:50"
    assert f"{closes_at(afternoon, policy=school_policy()):%H:%M}" == "14:00"
    assert arrives_at("14:00", people=people, half="pm") == ("L", LATE)
    assert arrives_at("14:01", people=people, half="pm") == ("U", ABSENT)


@proves("JTM-8.12")
def test_the_second_late_of_a_week_is_half_an_hour_and_missing_it_the_head_of_years_detention(
    adopt: Adopt, people: People
) -> None:
    adopt("john_taylor")
    autumn(people)
    pupil = make_pupil(group=make_group(), from_date=FIRST, dob=dt.date(2012, 1, 5))
    comes_late(pupil, MONDAY, by=people.alma)
    assert detentions(pupil) == []
    comes_late(pupil, THURSDAY, by=people.alma)
    assert detentions(pupil) == [("Detention after school", 30, FRIDAY, "offered")]
    record_missed(Detention.objects.get(), by=people.alma, at=moment(FRIDAY, "16:00"))
    assert detentions(pupil)[1] == ("Detention with the head of year", 30, dt.date(2025, 11, 10), "set")
