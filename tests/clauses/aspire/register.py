"""What Aspire's register says of each pupil."""

from attendance_mat.policy.school_day import RegisterStatuses
from registers.rules.codes import Physical
from tests.clauses import proves
from tests.clauses.law import OLD, TODAY, gives_way, in_force
from tests.clauses.schools import Adopt, Keyed


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
