"""When a name may come off the roll: Advance's policy on nursery places, and the law."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.actions.leaving import record_enquiry
from attendance_mat.admission.actions.missing import open_missing, say_untraced, take_step
from attendance_mat.policy.legal_route import RollRemoval
from attendance_mat.policy.school_day import NurseryPlace
from attendance_mat.trust.models import School
from escalation.actions import run_threshold_check
from escalation.models import Finding
from registers.models import RollPeriod
from tests.admission.leavings import enquire, meet, propose
from tests.clauses import leaving, proves
from tests.clauses.law import gives_way
from tests.clauses.schools import Adopt, Browse
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

TERM = weekdays(dt.date(2026, 9, 7), 55)  # to Friday 20 November


@proves("ALP-0.02")
def test_a_nursery_child_often_absent_is_listed_and_stays_on_the_roll(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime
) -> None:
    # Given a nursery child who missed half of the term
    own, law = gives_way("ALP-0.02", NurseryPlace)
    assert (own.withdrawn_for_absence, law.withdrawn_for_absence) == (True, False)
    school = adopt("advance")
    School.objects.filter(pk=school.pk).update(go_live_date=dt.date(2026, 9, 1))
    child = make_pupil(dob=dt.date(2023, 3, 4), year=-1)
    hold(TERM)
    take_registers({child: spell_out(TERM, "." * 55 + "O" * 55)}, by=people.tess)
    # When the night is checked
    run = run_threshold_check(School.objects.get(pk=school.pk), as_of=TERM[-1], at=monday_morning)
    # Then the child is found persistently absent, which ends no roll period
    assert run is not None
    assert run.error == ""
    assert "persistent_absence" in Finding.objects.filter(pupil=child).values_list("rule", flat=True)
    assert RollPeriod.objects.get(pupil=child).until_date is None
    page_says("ALP-0.02")


@proves("ALP-5.09")
def test_ten_days_after_leave_the_name_waits_for_both_enquiries_and_the_sickness_test(
    adopt: Adopt, people: People, page_says
) -> None:
    gives_way("ALP-5.09", RollRemoval)
    adopt("advance")
    pupil = leaving.not_back_after_leave(people)
    assert leaving.reviewed(leaving.TENTH_DAY) == [(pupil, "h")]
    leaving.waits_for_both(pupil, "h", people, leaving.AFTER_TEN)
    page_says("ALP-5.09")


@proves("ALP-5.10")
def test_twenty_days_are_of_g_n_and_o_alone(adopt: Adopt, people: People, page_says) -> None:
    own, law = gives_way("ALP-5.10", RollRemoval)
    assert (own.codes, law.codes) == (("G", "N", "O", "U"), ("G", "N", "O"))
    adopt("advance")
    leaving.twenty_days_are_reviewed_on_the_twentieth(people)
    page_says("ALP-5.10")


@proves("ALP-11.03")
def test_the_authoritys_written_confirmation_is_not_waited_for_and_its_enquiries_are(
    adopt: Adopt, people: People, page_says
) -> None:
    # Given twenty days, and the authority told but with no answer yet
    adopt("advance")
    proposed = propose(leaving.gone_for_twenty_days(people), "i", by=people.alma, at=leaving.AT)
    meet(proposed, "not_sick_or_kept_away", by=people.alma, at=leaving.AT)
    enquire(proposed, "school", by=people.alma, at=leaving.AT)
    enquire(proposed, "authority", by=people.alma, at=leaving.AT, outcome="waiting")
    assert "No enquiry with an answer is recorded by the authority." in leaving.refused(proposed, people, leaving.AT)
    # When it answers that it found nothing, with no letter that confirms a removal
    enquire(proposed, "authority", by=people.alma, at=leaving.AT)
    # Then the name may come off
    leaving.approved(proposed, people, leaving.AT)
    page_says("ALP-11.03")


@proves("ALP-11.05")
def test_a_child_nobody_can_trace_becomes_the_safeguarding_leads_task(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    # Given three attempts that found nothing
    adopt("advance")
    at = dt.datetime(2025, 11, 14, 15, tzinfo=dt.UTC)
    pupil = make_pupil(from_date=leaving.SINCE)
    case = open_missing(pupil, identified_on=dt.date(2025, 11, 10), by=people.alma, at=at)
    for day in (11, 12, 14):
        record_enquiry(
            pupil, enquirer="school", how="Home visit", made_on=dt.date(2025, 11, day), outcome="nothing", words="",
            by=people.alma, at=at,
        )  # fmt: skip
    assert "cannot be traced" not in browse("sadie").get("/s/alder-primary/roll/missing-education/").text
    # When the child is said to be untraced
    say_untraced(case, by=people.alma, at=at)
    # Then the safeguarding lead is told, and the step is theirs
    assert "1 child cannot be traced" in browse("sadie").get("/s/alder-primary/roll/missing-education/").text
    with pytest.raises(ValidationError, match="safeguarding lead's"):
        take_step(case, number=6, by=people.alma, at=at)
    assert take_step(case, number=6, by=people.member("sadie"), at=at).steps[6]["by"] == "Sadie Blum"
