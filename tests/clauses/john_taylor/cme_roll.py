"""A pupil who is not back after leave, under John Taylor's policy and in law."""

import datetime as dt

from attendance_mat.accounts.member import machine
from attendance_mat.policy.absence_procedure import NotReturned
from attendance_mat.policy.schema import UnexplainedAbsence
from escalation.models import Case
from registers.actions.closing import close_due_registers
from registers.actions.expecting import expect_absence
from registers.models import Mark, Pupil, RollPeriod
from registers.queries.today import unresolved_before
from tests.clauses import proves
from tests.clauses.law import TODAY, gives_way, policy_of
from tests.clauses.schools import Adopt
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

FRIDAY = dt.date(2026, 11, 20)


@proves("JTM-7.10")
def test_a_pupil_not_back_after_leave_is_coded_by_no_rule(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime, it_is
) -> None:
    # Given leave to Friday, and a pupil who is not there on Monday
    own, law = gives_way("JTM-7.10", NotReturned)
    assert (own.code, law.code) == ("O", None)
    adopt("john_taylor")
    group = make_group()
    pupil = make_pupil(group=group)
    make_register(make_session(TODAY), group)
    expect_absence(
        pupil, from_date=FRIDAY, until_date=FRIDAY + dt.timedelta(days=1), halves="both", code="C",
        origin="leave request 1", by=people.ben, at=monday_morning,
    )  # fmt: skip
    # When the register closes by itself
    closing = monday_morning + dt.timedelta(hours=3)
    it_is(closing)
    close_due_registers(by=machine("Timer", at=monday_morning), at=closing)
    # Then no mark is made, no case is opened, and the pupil stays on the roll
    assert not Mark.objects.filter(session__date=TODAY).exists()
    assert not Case.objects.exists()
    assert RollPeriod.objects.get(pupil=pupil).until_date is None
    page_says("JTM-7.10")


@proves("JTM-7.10")
def test_a_person_enters_n_and_settles_it_within_five_school_days(adopt: Adopt, people: People) -> None:
    adopt("john_taylor")
    pupil = make_pupil(group=make_group())
    for number in (17, 18, 19, 20, 23):
        make_session(dt.date(2026, 11, number))
    make_mark(pupil, make_session(dt.date(2026, 11, 16)), "N", by=people.tess)

    (row,) = unresolved_before(TODAY, Pupil.objects.all())

    terms = policy_of("john_taylor").terms(UnexplainedAbsence, on=TODAY)
    assert (row.mark.made_by_name, row.school_days, terms.school_days) == ("Tess Lindqvist", 5, 5)
