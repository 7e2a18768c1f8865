"""What is beyond a family's control, under Wigston's policy and in law."""

import pytest

from attendance_mat.policy.school_day import ExceptionalCauses
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Statistical
from registers.rules.measures import Measures, measure
from tests.clauses import proves
from tests.clauses.coding import of
from tests.clauses.law import OLD, TODAY, beaten, in_force
from tests.clauses.schools import Adopt, Keyed

NOT_POSSIBLE = {"Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"}


@proves("WAT-4.12")
@pytest.mark.parametrize("code", ["Y1", "Y2", "Y3", "Y4", "Y7"])
def test_an_unavoidable_cause_is_not_a_possible_session_and_no_authorised_absence(
    adopt: Adopt, keyed: Keyed, code: str
) -> None:
    adopt("wigston")

    assert keyed(code, nature="Extreme weather") == ("saved", "")
    assert in_force(TODAY)[code].statistical is Statistical.NOT_POSSIBLE
    assert measure([SessionMark(TODAY, Half.AM, code)]) == Measures()


@proves("WAT-4.12")
def test_only_y7_needs_its_nature(adopt: Adopt, keyed: Keyed, page_says) -> None:
    page_says("WAT-4.12")
    assert [keyed("Y7")[0], keyed("Y4")[0]] == ["refused", "saved"]


@proves("WAT-4.12")
def test_until_19_august_2024_it_was_y_and_no_possible_session_either() -> None:
    assert str(beaten("WAT-4.12").law_from) == "2024-08-19"
    assert measure([SessionMark(OLD, Half.AM, "Y")]) == Measures()
    assert ExceptionalCauses.name in beaten("WAT-4.12").parameters


@proves("WAT-A1.06")
def test_nine_codes_are_not_possible_sessions() -> None:
    assert of(" ".join(sorted(NOT_POSSIBLE))) == Measures()
    sums = of("/ / / / / / / / Y2 I")
    assert (sums.present, sums.possible) == (8, 9)
