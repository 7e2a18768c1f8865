"""A pupil who is not back after leave, under John Taylor's policy and in law."""

import datetime as dt

from absence.actions.leave import refuse_leave
from absence.rules.days import Days
from attendance_mat.accounts.member import machine
from attendance_mat.policy.absence_procedure import NotReturned
from attendance_mat.policy.legal_route import RollRemoval
from attendance_mat.policy.schema import UnexplainedAbsence
from escalation.models import Case
from registers.actions.closing import close_due_registers
from registers.actions.expecting import expect_absence
from registers.models import Mark, Pupil, RollPeriod
from registers.queries.today import unresolved_before
from tests.absence.leave import ask
from tests.admission.leavings import enquire, meet, propose
from tests.clauses import leaving, proves
from tests.clauses.law import TODAY, gives_way, policy_of
from tests.clauses.schools import Adopt
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_register, make_session, make_sessions
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


@proves("JTM-7.20")
def test_twenty_days_are_of_g_n_and_o_alone(adopt: Adopt, people: People, page_says) -> None:
    now = policy_of("john_taylor").cited(RollRemoval, on=TODAY)
    assert now.overruled is not None
    assert (now.overruled.value.codes, now.value.codes) == (("G", "N", "O", "U"), ("G", "N", "O"))
    adopt("john_taylor")
    leaving.twenty_days_are_reviewed_on_the_twentieth(people)
    page_says("JTM-7.20")


@proves("JTM-7.21")
def test_leave_that_was_refused_opens_no_ten_day_review(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime
) -> None:
    # Given two pupils absent for ten school days, one after leave that was refused and one after leave that was given
    adopt("john_taylor")
    without = leaving.not_back_after_leave(people, granted=False)
    make_contact(without)
    make_sessions(dt.date(2025, 11, 3), 5)
    asked_at = dt.datetime(2025, 10, 20, 9, tzinfo=dt.UTC)
    days = Days(dt.date(2025, 11, 3), leaving.LEAVE_ENDED)
    request = ask(without, by=people.alma, at=asked_at, days=days, asked_on=dt.date(2025, 10, 20))
    refuse_leave(request, reason="Not exceptional.", by=people.ben, at=asked_at)
    granted = leaving.not_back_after_leave(people)
    # Then only the second is reviewed, and no ground h opens for the first
    assert leaving.reviewed(leaving.TENTH_DAY) == [(granted, "h")]
    proposed = propose(without, "h", by=people.alma, at=leaving.AFTER_TEN)
    meet(proposed, "not_sick_or_kept_away", by=people.alma, at=leaving.AFTER_TEN)
    enquire(proposed, "joint", by=people.alma, at=leaving.AFTER_TEN)
    why = leaving.refused(proposed, people, leaving.AFTER_TEN)
    assert "Leave that was refused opens no ground." in why
    page_says("JTM-7.21")
