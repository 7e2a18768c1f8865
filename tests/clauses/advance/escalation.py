"""Advance's steps: meetings, the weekly review, support first, its chart, what its letters lead to, legal review."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.core.management import call_command

from letters.models import Letter
from tests.clauses import proves
from tests.clauses.law import beaten
from tests.clauses.nights import AUTUMN, Nights, fall, letters, reached, stages, steps
from tests.clauses.severe import FIFTY, FIFTY_ONE, was_severe
from tests.escalation.ladders import YEAR_BELOW_95

Live = Callable[[str], Nights]
NOV = {day: dt.date(2025, 11, day) for day in range(1, 31)}
DEC_12, DEC_15 = dt.date(2025, 12, 12), dt.date(2025, 12, 15)


@proves("ALP-5.08")
def test_below_90_percent_one_formal_meeting_with_pupil_and_parent_is_to_be_arranged(nights: Live) -> None:
    # Given attendance of 90.0 percent after sixty days, and of 89.9 percent after sixty-nine
    school = nights("advance")
    pupil = school.pupil(fall((108, 120), (124, 138)), last=AUTUMN[68])
    # When the night of the first passes, then there is no meeting
    school.pass_night(AUTUMN[59])
    assert "formal_meeting" not in stages(pupil)
    assert not steps(pupil, "meeting")
    # When the night of the second passes, twice, then there is one, with both
    for _ in range(2):
        school.pass_night(AUTUMN[68])
    assert reached(pupil)["formal_meeting"] == AUTUMN[68]
    (meeting,) = steps(pupil, "meeting")
    assert (meeting.role, meeting.words) == ("attendance_officer", "Formal meeting with the pupil and the parent.")
    assert "meeting-invitation" in letters(pupil)


@proves("ALP-13.04")
def test_the_agenda_of_a_weekly_review_lists_whose_attendance_fell_since_the_one_before(nights: Live) -> None:
    # Given a pupil whose attendance fell from the week of 7 November to that of 14 November, and two whose did not
    school = nights("advance")
    for surname, said in (
        ("Wren", ".........I" + ".......III"),
        ("Finch", "....IIIIII" + "........II"),
        ("Plover", "........II" * 2),
    ):
        school.pupil(said, last=NOV[14], surname=surname)
    # When the second agenda is made
    school.begin(NOV[14], 17)
    said = school.page("alma", "reviews/")
    # Then it lists the one who fell, with the sum
    assert "The week that ends on Friday 14 November 2025." in said
    assert "This week 7 of 10 sessions (70.0%), last week 9 of 10 (90.0%): it fell by 20.0 points." in said
    assert said.count("it fell by") == 1
    assert ["Wren, " in said, "Finch, " in said, "Plover, " in said] == [True, False, False]


@proves("ALP-13.04")
def test_before_any_figure_each_of_the_five_kinds_of_step_may_be_chosen(nights: Live) -> None:
    school = nights("advance")
    pupil = school.pupil(fall((100, 100)), last=AUTUMN[49])

    assert school.put(pupil, "early_concern")[0] == 302

    said = school.case_page(pupil)
    for kind in (
        "Letter to the parents", "Weekly attendance review", "Local authority's attendance team",
        "Attendance focus group", "Consider a penalty notice",
    ):  # fmt: skip
        assert kind in said


@proves("ALP-14.05")
def test_a_penalty_without_support_on_record_is_warned_of_and_a_person_goes_on_with_a_reason(
    nights: Live, page_says: Callable[..., None]
) -> None:
    # Given a pupil with no offer of support on record
    page_says("ALP-14.05")
    school = nights("advance")
    pupil = school.pupil(fall((80, 100)), last=AUTUMN[49])
    school.begin(NOV[3])
    # When a penalty step is chosen on Monday 3 November, then it warns that no support is recorded
    status, said = school.put(pupil, "penalty_notice", by="ben")
    assert (status, "No support is recorded." in said) == (422, True)
    assert stages(pupil) == {}
    # When the headteacher records why support is not appropriate, then it goes on, and the case keeps why
    status, _ = school.put(pupil, "penalty_notice", by="ben", because="A holiday: support is not appropriate.")
    assert status == 302
    assert stages(pupil) == {"penalty_notice": NOV[3]}
    assert "A holiday: support is not appropriate." in school.case_page(pupil)


@proves("ALP-14.05")
def test_support_on_record_needs_no_reason_and_a_sensitive_reason_holds_letters_back(nights: Live) -> None:
    # Given a pupil whose family is met, and one whom a sensitive reason holds back
    school = nights("advance")
    helped, held = (school.pupil(fall((95, 100)), last=AUTUMN[49]) for _ in range(2))
    school.begin(AUTUMN[40])
    given = {"reason": "sensitive", "words": "A parent is ill.", "from_date": str(AUTUMN[40]), "until_date": ""}
    assert school.post("sadie", f"pupils/{held.pk}/holds/", **given)[0] == 302
    # When the night passes, then a letter is drafted for the first and none for the second
    school.pass_night(AUTUMN[49])
    assert (letters(helped), letters(held), stages(held)) == (["attendance-notice"], [], {})
    # When the letter has gone and the family has been met, then a penalty step asks for no reason
    school.send(Letter.objects.get(pupil=helped))
    assert school.put(helped, "a6")[0] == 302
    school.do(steps(helped, "meeting")[0], outcome="Bus fares were offered.")
    assert school.put(helped, "penalty_notice", by="ben")[0] == 302


@proves("ALP-15.04")
def test_fifty_of_a_hundred_missed_is_on_the_list_of_severe_absence(
    nights: Live, page_says: Callable[..., None]
) -> None:
    # Given pupils who missed 51, 50 and 49 of 100 sessions
    page_says("ALP-15.04")
    school = nights("advance")
    named = {"Wren": 49, "Plover": 50, "Finch": 51}
    pupils = {name: school.pupil(fall((now, 100)), last=AUTUMN[49], surname=name) for name, now in named.items()}
    # When the night passes, then the first two are severely absent, the third is not
    school.pass_night(AUTUMN[49])
    assert {name: "severe" in stages(pupil) for name, pupil in pupils.items()} == {
        "Wren": True, "Plover": True, "Finch": False,
    }  # fmt: skip
    said = school.page("alma", "cases/", show="findings", rule="severe")
    assert [f"{name}, " in said for name in named] == [True, True, False]
    # And each of their cases asks for the authority and partners to be brought in
    (step,) = steps(pupils["Plover"], "referral")
    school.do(step, outcome="The authority's officer and the school nurse meet the family on Tuesday.")
    assert "The authority's officer and the school nurse" in school.case_page(pupils["Plover"])


@proves("ALP-15.04")
def test_until_19_august_2024_it_was_more_than_half() -> None:
    beaten("ALP-15.04")

    assert not was_severe("advance", FIFTY)
    assert was_severe("advance", FIFTY_ONE)


@proves("ALP-17.01")
def test_six_weeks_without_improvement_a_legal_review_offers_the_measures_and_keeps_the_choice(nights: Live) -> None:
    # Given a pupil below 90 percent whose formal meeting was set on Monday 3 November, and who stays below
    school = nights("advance")
    pupil = school.pupil(fall((68, 80), (84, 100), (101, 120), (119, 142)), last=DEC_15)
    school.pass_night(NOV[2])
    assert stages(pupil)["formal_meeting"] == NOV[3]
    # When the Friday before six weeks are over passes, then no review is due
    school.pass_night(DEC_12)
    assert "legal_review" not in reached(pupil)
    # When Monday 15 December does, the forty-second day, then one is, with the four measures
    school.pass_night(DEC_15)
    assert reached(pupil)["legal_review"] == DEC_15
    (review,) = steps(pupil, "decision", words__startswith="Consider the next measure")
    assert review.options == [
        "Formal meeting with the School Attendance Support Team", "Parenting contract", "Education supervision order",
        "Children's social care",
    ]  # fmt: skip
    school.do(review, chosen="Children's social care", outcome="The help has changed nothing.")
    assert "Children's social care. The help has changed nothing." in school.case_page(pupil)


@proves("ALP-A2.01")
def test_the_stages_of_the_chart_that_are_not_in_the_text_are_said_not_to_be_configured() -> None:
    said = io.StringIO()
    call_command("policy", "check", "advance", stdout=io.StringIO(), stderr=said)

    missing = {line.split(":")[0] for line in said.getvalue().splitlines() if "not configured" in line}
    assert missing == {"A2", "A3", "A4", "A5"}


@proves("ALP-A2.01")
def test_a_stage_of_the_chart_fires_once_the_trust_has_entered_it(nights: Live) -> None:
    # Given pupils at 94 percent, before and after the trust enters stage A2
    school = nights("advance")
    pupil = school.pupil(fall((94, 100)), last=AUTUMN[49])
    school.pass_night(AUTUMN[49])
    assert set(stages(pupil)) == {"a1"}

    def enter(ladders: list[dict[str, Any]]) -> None:
        a2 = next(each for each in ladders[0]["stages"] if each["key"] == "a2")
        call = {"does": "call", "words": "Ring home.", "role": "attendance_officer", "within_school_days": 2}
        a2.update(configured=True, when=YEAR_BELOW_95, actions=[call])

    school.trust_sets_stages(enter)
    # When the night passes again, then its step is due
    school.pass_night(AUTUMN[49])
    assert set(stages(pupil)) == {"a1", "a2"}
    assert [step.words for step in steps(pupil, "call")] == ["Ring home."]


@proves("ALP-L2.3")
def test_once_medical_evidence_is_overdue_a_case_offers_to_refer_or_not_and_keeps_the_decision(nights: Live) -> None:
    # Given evidence asked for on Monday 3 November, within five school days
    school = nights("advance")
    pupil = school.pupil(fall((90, 100)), last=AUTUMN[49])
    school.begin(NOV[3])
    status, _ = school.put(pupil, "second_letter", because="Told at the gate on Friday.")
    assert status == 302
    assert "medical-evidence-required" in letters(pupil)
    (evidence,), (decision,) = steps(pupil, "evidence"), steps(pupil, "decision")
    assert (evidence.due_date, decision.due_date) == (NOV[10], NOV[11])
    # When the case is opened on Tuesday 11 November, then the evidence is overdue and both ways are offered
    school.begin(NOV[11])
    said = school.case_page(pupil)
    assert "Attendance officer, by Mon 10 Nov 2025 Overdue" in said
    assert "Choose Refer Do not refer" in said
    # And what is decided is kept
    school.do(decision, chosen="Do not refer", outcome="The surgery is slow to answer.")
    assert "Done Tue 11 Nov 2025, Alma Reyes. Do not refer. The surgery is slow to answer." in school.case_page(pupil)


@proves("ALP-L3.3")
def test_after_the_third_letter_early_help_or_a_referral_is_offered_and_what_is_chosen_is_kept_with_its_day(
    nights: Live,
) -> None:
    # Given the notice of persistent absence sent on Monday 17 November
    school = nights("advance")
    pupil = school.pupil(fall((89, 100)), last=NOV[14])
    school.pass_night(NOV[14])
    school.begin(NOV[17])
    school.send(Letter.objects.get(pupil=pupil, template="persistent-absence-notice"))
    # When the case is opened, then both are offered
    said = school.case_page(pupil)
    assert "Choose Early help assessment Referral to the Attendance Improvement Team Neither for now" in said
    # And the choice is kept with its day, and the step it leads to has a day of its own
    (decision,) = steps(pupil, "decision")
    school.do(decision, chosen="Early help assessment", outcome="The family agrees.")
    step = {"does": "task", "words": "Early help assessment.", "role": "attendance_officer", "due_date": "2025-11-24"}
    assert school.post("alma", f"cases/{decision.case_id}/steps/", **step)[0] == 302
    said = school.case_page(pupil)
    assert "Done Mon 17 Nov 2025, Alma Reyes. Early help assessment. The family agrees." in said
    assert "Early help assessment. Attendance officer, by Mon 24 Nov 2025" in said
