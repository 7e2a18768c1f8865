"""The codes that Wigston's policy prints with their classes, and the classes they have in law."""

import datetime as dt

from attendance_mat.accounts.member import machine
from attendance_mat.policy.school_day import CodeSet, DefaultMark
from registers.actions.closing import close_due_registers
from registers.actions.expecting import expect_absence
from registers.models import Mark, Pupil
from registers.queries.today import children
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Statistical
from registers.rules.day import Place
from registers.rules.measures import Measures, measure
from tests.clauses import proves
from tests.clauses.law import OLD, TODAY, gives_way, in_force
from tests.clauses.schools import Adopt, Keyed
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

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
