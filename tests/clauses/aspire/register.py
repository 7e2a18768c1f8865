"""When Aspire's registers are taken and close, and what they say of each pupil."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.policy.school_day import RegisterStatuses
from attendance_mat.trust.models import PolicyOverride
from attendance_mat.trust.policy import policy_for
from registers.actions.taking import open_register
from registers.rules.codes import Physical
from tests.clauses import proves
from tests.clauses.law import OLD, TODAY, gives_way, in_force
from tests.clauses.reconciling import three_that_differ_are_listed
from tests.clauses.registering import MONDAY, codes_of_arrivals, groups_still_out, on_the_day
from tests.clauses.schools import Adopt, Browse, Keyed
from tests.factories import make_group, make_session
from tests.people import People


@proves("AET-6.03")
def test_q_and_y1_to_y7_make_up_the_fourth_status_and_each_code_has_one_class(page_says) -> None:
    own, law = gives_way("AET-6.03", RegisterStatuses)

    unable = {code for code, row in in_force(TODAY).items() if row.physical is Physical.UNABLE_TO_ATTEND}
    assert unable == {"Q", *(f"Y{number}" for number in range(1, 8))}
    assert len(own.statuses) == len(law.statuses) == 4
    page_says("AET-6.03")


@proves("AET-6.03")
def test_a_bare_y_is_refused_in_a_school_that_follows_the_policy(adopt: Adopt, keyed: Keyed) -> None:
    adopt("aspire")

    assert keyed("Y", nature="Snow")[0] == "refused"


@proves("AET-6.03")
def test_until_19_august_2024_y_alone_was_the_fourth_status() -> None:
    assert {code for code, row in in_force(OLD).items() if row.physical is Physical.UNABLE_TO_ATTEND} == {"Y"}


@proves("AET-5.03")
def test_a_child_who_comes_at_twenty_past_nine_is_late_and_a_minute_later_absent(adopt: Adopt, people, it_is) -> None:
    school = adopt("aspire")
    it_is(on_the_day("08:50"))
    session = make_session(MONDAY, "am")
    register = open_register(make_group(), session, policy=policy_for(school), by=people.tess, at=on_the_day("08:50"))

    assert register.closes_at == on_the_day("09:20")
    assert codes_of_arrivals(register, "09:20", "09:21") == ["L", "U"]


@proves("AET-6.02")
def test_of_twenty_registers_of_the_afternoon_the_one_not_taken_is_listed(adopt: Adopt, people, browse, it_is) -> None:
    adopt("aspire")

    assert groups_still_out(20, taken=19, half="pm", people=people, browse=browse, it_is=it_is) == ["G19"]


@proves("AET-10.02")
def test_a_school_set_to_a_quarter_past_one_opens_its_afternoon_then_and_not_a_minute_before(
    adopt: Adopt, people, it_is
) -> None:
    school = adopt("aspire")
    PolicyOverride.objects.create(
        school=school, parameter="afternoon_session", values={"starts": "13:15"}, from_date=dt.date(2025, 9, 1),
        reason="Printed in the policy as one of two.", set_by=people.ben.user, set_at=on_the_day("08:00"),
    )  # fmt: skip
    it_is(on_the_day("13:15"))
    told = {"policy": policy_for(school), "by": people.tess}

    with pytest.raises(ValidationError, match="cannot be opened yet"):
        open_register(make_group(), make_session(MONDAY, "pm"), **told, at=on_the_day("13:14"))
    assert open_register(make_group(), make_session(MONDAY, "pm"), **told, at=on_the_day("13:15")).pk


@proves("AET-6.01")
def test_of_a_thousand_marks_the_three_that_differ_are_listed(people: People, browse: Browse) -> None:
    three_that_differ_are_listed(people, browse, pupils=500)
