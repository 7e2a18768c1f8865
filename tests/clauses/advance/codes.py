"""The codes that Advance's policy lists and classes, and the classes they have in law."""

import datetime as dt
from collections.abc import Iterable

import pytest

from attendance_mat.accounts.member import machine
from attendance_mat.policy.adopted import national
from attendance_mat.policy.leave_types import LeaveTypeCodes
from attendance_mat.policy.schema import UnexplainedAbsence
from attendance_mat.policy.school_day import CodeSet
from registers.actions.closing import close_due_registers
from registers.actions.entering import codes_allowed
from registers.models import Mark, Pupil
from registers.queries.today import unresolved_before
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Statistical
from registers.rules.measures import Measures, measure
from tests.clauses import proves
from tests.clauses.coding import (
    Code,
    a_birthday_with_an_authorised_code_is_warned_of,
    an_emergency_is_authorised_where_leave_was_granted,
    four_codes_are_unauthorised,
    grant,
    of_that_year,
    u_and_i_are_absences_and_l_is_present,
)
from tests.clauses.law import OLD, TODAY, beaten, gives_way, in_force, policy_of, refused
from tests.clauses.schools import Adopt, Keyed
from tests.factories import make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People

LISTED_AS_PRESENT = ["/", "L", "B", "D", "J", "P", "V", "W"]
AUTHORISED = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"}
NOT_POSSIBLE = {"D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"}


def counted(codes: Iterable[str], first: dt.date) -> Measures:
    """Return what one morning of each code comes to."""
    return measure(SessionMark(first + dt.timedelta(days=number), Half.AM, code) for number, code in enumerate(codes))


@proves("ALP-A1.01")
def test_six_of_the_eight_marks_attend(adopt: Adopt, keyed: Keyed, page_says) -> None:
    own, law = gives_way("ALP-A1.01", CodeSet)

    assert set(own.activity) - set(law.activity) == {"D", "J"}
    assert set(law.activity) - set(own.activity) == {"K"}
    week = counted(LISTED_AS_PRESENT, TODAY)
    assert (week.present, week.possible) == (6, 6)
    page_says("ALP-A1.01")
    assert keyed("J")[0] == "refused"
    assert keyed("K", nature="Tuition at the hospital school")[0] == "saved"


@proves("ALP-A1.01")
def test_until_19_august_2024_an_interview_attended_and_k_was_not_there() -> None:
    assert counted(["J"], OLD) == Measures(present=1)
    assert refused("J", on=OLD) is None
    assert refused("K", on=OLD, nature="Tuition") is not None


@proves("ALP-A1.02")
def test_ten_codes_are_authorised_absence_and_h_is_refused(adopt: Adopt, keyed: Keyed, page_says) -> None:
    own, law = gives_way("ALP-A1.02", CodeSet)
    gives_way("ALP-A1.02", LeaveTypeCodes)

    assert {code for code, row in in_force(TODAY).items() if row.statistical is Statistical.AUTHORISED} == AUTHORISED
    assert set(law.authorised) == AUTHORISED
    assert counted([*AUTHORISED, "H"], TODAY).authorised == 10
    assert set(own.authorised) - AUTHORISED == {"H"}
    page_says("ALP-A1.02")
    assert keyed("H")[0] == "refused"


@proves("ALP-A1.02")
def test_until_19_august_2024_the_policys_eight_were_authorised_absence() -> None:
    own, _ = gives_way("ALP-A1.02", CodeSet)

    assert counted(own.authorised, OLD) == Measures(authorised=len(own.authorised))
    assert set(own.authorised) == {"C", "E", "H", "I", "M", "R", "S", "T"}


@proves("ALP-A1.04")
def test_a_person_settles_n_within_five_school_days_and_no_machine_does(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime
) -> None:
    # Given an absence without a reason, six school days ago, at a school that sets no limit of its own
    adopt("advance")
    (first, *_), pupil = make_sessions(dt.date(2026, 11, 13), 7), make_pupil(group=make_group())
    make_mark(pupil, first, "N", by=people.tess)
    assert policy_of("advance").terms(UnexplainedAbsence, on=TODAY).school_days == 5
    # When the timer does what it does on its own
    at, system = monday_morning + dt.timedelta(hours=8), machine("Timer", at=monday_morning)
    close_due_registers(by=system, at=at)
    # Then the mark stands, it is on the officer's list with its age, and the machine may enter no code at all
    (row,) = unresolved_before(TODAY, Pupil.objects.all())
    assert (row.mark.pupil, row.school_days) == (pupil, 6)
    assert Mark.objects.get(pupil=pupil).code == "N"
    assert not codes_allowed(system, TODAY, policy=policy_of("advance"))
    assert "O" in codes_allowed(people.alma, TODAY, policy=policy_of("advance"))
    page_says("ALP-A1.04")


