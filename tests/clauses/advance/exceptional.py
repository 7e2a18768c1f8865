"""The exceptional circumstances of Advance's policy, under the codes the law has for them."""

import datetime as dt

import pytest

from attendance_mat.policy.school_day import ExceptionalCauses, NatureRecorded
from registers.actions.expecting import expect_absence
from registers.models import Assignment
from tests.clauses import proves
from tests.clauses.law import OLD, TODAY, gives_way, in_force, refused
from tests.clauses.schools import Adopt, Browse, Keyed
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE, People


@proves("ALP-6.07")
def test_the_nature_is_asked_for_beside_y7_and_no_other_circumstance(adopt: Adopt, keyed: Keyed, page_says) -> None:
    gives_way("ALP-6.07", NatureRecorded)
    page_says("ALP-6.07")

    assert [keyed(f"Y{number}")[0] for number in range(1, 7)] == ["saved"] * 6
    assert [keyed("Y7")[0], keyed("Y")[0]] == ["refused"] * 2
    assert keyed("Y7", nature="A burst main at home")[0] == "saved"


@proves("ALP-6.07")
def test_until_19_august_2024_y_was_entered_with_its_nature() -> None:
    assert refused("Y", on=OLD) is not None
    assert refused("Y", on=OLD, nature="Snow") is None


@proves("ALP-9.01", "ALP-9.02")
@pytest.mark.parametrize("code", ["Y1", "Y2"])
def test_transport_is_y1_and_disruption_y2_whatever_public_transport_there_is(
    adopt: Adopt, keyed: Keyed, page_says, code: str
) -> None:
    own, law = gives_way("ALP-9.01", ExceptionalCauses)
    gives_way("ALP-9.02", ExceptionalCauses)
    page_says("ALP-9.01", "ALP-9.02")

    assert (code in law.codes, code in own.codes) == (True, False)
    assert keyed(code) == ("saved", "")
    assert keyed("Y", nature="The bus did not come")[0] == "refused"


@proves("ALP-9.03")
def test_detention_is_y5_however_long_and_only_the_office_sees_it(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    own, law = gives_way("ALP-9.03", ExceptionalCauses)
    assert (own.custody_under_months, law.custody_under_months) == (4, None)
    page_says("ALP-9.03")
    # Given a pupil of Tess's class, to be detained for the rest of the school year
    group = make_group()
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    register, pupil = make_register(make_session(TODAY), group), make_pupil(group=group)
    expect_absence(
        pupil, from_date=TODAY, until_date=dt.date(2027, 7, 20), halves="both", code="Y5", origin="office",
        by=people.ben, at=monday_morning,
    )  # fmt: skip
    # Then the class sees that the child is not expected, and the office sees why
    address = f"/s/alder-primary/registers/{register.pk}/"
    seen = browse("tess").get(address).text
    assert "Not expected" in seen
    assert ">Y5<" not in seen
    assert ">Y5<" in browse("alma").get(address).text


@proves("ALP-9.01", "ALP-9.02", "ALP-9.03")
def test_until_19_august_2024_one_y_was_for_all_three() -> None:
    assert refused("Y", on=OLD, nature="Snow") is None
    assert not [code for code in in_force(OLD) if code.startswith("Y") and code != "Y"]
