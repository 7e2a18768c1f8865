"""The Hertfordshire school's steps: what they changed, what comes before a referral, and the weekly review."""

import datetime as dt
from collections.abc import Callable

import pytest

from letters.gateways import pdf
from letters.models import Letter
from tests.clauses import proves
from tests.clauses.nights import Nights, days_to, fall, reached, stages, steps

Live = Callable[[str], Nights]
DEC_1 = dt.date(2025, 12, 1)
NOV_7 = dt.date(2025, 11, 7)


@proves("HCC-2.5.09")
def test_attendance_before_and_after_each_of_six_letters_of_october_is_shown(
    nights: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given six letters sent in October, three on the 8th and three on the 15th, to families whose children then came in
    monkeypatch.setattr(pdf, "render", lambda _html: b"%PDF-")
    school = nights("hertfordshire")
    for sent_on in (dt.date(2025, 10, 8), dt.date(2025, 10, 15)):
        said = "".join("O." if day <= sent_on else ".." for day in days_to(DEC_1))
        pupils = [school.pupil(said, last=DEC_1) for _ in range(3)]
        school.begin(sent_on)
        for pupil in pupils:
            assert school.put(pupil, "at_risk")[0] == 302
            school.send(Letter.objects.get(pupil=pupil, template="letter-home"))
    # When their impact is reviewed on Monday 1 December
    school.begin(DEC_1, 17)
    said = school.page("alma", "impact/", month="2025-10")
    # Then each letter stands there with attendance over twenty school days before and after it
    assert said.count("Letter: letter home") == 6
    for day in ("Wed 8 Oct 2025", "Wed 15 Oct 2025"):
        row = f"{day} 50.0% 100.0% Before: 20 of 40 sessions (50.0%); after: 40 of 40 (100.0%): up 50.0 points."
        assert said.count(f"Letter: letter home {row}") == 3


@proves("HCC-3.03")
def test_a_referral_before_help_was_reviewed_is_warned_of_and_a_person_goes_on_with_a_reason(
    nights: Live, page_says: Callable[..., None]
) -> None:
    # Given a pupil with fifteen unauthorised sessions and no intervention reviewed
    page_says("HCC-3.03")
    school = nights("hertfordshire")
    pupil = school.pupil(fall((107, 122)), last=DEC_1)
    school.pass_night(dt.date(2025, 11, 28))
    school.begin(DEC_1)
    # Then the threshold is considered all the same
    assert "fixed_penalty" in stages(pupil)
    # When a referral is tried, then it warns of what is missing
    status, said = school.put(pupil, "statutory_referral", by="ben")
    assert (status, "No support is recorded." in said) == (422, True)
    assert "statutory_referral" not in stages(pupil)
    # When the headteacher says why support is not appropriate, then it goes on
    assert school.put(pupil, "statutory_referral", by="ben", because="Abroad without leave.")[0] == 302
    assert stages(pupil)["statutory_referral"] == DEC_1
    assert "Abroad without leave." in school.case_page(pupil)


@proves("HCC-3.03")
def test_once_an_intervention_was_reviewed_and_has_not_helped_a_referral_needs_no_reason(nights: Live) -> None:
    # Given the same pupil, whose plan was reviewed on Monday 1 December and has not improved attendance
    school = nights("hertfordshire")
    pupil = school.pupil(fall((107, 122)), last=DEC_1)
    school.pass_night(dt.date(2025, 11, 28))
    school.begin(DEC_1)
    (plan,), (meeting,) = steps(pupil, "plan"), steps(pupil, "meeting")
    for step in (plan, meeting):
        school.do(step, outcome="Reviewed with the parents: not improved.")
    # When the referral is tried, then it is allowed
    status, said = school.put(pupil, "statutory_referral", by="ben")
    assert status == 302, said
    (referral,) = steps(pupil, "referral")
    assert referral.role == "headteacher"
    assert "fixed_penalty" in reached(pupil)


@proves("HCC-6.02")
def test_the_agenda_of_the_week_lists_whose_attendance_fell(nights: Live) -> None:
    # Given a pupil whose attendance fell from the week before half term to that of Monday 3 November, and one who rose
    school = nights("hertfordshire")
    for surname, said in (("Wren", "." * 18 + "II"), ("Finch", "II" + "." * 18)):
        school.pupil(said, last=NOV_7, surname=surname)
    # When the agenda is made
    school.begin(NOV_7, 17)
    said = school.page("alma", "reviews/")
    # Then the first alone is on it, with the sum
    assert "The week that ends on Friday 7 November 2025." in said
    assert "This week 8 of 10 sessions (80.0%), last week 10 of 10 (100.0%): it fell by 20.0 points." in said
    assert ["Wren, " in said, "Finch, " in said] == [True, False]


@proves("HCC-6.02")
def test_before_any_figure_a_letter_goes_home_and_the_other_kinds_of_step_may_be_chosen(nights: Live) -> None:
    school = nights("hertfordshire")
    pupil = school.pupil(fall((100, 100)), last=dt.date(2025, 11, 14))

    assert school.put(pupil, "at_risk")[0] == 302

    assert Letter.objects.filter(pupil=pupil, template="letter-home").exists()
    said = school.case_page(pupil)
    for kind in (
        "Attendance clinic", "Local authority's attendance team", "Social care or Virtual School Head",
        "Other intervention",
    ):  # fmt: skip
        assert kind in said
    # And a penalty notice is a stage of the policy's own
    assert "Fixed penalty notice" in school.page("ben", "policy/")