@proves("ALP-A1.04")
def test_before_19_august_2024_no_number_of_days_was_set() -> None:
    assert str(beaten("ALP-A1.04").law_from) == "2024-08-19"
    assert national().find(UnexplainedAbsence, on=OLD) is None
    assert policy_of("advance").find(UnexplainedAbsence, on=OLD) is None


@proves("ALP-A1.05")
def test_what_is_not_possible_is_q_d_x_and_y1_to_y7(adopt: Adopt, keyed: Keyed, page_says) -> None:
    _, law = gives_way("ALP-A1.05", CodeSet)

    assert set(law.not_possible) == NOT_POSSIBLE
    assert counted([*NOT_POSSIBLE, "Z", "#", "Y"], TODAY) == Measures()
    page_says("ALP-A1.05")
    assert keyed("Y", nature="Snow")[0] == "refused"
    outcome, why = keyed("X")
    assert (outcome, "Use C2" in why) == ("refused", True)
    assert keyed("X", dob=dt.date(2022, 10, 1))[0] == "saved"


@proves("ALP-A1.05")
@pytest.mark.parametrize("code", ["X", "Y", "Z", "#"])
def test_until_19_august_2024_the_policys_four_were_those_not_counted(code: str) -> None:
    assert counted([code], OLD) == Measures()
    assert in_force(OLD)[code].holds(OLD)


@proves("ALP-A1.05")
def test_a_session_that_is_not_held_is_none_that_was_possible(people: People) -> None:
    make_session(TODAY)

    assert counted([], TODAY).possible == 0
    assert (refused("X", on=OLD) is not None, refused("X", on=OLD, dob=dt.date(2020, 10, 1))) == (True, None)


@proves("ALP-2.01")
def test_an_arrival_after_close_and_any_absence_are_absences() -> None:
    u_and_i_are_absences_and_l_is_present()


@proves("ALP-2.02")
def test_a_family_emergency_is_authorised_where_leave_was_granted(adopt: Adopt, code: Code, people: People) -> None:
    adopt("advance")
    an_emergency_is_authorised_where_leave_was_granted(code, people)


@proves("ALP-2.03")
def test_a_listed_reason_warns_beside_an_authorised_code(adopt: Adopt, code: Code, page_says) -> None:
    adopt("advance")
    a_birthday_with_an_authorised_code_is_warned_of(code)
    page_says("ALP-2.03")


@proves("ALP-A1.03")
def test_g_n_o_and_u_are_unauthorised() -> None:
    four_codes_are_unauthorised(policy_of("advance").terms(CodeSet, on=TODAY).unauthorised)


@proves("ALP-A1.06")
def test_study_leave_outside_year_eleven_warns_and_within_it_does_not(adopt: Adopt, code: Code, page_says) -> None:
    adopt("advance")
    in_may = dt.date(2026, 5, 18)
    ten = code(in_may, code="S", reason="Revision", pupil=of_that_year(year=10, dob=dt.date(2011, 3, 1)))
    eleven = code(in_may, code="S", reason="Revision", pupil=of_that_year(year=11, dob=dt.date(2010, 3, 1)))
    assert [each.mark.code for each in (ten, eleven)] == ["S", "S"]
    assert ["Year 11 and above" in each.page for each in (ten, eleven)] == [True, False]
    november = code(dt.date(2025, 11, 5), code="S", reason="Revision", pupil=of_that_year(year=11))
    assert "public examinations" in november.page
    page_says("ALP-A1.06")


@proves("ALP-A1.07")
def test_h_is_refused_always_and_c_without_leave(adopt: Adopt, code: Code, people: People, page_says) -> None:
    adopt("advance")
    on = dt.date(2025, 12, 1)
    assert refused("H", on=on) is not None
    without = code(on, code="C", reason="A wedding")
    assert (without.status, without.mark.code) == (422, "N")
    child = of_that_year()
    grant(child, on, on + dt.timedelta(days=1), people=people)
    assert code(on, code="C", reason="As granted", pupil=child).mark.code == "C"
    page_says("ALP-A1.07")


@proves("ALP-A1.07")
def test_until_19_august_2024_h_was_leave_that_was_granted() -> None:
    assert str(beaten("ALP-A1.07").law_from) == "2024-08-19"
    assert refused("H", on=OLD) is None
