"""When a name may come off the roll, and who is missing education: Aspire's policy, and the law."""

import datetime as dt

from attendance_mat.admission.queries.missing import leavers_with_nowhere_known
from attendance_mat.policy.legal_route import RollRemoval
from registers.models import Pupil
from tests.clauses import leaving, proves
from tests.clauses.law import gives_way
from tests.clauses.schools import Adopt
from tests.factories import make_pupil
from tests.people import People

LEFT = dt.date(2025, 11, 8)  # last on the roll on Friday 7 November 2025


@proves("AET-3.05")
def test_a_leaver_with_no_confirmed_school_is_listed_as_missing_education(adopt: Adopt) -> None:
    adopt("aspire")
    pupil = make_pupil(from_date=leaving.SINCE, until_date=LEFT)
    assert leavers_with_nowhere_known(Pupil.objects.all(), on=LEFT) == [pupil]
    Pupil.objects.filter(pk=pupil.pk).update(next_school="Fernside School", next_school_date=dt.date(2025, 11, 10))
    assert leavers_with_nowhere_known(Pupil.objects.all(), on=LEFT) == []


@proves("AET-5.10")
def test_ten_days_after_leave_the_name_waits_for_both_enquiries_and_the_sickness_test(
    adopt: Adopt, people: People, page_says
) -> None:
    own, law = gives_way("AET-5.10", RollRemoval)
    assert (own.after_leave_days, law.after_leave_days) == (10, 10)
    adopt("aspire")
    pupil = leaving.not_back_after_leave(people)
    assert leaving.reviewed(leaving.TENTH_DAY) == [(pupil, "h")]
    leaving.waits_for_both(pupil, "h", people, leaving.AFTER_TEN)
    page_says("AET-5.10")


@proves("AET-5.11")
def test_twenty_days_are_of_g_n_and_o_alone(adopt: Adopt, people: People, page_says) -> None:
    own, law = gives_way("AET-5.11", RollRemoval)
    assert (own.codes, law.codes) == (("G", "N", "O", "U"), ("G", "N", "O"))
    adopt("aspire")
    leaving.twenty_days_are_reviewed_on_the_twentieth(people)
    page_says("AET-5.11")
