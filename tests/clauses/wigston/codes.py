"""The codes that Wigston's policy prints with their classes, and the classes they have in law."""

import datetime as dt

import pytest

from attendance_mat.accounts.member import machine
from attendance_mat.policy.leave_types import UnauthorisedReasons
from attendance_mat.policy.school_day import CodeSet, DefaultMark
from registers.actions.closing import close_due_registers
from registers.actions.expecting import expect_absence
from registers.models import Mark, Pupil
from registers.queries.today import children
from registers.rules import codes
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Physical, Statistical
from registers.rules.day import Place
from registers.rules.measures import Measures, measure
from tests.clauses import proves
from tests.clauses.coding import Code, four_codes_are_unauthorised, grant, of, of_that_year
from tests.clauses.law import OLD, TODAY, beaten, gives_way, in_force, policy_of, refused
from tests.clauses.schools import Adopt, Keyed
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

A_DAY = dt.timedelta(days=1)


ACTIVITY = {"B", "K", "P", "V", "W"}
AUTHORISED = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"}


def classed(statistical: Statistical) -> set[str]:
    """Return the codes of a class today."""
    return {code for code, row in in_force(TODAY).items() if row.statistical is statistical}


def morning(code: str, on: dt.date = TODAY) -> Measures:
    """Return what one morning of a code comes to."""
    return measure([SessionMark(on, Half.AM, code)])


@proves("WAT-A1.01")
def test_thirty_four_codes_are_offered_and_h_ended(adopt: Adopt, keyed: Keyed, page_says) -> None:
    own, law = gives_way("WAT-A1.01", CodeSet)

    assert set(own.codes) - set(law.codes) == {"H"}
    assert len(law.codes) == len(in_force(TODAY)) == 34
    page_says("WAT-A1.01")
    assert [keyed(code, nature="Snow")[0] for code in ("H", "Y", "J")] == ["refused"] * 3
    assert [keyed(code, nature="Snow")[0] for code in ("Y4", "J1")] == ["saved"] * 2


@proves("WAT-A1.01")
def test_h_was_a_code_until_18_august_2024() -> None:
    assert "H" in in_force(OLD)
    assert "H" not in in_force(dt.date(2024, 8, 19))


@proves("WAT-A1.03")
def test_b_and_k_are_activities_and_an_interview_is_an_absence(page_says) -> None:
    own, law = gives_way("WAT-A1.03", CodeSet)

    assert classed(Statistical.AEA) == set(law.activity) == ACTIVITY
    assert "J1" in own.activity
    assert morning("J1") == Measures(authorised=1)
    assert all(morning(code) == Measures(present=1) for code in ACTIVITY)
    assert morning("D").possible == 0
    page_says("WAT-A1.03")


@proves("WAT-A1.03")
def test_until_19_august_2024_an_interview_attended() -> None:
    assert morning("J", OLD) == Measures(present=1)


@proves("WAT-A1.04")
def test_authorised_absence_is_the_laws_ten_codes(page_says) -> None:
    own, law = gives_way("WAT-A1.04", CodeSet)

    assert classed(Statistical.AUTHORISED) == set(law.authorised) == AUTHORISED
    assert set(own.authorised) - AUTHORISED == {"B", "D", "H", "K"}
    assert all(morning(code) == Measures(authorised=1) for code in AUTHORISED)
    assert morning("H") == Measures()
    page_says("WAT-A1.04")


@proves("WAT-A1.04")
def test_until_19_august_2024_h_was_authorised_absence() -> None:
    assert morning("H", OLD) == Measures(authorised=1)


@proves("WAT-4.04")
def test_no_machine_marks_an_absentee_when_a_register_closes(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime, it_is
) -> None:
    # Given three absentees, one with leave granted beforehand
    own, law = gives_way("WAT-4.04", DefaultMark)
    assert (own.code, law.code) == ("O", None)
    adopt("wigston")
    group = make_group()
    with_leave, *others = (make_pupil(group=group) for _ in range(3))
    register = make_register(make_session(TODAY), group)
    expect_absence(
        with_leave, from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), halves="both", code="C",
        origin="leave request 1", by=people.ben, at=monday_morning,
    )  # fmt: skip
    # When the register closes by itself
    closing = monday_morning + dt.timedelta(hours=3)
    it_is(closing)
    close_due_registers(by=machine("Timer", at=monday_morning), at=closing)
    # Then one has the leave, in the grantor's name, and two have no mark and are looked for
    assert list(Mark.objects.values_list("pupil", "code", "made_by_name")) == [(with_leave.pk, "C", "Ben Okafor")]
    places = {child.pupil_id: child.place for child in children(register.session, Pupil.objects.all())}
    assert [places[pupil.pk] for pupil in (with_leave, *others)] == [Place.EXPLAINED, Place.NOT_YET, Place.NOT_YET]
    page_says("WAT-4.04")


@proves("WAT-4.04")
def test_a_person_enters_n_for_an_absentee(adopt: Adopt, keyed: Keyed) -> None:
    adopt("wigston")

    assert keyed("N") == ("saved", "")


@proves("WAT-4.16")
def test_the_seven_reasons_are_offered_and_each_is_unauthorised(adopt: Adopt, code: Code) -> None:
    adopt("wigston")
    reasons = policy_of("wigston").terms(UnauthorisedReasons, on=TODAY).reasons
    assert len(reasons) == 7
    for reason in reasons:
        saved = code(words=reason)
        assert (saved.status, saved.statistical) == (200, Statistical.UNAUTHORISED)
        assert saved.mark.amendments.get().reason == reason
    assert "Found in a truancy sweep" in reasons


@proves("WAT-A1.02")
def test_the_present_mark_and_l_are_present() -> None:
    assert {"/", "\\", "L"} == {row.code for row in codes.in_force(TODAY) if row.physical is Physical.PRESENT}
    sums = of("/ / / / / / / / L I")
    assert (sums.present, sums.possible) == (9, 10)


@proves("WAT-A1.05")
def test_g_n_o_and_u_are_unauthorised() -> None:
    four_codes_are_unauthorised(policy_of("wigston").terms(CodeSet, on=TODAY).unauthorised)


@proves("WAT-A1.07")
@pytest.mark.parametrize("code", ["#", "Z"])
def test_a_planned_closure_and_a_prospective_pupil_are_in_no_count(code: str) -> None:
    assert of(code, dt.date(2026, 1, 5)) == Measures()
    assert of(f"/ {code}") == Measures(present=1)


@proves("WAT-A1.08")
def test_granted_leave_is_c_h_is_refused_and_days_beyond_it_are_g_once_a_holiday_is_established(
    adopt: Adopt, code: Code, people: People, page_says
) -> None:
    adopt("wigston")
    child, until = of_that_year(), dt.date(2025, 11, 5)
    grant(child, dt.date(2025, 11, 3), until, people=people)
    assert refused("H", on=until) is not None
    assert code(until - A_DAY, code="C", reason="As granted", pupil=child).mark.code == "C"
    beyond = [code(until + A_DAY * n, words="Holiday not agreed", pupil=child).mark.code for n in range(2)]
    assert beyond == ["G", "G"]
    assert code(until + 2 * A_DAY, code="C", reason="More of it", pupil=child).status == 422
    page_says("WAT-A1.08")


@proves("WAT-A1.08")
def test_until_19_august_2024_h_was_a_holiday_that_was_agreed() -> None:
    assert str(beaten("WAT-A1.08").law_from) == "2024-08-19"
    assert (refused("H", on=OLD), refused("G", on=OLD)) == (None, None)
