"""The codes that Aspire's policy lists, and those the law has put in their place."""

import datetime as dt

import pytest

from attendance_mat.policy.school_day import CodeSet, PlannedClosure
from registers.actions.amending import amend_mark
from registers.models import Mark, Pupil
from registers.queries.today import unresolved_before
from registers.rules.codes import Misuse, Statistical
from tests.clauses import proves
from tests.clauses.coding import (
    Code,
    a_birthday_with_an_authorised_code_is_warned_of,
    an_emergency_is_authorised_where_leave_was_granted,
    of_that_year,
    u_and_i_are_absences_and_l_is_present,
)
from tests.clauses.law import NEW, OLD, TODAY, gives_way, in_force, refused
from tests.clauses.schools import Adopt, Keyed
from tests.factories import make_mark, make_session
from tests.people import People

CAME = ["K", "J1", "C1", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"]


@proves("AET-6.04")
def test_the_thirty_four_codes_in_force_stand_in_place_of_the_twenty_two(page_says) -> None:
    own, law = gives_way("AET-6.04", CodeSet)

    assert len(own.codes) == 22
    assert set(law.codes) == set(in_force(TODAY)) == set(in_force(NEW))
    assert len(law.codes) == 34
    assert set(own.codes) - set(law.codes) == {"H", "Y"}
    page_says("AET-6.04")


@proves("AET-6.04")
@pytest.mark.parametrize("code", CAME)
def test_a_code_the_policy_does_not_list_is_entered_where_the_law_has_it(adopt: Adopt, keyed: Keyed, code: str) -> None:
    adopt("aspire")

    assert keyed(code, nature="Tuition at the hospital school") == ("saved", "")


@proves("AET-6.04")
@pytest.mark.parametrize(("code", "instead"), [("H", "C where leave was granted"), ("Y", "Y1 to Y7"), ("J", "J1")])
def test_a_code_that_has_ended_is_refused_though_a_policy_lists_it(
    adopt: Adopt, keyed: Keyed, code: str, instead: str
) -> None:
    adopt("aspire")

    outcome, why = keyed(code, nature="Snow")

    assert outcome == "refused"
    assert "has not been in use since 19 August 2024" in why
    assert instead in why


@proves("AET-6.04")
def test_until_19_august_2024_the_twenty_two_were_right() -> None:
    own, _ = gives_way("AET-6.04", CodeSet)

    assert set(own.codes) <= set(in_force(OLD))
    assert not [code for code in own.codes if code not in {"Z", "X"} and refused(code, on=OLD, nature="Snow")]
    assert {refused(code, on=OLD).kind for code in CAME} == {Misuse.NOT_IN_FORCE}


@proves("AET-3.01")
def test_an_arrival_after_close_and_any_absence_are_absences() -> None:
    u_and_i_are_absences_and_l_is_present()


@proves("AET-3.02")
def test_a_family_emergency_is_authorised_where_leave_was_granted(adopt: Adopt, code: Code, people: People) -> None:
    adopt("aspire")
    an_emergency_is_authorised_where_leave_was_granted(code, people)


@proves("AET-3.03")
def test_a_listed_reason_warns_beside_an_authorised_code(adopt: Adopt, code: Code, page_says) -> None:
    adopt("aspire")
    a_birthday_with_an_authorised_code_is_warned_of(code)
    page_says("AET-3.03")


@proves("AET-6.05")
def test_a_planned_closure_is_of_the_whole_school(adopt: Adopt, keyed: Keyed, page_says) -> None:
    own, law = gives_way("AET-6.05", PlannedClosure)

    assert (own.year_groups, law.year_groups, law.whole_school) == (True, False, True)
    page_says("AET-6.05")
    outcome, why = keyed("#")
    assert (outcome, "whole school" in why, "use Y7" in why) == ("refused", True, True)
    assert in_force(TODAY)["#"].statistical is Statistical.NONE


@proves("AET-6.05")
def test_until_19_august_2024_year_groups_not_due_in_had_it() -> None:
    assert refused("#", on=OLD) is None
    assert not in_force(OLD)["#"].whole_school


@proves("AET-6.10")
def test_an_absence_waits_for_its_reason_with_its_age(people: People, monday_morning: dt.datetime) -> None:
    # Given four N marks on Monday 3 November 2025 and the school open all that week
    monday = dt.date(2025, 11, 3)
    for number in range(3):
        make_session(monday + dt.timedelta(days=number))
    marks = [make_mark(of_that_year(), make_session(monday), "N", by=people.tess) for _ in range(4)]
    # When three reasons are given by Wednesday
    for mark in marks[:3]:
        amend_mark(mark, code="I", reason="Parent rang", by=people.alma, at=monday_morning)
    # Then one waits, two school days old
    (waits,) = unresolved_before(monday + dt.timedelta(days=2), Pupil.objects.all())
    assert (waits.mark, waits.school_days) == (Mark.objects.get(code="N"), 2)
