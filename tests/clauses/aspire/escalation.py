"""Aspire's steps before and after absence is a problem: letters, meetings, support first, and the legal review."""

import datetime as dt
from collections.abc import Callable

from escalation import actions
from escalation.models import CaseTask, PupilStage
from tests.clauses import proves
from tests.clauses.law import beaten
from tests.clauses.nights import AUTUMN, FIRST, SPRING, Nights, fall, letters, reached, stages, steps
from tests.clauses.severe import FIFTY, FIFTY_ONE, was_severe
from tests.escalation.ladders import stage

Live = Callable[[str], Nights]
LETTER_BELOW_95 = stage(
    "early_letter",
    actions=[{"does": "letter", "words": "Write home.", "role": "attendance_officer", "within_school_days": 3,
        "letter": "letter-home"}],
)  # fmt: skip


@proves("AET-5.09")
def test_below_85_percent_the_officer_is_told_and_one_formal_meeting_is_to_be_arranged(nights: Live) -> None:
    # Given attendance of 85.0 percent after sixty days, and of 84.9 percent after seventy-three
    school = nights("aspire")
    pupil = school.pupil(fall((102, 120), (124, 146)), last=AUTUMN[72])
    # When the night of the first passes, then there is neither notice nor meeting
    school.pass_night(AUTUMN[59])
    assert "formal_meeting" not in stages(pupil)
    assert not steps(pupil, "tell") + steps(pupil, "meeting")
    # When the night of the second passes, twice, then there is one of each, for the attendance officer
    for _ in range(2):
        school.pass_night(AUTUMN[72])
    assert reached(pupil)["formal_meeting"] == AUTUMN[72]
    (told,), (meeting,) = steps(pupil, "tell"), steps(pupil, "meeting")
    assert (told.role, meeting.role) == ("attendance_officer", "attendance_officer")
    assert meeting.words == "Formal meeting with the parent."
    assert "Attended 124 of 146 possible sessions" in school.case_page(pupil)


@proves("AET-12.04")
def test_a_letter_step_set_above_persistent_absence_is_due_while_the_pupil_is_not_persistently_absent(
    nights: Live,
) -> None:
    # Given a letter below 95 percent that the trust has set, and pupils at 95.0 and at 94.9 percent
    school = nights("aspire")
    school.trust_sets_stages(lambda ladders: ladders[0]["stages"].insert(0, LETTER_BELOW_95))
    at_95, below = (school.pupil(fall((now, 138)), last=AUTUMN[68]) for now in (132, 131))
    # When the night passes
    school.pass_night(AUTUMN[68])
    # Then the letter is due for the second, who is not persistently absent
    assert "early_letter" not in reached(at_95)
    assert reached(below)["early_letter"] == AUTUMN[68]
    assert not {"persistent", "persistent_absence"} & reached(below).keys()
    (step,) = steps(below, "letter", words="Write home.")
    assert step.letter is not None


@proves("AET-12.04")
def test_before_any_figure_a_letter_the_authority_a_notice_or_a_clinic_may_be_chosen(nights: Live) -> None:
    school = nights("aspire")
    pupil = school.pupil(fall((100, 100)), last=AUTUMN[49])

    assert school.put(pupil, "early_concern")[0] == 302

    said = school.case_page(pupil)
    for kind in ("Letter to the parents", "Local authority's attendance team", "Attendance clinic", "penalty notice"):
        assert kind in said


@proves("AET-13.05")
def test_a_penalty_without_support_on_record_is_warned_of_and_a_person_goes_on_with_a_reason(
    nights: Live, page_says: Callable[..., None]
) -> None:
    # Given a pupil with no offer of support on record
    page_says("AET-13.05")
    school = nights("aspire")
    pupil = school.pupil(fall((80, 100)), last=AUTUMN[49])
    school.begin(dt.date(2025, 11, 3))
    # When a penalty step is chosen on Monday 3 November, then it warns that no support is recorded
    status, said = school.put(pupil, "penalty_notice", by="ben")
    assert (status, "No support is recorded." in said) == (422, True)
    assert stages(pupil) == {}
    # When the headteacher records why support is not appropriate, then it goes on, and the case keeps why
    status, _ = school.put(pupil, "penalty_notice", by="ben", because="A holiday: support is not appropriate.")
    assert status == 302
    assert stages(pupil) == {"penalty_notice": dt.date(2025, 11, 3)}
    assert "A holiday: support is not appropriate." in school.case_page(pupil)


@proves("AET-13.05")
def test_support_on_record_needs_no_reason_and_a_sensitive_reason_holds_letters_back(nights: Live) -> None:
    # Given a pupil whose parent came to a meeting, and one held back for a bereavement
    school = nights("aspire")
    helped, held = (school.pupil(fall((80, 100)), last=AUTUMN[49]) for _ in range(2))
    actions.place_hold(
        held, reason="bereavement", words="A death in the family.", from_date=AUTUMN[40], until_date=None,
        by=school.people.member("sadie"), at=school.now,
    )  # fmt: skip
    # When the night passes, then a letter is drafted for the first and none for the second
    school.pass_night(AUTUMN[49])
    assert (letters(held), stages(held)) == ([], {})
    assert "No letter was drafted: a hold lasts for this pupil." in school.case_page(held)
    assert "meeting-invitation" in letters(helped)
    # When the meeting has been held, then a penalty step asks for no reason
    school.do(steps(helped, "meeting")[0], outcome="A breakfast place was offered and taken up.")
    assert school.put(helped, "penalty_notice", by="ben")[0] == 302


@proves("AET-14.04")
def test_fifty_of_a_hundred_missed_is_on_the_list_of_severe_absence(
    nights: Live, page_says: Callable[..., None]
) -> None:
    # Given pupils who missed 51, 50 and 49 of 100 sessions
    page_says("AET-14.04")
    school = nights("aspire")
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


@proves("AET-14.04")
def test_until_19_august_2024_it_was_more_than_half() -> None:
    beaten("AET-14.04")

    assert not was_severe("aspire", FIFTY)
    assert was_severe("aspire", FIFTY_ONE)


@proves("AET-15.01")
def test_one_term_without_improvement_a_legal_review_offers_the_measures_and_keeps_the_choice(nights: Live) -> None:
    # Given a pupil at the stage of persistent absence since Monday 1 September, whose attendance stays at 86 percent
    school = nights("aspire")
    pupil = school.pupil(fall((129, 150), (129, 152)), last=SPRING[0])
    PupilStage.objects.create(
        pupil=pupil, pack="aspire", ladder="absence", stage="persistent", label="Persistent absence", source="history",
        proposed_at=school.now, entered_on=FIRST, entered_at=school.now,
    )  # fmt: skip
    # When term ends on Friday 19 December, then the review waits for the term that follows
    school.pass_night(AUTUMN[-1])
    assert "legal_review" not in reached(pupil)
    # When that begins, on Monday 5 January, then the review is due with the four measures
    school.pass_night(SPRING[0])
    assert reached(pupil)["legal_review"] == SPRING[0]
    (review,) = steps(pupil, "decision", words__startswith="Consider the next measure")
    assert review.options == [
        "Formal meeting with the School Attendance Support Team", "Parenting contract", "Education supervision order",
        "Children's social care",
    ]  # fmt: skip
    school.do(review, chosen="Parenting contract", outcome="Help was taken up and changed little.")
    assert CaseTask.objects.get(pk=review.pk).chosen == "Parenting contract"
    assert "Parenting contract. Help was taken up and changed little." in school.case_page(pupil)
