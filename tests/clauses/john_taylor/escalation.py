"""John Taylor's steps: suspected leave, its chart of days absent, years 12 and 13, the legal decision and neglect."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.core.management import call_command

from attendance_mat.policy.ladder import Ladders
from tests.clauses import proves
from tests.clauses.law import TODAY, policy_of
from tests.clauses.nights import YEAR, Nights, fall, letters, reached, stages, steps

Live = Callable[[str], Nights]
NOV = {day: dt.date(2025, 11, day) for day in range(1, 31)}
DEC_1 = dt.date(2025, 12, 1)
CALL = {"does": "call", "words": "Ring home.", "role": "attendance_officer", "within_school_days": 2}
FIVE_DAYS = {"count": "missed", "unit": "sessions", "window": {"span": "year"}, "sign": "or_more", "than": 10}


def keys_of(ladder: str) -> set[str]:
    """Return the stages of one of the policy's ladders."""
    ladders = policy_of("john_taylor").terms(Ladders, on=TODAY).ladders
    return {stage.key for each in ladders if each.key == ladder for stage in each.stages}


def enter(key: str, **fields: object) -> Callable[[list[dict[str, Any]]], None]:
    """Return what enters into the policy a stage whose text it lacks."""

    def change(ladders: list[dict[str, Any]]) -> None:
        row = next(stage for ladder in ladders for stage in ladder["stages"] if stage["key"] == key)
        row.update(configured=True, **fields)

    return change


@proves("JTM-7.12")
def test_where_evidence_of_illness_does_not_come_four_actions_are_offered_and_what_is_taken_is_kept(
    nights: Live,
) -> None:
    # Given five days of illness from Monday 3 November and, agreed on the 10th, evidence asked for by the 17th
    school = nights("john_taylor")
    pupil = school.pupil("." * 80 + "II" * 5 + "." * 14, last=NOV[18])
    school.pass_night(NOV[7])
    school.begin(NOV[10])
    row = pupil.stages.get(stage="suspected_leave")
    assert school.post("alma", f"stages/{row.pk}/agree/", because="")[0] == 302
    evidence = steps(pupil, "evidence", stage=row)[0]
    assert evidence.due_date == NOV[17]
    assert "suspected-leave" in letters(pupil)
    # When the case is opened on the 18th and none has come, then the four actions are offered
    school.begin(NOV[18])
    said = school.case_page(pupil)
    assert "Choose Record as unauthorised Home visit Letter of concern Refer to the local authority" in said
    assert f"{evidence.words} Attendance officer, by Mon 17 Nov 2025 Overdue" in said
    # And those taken are kept
    (decision,) = steps(pupil, "decision", stage=row)
    school.do(decision, chosen="Home visit", outcome="Nobody was at home.")
    visit = {"does": "referral", "words": "Tell the authority.", "role": "attendance_officer", "due_date": "2025-11-19"}
    assert school.post("alma", f"cases/{row.case_id}/steps/", **visit)[0] == 302
    said = school.case_page(pupil)
    assert "Done Tue 18 Nov 2025, Alma Reyes. Home visit. Nobody was at home." in said
    assert "Tell the authority." in said


@proves("JTM-10.01")
def test_a_step_at_five_days_that_the_trust_has_entered_is_due_with_the_tenth_session_missed(nights: Live) -> None:
    # Given a step at five days that the trust has entered, and a pupil who misses the tenth session on 14 November
    school = nights("john_taylor")
    school.trust_sets_stages(enter("days_absent", when=FIVE_DAYS, actions=[CALL]))
    pupil = school.pupil("." * 70 + "I." * 9 + "." * 10 + ".I", last=NOV[14])
    # When the night before passes, then nothing is due; when that night does, then the step is
    school.pass_night(NOV[13])
    assert "days_absent" not in reached(pupil)
    school.pass_night(NOV[14])
    assert reached(pupil)["days_absent"] == NOV[14]
    assert [step.words for step in steps(pupil, "call")] == ["Ring home."]


