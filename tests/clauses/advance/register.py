"""What Advance's register says of each pupil, and what is written beside a code."""

import datetime as dt

import pytest

from attendance_mat.policy.school_day import ClassRecorded, NatureRecorded, RegisterStatuses
from registers.rules.codes import Physical, Statistical
from tests.clauses import proves
from tests.clauses.law import OLD, TODAY, gives_way, in_force, refused
from tests.clauses.schools import Adopt, Keyed

AGED_FOUR, AGED_SEVENTEEN = dt.date(2022, 10, 1), dt.date(2009, 3, 1)


@proves("ALP-6.03")
def test_q_and_y1_to_y7_make_up_the_fourth_status(adopt: Adopt, keyed: Keyed, page_says) -> None:
    gives_way("ALP-6.03", RegisterStatuses)

    unable = {code for code, row in in_force(TODAY).items() if row.physical is Physical.UNABLE_TO_ATTEND}
    assert unable == {"Q", *(f"Y{number}" for number in range(1, 8))}
    page_says("ALP-6.03")
    assert keyed("Y", nature="Snow")[0] == "refused"


@proves("ALP-6.03")
def test_until_19_august_2024_y_alone_was_the_fourth_status() -> None:
    assert {code for code, row in in_force(OLD).items() if row.physical is Physical.UNABLE_TO_ATTEND} == {"Y"}


@proves("ALP-6.05")
@pytest.mark.parametrize("dob", [AGED_FOUR, AGED_SEVENTEEN], ids=["four", "seventeen"])
def test_a_pupil_of_any_age_has_a_code_and_its_class_follows_from_it(adopt: Adopt, keyed: Keyed, dob: dt.date) -> None:
    gives_way("ALP-6.05", ClassRecorded)
    adopt("advance")

    assert [keyed(code, dob=dob)[0] for code in ("I", "O", "X")] == ["saved"] * 3
    classes = [in_force(TODAY)[code].statistical for code in ("I", "O", "X")]
    assert classes == [Statistical.AUTHORISED, Statistical.UNAUTHORISED, Statistical.NOT_POSSIBLE]


@proves("ALP-6.05")
def test_until_19_august_2024_the_class_was_recorded_for_compulsory_age_alone(page_says) -> None:
    own, law = gives_way("ALP-6.05", ClassRecorded)

    assert (own.compulsory_age_only, law.compulsory_age_only) == (True, False)
    page_says("ALP-6.05")


@proves("ALP-6.06")
def test_only_b_and_k_of_the_activities_need_their_nature(adopt: Adopt, keyed: Keyed, page_says) -> None:
    own, law = gives_way("ALP-6.06", NatureRecorded)

    assert set(law.codes) == {code for code, row in in_force(TODAY).items() if row.nature_required} == {"B", "K", "Y7"}
    assert {"P", "V", "W"} <= set(own.codes)
    page_says("ALP-6.06")
    assert [keyed(code)[0] for code in ("P", "V", "W", "D")] == ["saved"] * 4
    assert [keyed(code)[0] for code in ("B", "K", "J")] == ["refused"] * 3
    assert [keyed(code, nature="Tuition")[0] for code in ("B", "K")] == ["saved"] * 2


@proves("ALP-6.06")
def test_until_19_august_2024_an_interview_was_an_activity() -> None:
    assert refused("J", on=OLD, nature="At a college") is None
    assert refused("B", on=OLD) is not None