@proves("JTM-10.01")
def test_without_steps_entered_the_pack_is_said_not_to_be_configured_and_fires_none(nights: Live) -> None:
    said = io.StringIO()
    call_command("policy", "check", "john_taylor", stdout=io.StringIO(), stderr=said)
    for label in ("Parent contact chart", "Steps by days absent", "School intervention step 1"):
        assert f"{label}: not configured." in said.getvalue()

    school = nights("john_taylor")
    pupil = school.pupil("." * 80 + "I." * 10, last=NOV[14])
    school.pass_night(NOV[14])
    assert not {"parent_contact", "days_absent", "intervention_step_1"} & reached(pupil).keys()


@proves("JTM-11.13")
def test_for_a_pupil_of_year_12_the_ladder_of_years_12_and_13_applies_and_no_legal_step(nights: Live) -> None:
    # Given a step for years 12 and 13 that the trust has entered, and pupils of years 11 and 12 away half the time
    school = nights("john_taylor")
    school.trust_sets_stages(enter("post_16_step_1", when=FIVE_DAYS, actions=[CALL]))
    half_away = "".join("OO" if n % 2 else ".." for n in range(50))
    younger = school.pupil(half_away, last=NOV[14], year=11, dob=dt.date(2009, 11, 1))
    older = school.pupil(half_away, last=NOV[14], year=12, dob=dt.date(2009, 1, 10))
    # When the night passes
    school.pass_night(NOV[14])
    # Then the legal and other steps of the graduated response are the younger one's, and the older has that step alone
    graduated, post_16 = keys_of("graduated_response"), keys_of("post_16")
    assert {"persistent", "severe", "neglect", "penalty_notice"} <= stages(younger).keys() & graduated
    assert not stages(younger).keys() & post_16
    assert stages(older).keys() == post_16 == {"post_16_step_1"}
    assert reached(older).keys() & graduated == set()
    assert [step.words for step in steps(older, "call")] == ["Ring home."]
    assert "ten_in_ten_weeks" in reached(younger).keys() - reached(older).keys()


@proves("JTM-13.01")
def test_a_review_that_parents_do_not_engage_leads_to_a_legal_decision_with_reason_and_option(nights: Live) -> None:
    # Given a pupil persistently absent, whose plan is reviewed on Monday 1 December
    school = nights("john_taylor")
    pupil = school.pupil(fall((92, 110), (100, 120)), last=NOV[28])
    school.pass_night(NOV[21])
    school.pass_night(NOV[28])
    school.begin(DEC_1)
    review = steps(pupil, "decision", words__startswith="Review “Persistent absence”")[0]
    school.do(review, chosen="Stay at the stage", outcome="Parents not engaging.")
    school.do(steps(pupil, "plan")[0], outcome="Offered twice; not taken up.")
    # When that is saved as the reason of a legal decision
    reason = {"reason": "Parents not engaging.", "because": "Two letters came back."}
    status, said = school.put(pupil, "legal_review", **reason)
    assert status == 302, said
    # Then the decision is there to be made, with its options, and is kept with the reason
    (decision,) = steps(pupil, "decision", words__startswith="Decide on the referral")
    assert decision.options == ["Penalty notice", "Prosecution", "Children's social care"]
    school.do(decision, chosen="Children's social care", outcome="Staffordshire's duty team was rung.")
    said = school.case_page(pupil)
    assert "Parents not engaging." in said
    assert "Children's social care. Staffordshire's duty team was rung." in said


@proves("JTM-13.03")
def test_attendance_of_75_percent_over_three_terms_is_considered_as_neglect_and_a_session_more_is_not(
    nights: Live,
) -> None:
    # Given pupils who attended 285 and 286 of the year's 380 sessions
    school = nights("john_taylor")
    at_75, above = (school.pupil(fall((now, 380)), last=YEAR[-1]) for now in (285, 286))
    # When the night of the last day passes
    school.pass_night(YEAR[-1])
    # Then the safeguarding lead considers the first, and not the second
    (step,) = steps(at_75, "referral", stage__stage="neglect")
    assert step.role == "safeguarding_lead"
    assert "Attended 285 of 380 possible sessions" in school.case_page(at_75)
    assert "neglect" not in reached(above)
    assert not steps(above, "referral", stage__stage="neglect")
