"""Wigston's stages as attendance declines, what is done at each, and the follow-up of absence without leave."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from escalation.models import Case, PupilStage
from letters.models import Letter
from registers.models import Pupil
from tests.clauses import proves
from tests.clauses.nights import Nights, days_to, fall, letters, reached, stages, steps
from tests.escalation.histories import History, row
from tests.letters.paper import text_of
from tests.registers.files import Importer

Live = Callable[[str], Nights]
NOV = {day: dt.date(2025, 11, day) for day in range(1, 31)}
DEC_1 = dt.date(2025, 12, 1)
TOLD = {"because": "The parents were told at the gate."}


def agree(school: Nights, pupil: Pupil, stage: str, by: str) -> tuple[int, str]:
    """Have one of the cast agree to a stage that waits, saying how the parents were warned."""
    row = PupilStage.objects.get(pupil=pupil, stage=stage, left_on=None)
    return school.post(by, f"stages/{row.pk}/agree/", **TOLD)


@proves("WAT-7.07")
def test_at_the_end_of_a_plan_with_more_unauthorised_absence_the_follow_up_is_to_be_decided(nights: Live) -> None:
    # Given a plan made on Monday 3 November that ends on Monday 1 December, with four unauthorised sessions in it, and
    # another with none
    school = nights("wigston")
    again, better = (school.pupil(f"{'.' * 100}{said}", last=DEC_1) for said in ("." * 14 + "OOOO" + "." * 4, "." * 22))
    school.begin(NOV[3])
    for pupil in (again, better):
        assert school.put(pupil, "plan")[0] == 302
    # When the nights up to its end pass
    school.pass_night(NOV[28])
    assert "unauthorised_follow_up" not in reached(again)
    school.pass_night(DEC_1)
    # Then a decision is to be made about the first, and none about the second
    (decision,) = steps(again, "decision", words__startswith="Decide how the absence without leave")
    assert decision.options == ["Refer to the local authority", "New plan", "No further step"]
    assert "unauthorised_follow_up" not in stages(better)
    assert "Missed 4" in school.case_page(again)


@proves("WAT-A3.03")
def test_below_98_percent_the_tutor_talks_with_the_pupil_and_the_sheet_shows_the_day(nights: Live) -> None:
    # Given attendance of 98.0 percent after fifty days, and of 97.9 percent after seventy-one
    school = nights("wigston")
    days = days_to(dt.date(2025, 12, 15))
    pupil = school.pupil(fall((98, 100), (139, 142)), last=days[70])
    # When the night of the first passes, then nobody has to talk
    school.pass_night(days[49])
    assert "tutor" not in stages(pupil)
    # When the night of the second passes, then the tutor has to, once, and to tell the officer
    for _ in range(2):
        school.pass_night(days[70])
    (talk,), (told,) = steps(pupil, "task"), steps(pupil, "tell")
    assert (talk.role, talk.words) == ("tutor", "First conversation with the pupil about attendance.")
    assert "data sheet" in told.words
    # When the talk has been held, then the sheet shows on which day
    school.begin(dt.date(2025, 12, 17))
    school.do(talk, outcome="Buses run late; he leaves earlier now.")
    said = school.case_page(pupil)
    assert f"{talk.words} Done Wed 17 Dec 2025, Alma Reyes. Buses run late; he leaves earlier now." in said


def on_days(*missed: dt.date, last: dt.date) -> str:
    """Return a register since September of which these whole days were missed, ill."""
    return "".join("II" if day in missed else ".." for day in days_to(last))


@proves("WAT-A3.04")
@pytest.mark.parametrize(("third", "is_called"), [(NOV[21], True), (NOV[24], False)])
def test_on_the_third_day_off_within_three_weeks_home_is_telephoned(
    nights: Live, third: dt.date, is_called: bool
) -> None:
    # Given days off on Monday 3 and Wednesday 12 November, and a third
    school = nights("wigston")
    pupil = school.pupil(on_days(NOV[3], NOV[12], third, last=third), last=third)
    school.pass_night(NOV[20])
    assert not steps(pupil, "call")
    # When it is marked, then home is telephoned if all three fall within twenty-one days
    school.pass_night(third)
    assert [step.words.startswith("Telephone home") for step in steps(pupil, "call")] == [True] * is_called


@proves("WAT-A3.04")
def test_on_the_third_unplanned_day_in_a_row_home_is_telephoned(nights: Live) -> None:
    school = nights("wigston")
    pupil = school.pupil(on_days(NOV[3], NOV[4], NOV[5], last=NOV[5]), last=NOV[5])

    school.pass_night(NOV[4])
    assert not steps(pupil, "call")
    school.pass_night(NOV[5])

    assert reached(pupil)["welfare_check"] == NOV[5]
    assert len(steps(pupil, "call")) == 1


@proves("WAT-A3.06")
def test_stage_two_needs_the_head_of_year_and_the_officer_and_then_the_first_concern_letter_is_drafted(
    nights: Live,
) -> None:
    # Given a pupil at 94 percent, at stage one
    school = nights("wigston")
    pupil = school.pupil(fall((94, 100)), last=NOV[14])
    school.pass_night(NOV[14])
    school.begin(NOV[17])
    assert (stages(pupil)["stage_one"], stages(pupil)["stage_two"]) == (NOV[15], None)
    # When the attendance officer alone agrees, then the pupil stays there
    assert agree(school, pupil, "stage_two", "alma")[0] == 302
    assert stages(pupil)["stage_two"] is None
    assert letters(pupil) == []
    assert "Head of year: has yet to agree." in school.case_page(pupil)
    # When the head of year does too, then the pupil comes to stage two, and the letter is drafted
    assert agree(school, pupil, "stage_two", "hana")[0] == 302
    assert stages(pupil)["stage_two"] == NOV[17]
    assert list(Letter.objects.filter(pupil=pupil).values_list("template", "state")) == [
        ("concern-letter-1", "proposed")
    ]


@proves("WAT-A3.08")
def test_who_had_last_years_letter_is_offered_a_home_visit_or_a_meeting_from_september(
    nights: Live, tmp_path: Path
) -> None:
    # Given a pupil whom the school's history puts on this year's list, with the letter of July 2025, and another
    school = nights("wigston")
    eighth, of_2024 = dt.date(2025, 9, 8), {"from_date": dt.date(2024, 9, 2), "last": dt.date(2025, 9, 5)}
    known, new = school.pupil("." * 10, **of_2024, upn="A123456789012"), school.pupil("." * 10, **of_2024)
    history = History(Importer(tmp_path, school.school, school.people.alma), school.now)
    history.take(
        row(kind="letter", name="end-of-year-letter", date="2025-07-18"), row(name="end-of-year", date="2025-09-01")
    )
    # When stage one may open, on Monday 8 September
    school.pass_night(dt.date(2025, 9, 7))
    # Then both are offered for the first alone, whose case says why
    assert stages(known) == {"early_support": eighth}
    (decision,) = steps(known, "decision")
    assert decision.options == ["Home visit", "Meeting with the parents", "None needed"]
    said = school.case_page(known)
    assert "Of concern last year" in said
    assert "Choose Home visit Meeting with the parents None needed" in said
    assert stages(new) == {}


@proves("WAT-A3.09")
def test_at_stage_two_a_message_goes_home_each_week_and_a_postcard_once_attendance_is_above_95(nights: Live) -> None:
    # Given a pupil of 93.0 percent (40 of 43) on Friday 7 November and of 95.2 (60 of 63) two weeks later
    school = nights("wigston")
    pupil = school.pupil("_" + "." * 30 + "OOO" + "." * 30, last=NOV[21])
    school.pass_night(NOV[5])
    school.begin(NOV[6])
    assert [agree(school, pupil, "stage_two", by)[0] for by in ("alma", "hana")] == [302, 302]
    # When the week of 7 November closes, then a message says how attendance went, and it is sent
    school.pass_night(NOV[7])
    message = Letter.objects.get(pupil=pupil, template="weekly-message")
    (step,) = steps(pupil, "message")
    assert "This week 10 of 10 sessions (100.0%)" in step.words
    school.send(message)
    message.refresh_from_db()
    assert (message.state, steps(pupil, "message")) == ("sent", [])
    # When that of 21 November does, then the pupil has left the stage, with a postcard
    school.pass_night(NOV[21])
    assert "stage_two" not in stages(pupil)
    assert "Attended 60 of 63" in PupilStage.objects.get(pupil=pupil, stage="stage_two").left_because
    assert Letter.objects.filter(pupil=pupil, template="postcard", state="proposed").count() == 1


@proves("WAT-A3.10")
def test_below_92_percent_there_is_a_clinic_and_the_welfare_officer_is_told(nights: Live) -> None:
    # Given pupils at 92.0 and at 91.9 percent on Friday 14 November
    school = nights("wigston")
    at_92, below = school.pupil(fall((92, 100)), last=NOV[14]), school.pupil(fall((79, 86)), last=NOV[14])
    # When the night passes
    school.pass_night(NOV[14])
    # Then the second alone has a clinic with its workbook and strategies, and the welfare officer is told of it
    assert "clinic" not in stages(at_92)
    assert not steps(at_92, "clinic") + steps(at_92, "tell", words__contains="clinic")
    (clinic,), (told,) = steps(below, "clinic"), steps(below, "tell", words__contains="clinic")
    assert "workbook, and strategies agreed" in clinic.words
    assert told.words == "The education welfare officer knows of the clinic and what was agreed."
    # And what came of it is on record
    school.do(clinic, outcome="Parts 1 and 3 of the workbook; strategies: an alarm, and breakfast in school.")
    assert "Parts 1 and 3 of the workbook; strategies" in school.case_page(below)


@proves("WAT-A3.12")
def test_below_90_percent_the_second_letter_awaits_the_head_of_year_and_the_weekly_message_goes_on(
    nights: Live,
) -> None:
    # Given a pupil at 89.9 percent on Friday 14 November (89 of 99)
    school = nights("wigston")
    pupil = school.pupil("." * 89 + "_" + "O" * 10, last=NOV[14])
    # When the week closes
    school.pass_night(NOV[14])
    # Then stage three waits for the head of year and its letter with it, while the weekly message is drafted
    assert stages(pupil)["stage_three"] is None
    assert letters(pupil) == ["weekly-message"]
    case = Case.objects.get(pupil=pupil)
    said = school.page("hana", f"cases/{case.pk}/")
    assert "Stage three , proposed Sat 15 Nov 2025." in said
    assert "Head of year: has yet to agree." in said
    # When the head of year agrees, then concern letter 2 is drafted and the welfare officer is to be told
    school.begin(NOV[17])
    assert agree(school, pupil, "stage_three", "hana")[0] == 302
    assert sorted(letters(pupil)) == ["concern-letter-2", "weekly-message"]
    assert steps(pupil, "tell", words__contains="stage three is reached")
    # And the message of the week after is drafted as well
    school.pass_night(NOV[21])
    assert "weekly-message" in letters(pupil)


@proves("WAT-A3.16")
def test_at_stage_six_the_referral_pack_holds_the_history_of_stages_one_to_five(nights: Live) -> None:
    # Given a pupil who has been through stages one to five
    school = nights("wigston")
    pupil = school.pupil(fall((80, 100)), last=NOV[14])
    school.begin(dt.date(2026, 1, 12))
    history = {"stage_one": 9, "stage_two": 10, "stage_three": 11, "stage_four": 11, "stage_five": 12}
    for n, (key, month) in enumerate(history.items()):
        PupilStage.objects.create(
            pupil=pupil, pack="wigston", ladder="declining_attendance", stage=key,
            label=key.replace("_", " ").capitalize(), source="history", proposed_at=school.now,
            entered_on=dt.date(2025, month, 10 + n), entered_at=school.now,
        )  # fmt: skip
    # When stage six is saved on Monday 12 January
    assert school.put(pupil, "stage_six", because="Help at stage five was not taken up.")[0] == 302
    # Then the case is opened with what was chosen, its day and its reference
    (referral,), (decision,) = steps(pupil, "referral"), steps(pupil, "decision")
    assert decision.options == ["Parenting contract", "Attendance panel", "Education welfare officer referral"]
    school.do(decision, chosen="Education welfare officer referral", outcome="From 14 January 2026, reference LA/77.")
    # And the pack on paper holds every stage with its day
    answer = school.browse("alma").get(f"/s/alder-primary/cases/{referral.case_id}/referral.pdf")
    said = text_of(answer.content)
    for words in (
        "Stage one Wed 10 Sep 2025", "Stage two Sat 11 Oct 2025", "Stage three Wed 12 Nov 2025",
        "Stage four Thu 13 Nov 2025", "Stage five Sun 14 Dec 2025", "Stage six Mon 12 Jan 2026",
        "Education welfare officer referral. From 14 January 2026, reference LA/77.",
    ):  # fmt: skip
        assert words in said


@proves("WAT-A3.18")
def test_the_tracking_dates_and_each_stages_line_and_steps_are_shown(nights: Live) -> None:
    # Given a school in its first week of the year
    school = nights("wigston")
    school.begin(dt.date(2025, 9, 5))
    # When the review is opened, then the tracking dates are the Fridays from 5 September on
    dates = school.page("alma", "reviews/").split("Tracking dates")[1]
    for friday in ("Fri 5 Sep 2025", "Fri 12 Sep 2025", "Fri 19 Sep 2025"):
        assert friday in dates
    # And the policy's page shows each stage with its line and what is done
    policy = school.page("ben", "policy/")
    line = "Attendance below 90% of possible sessions this school year, once 20 sessions were possible."
    assert f"{line} Stage three Send concern letter 2" in policy


@proves("WAT-A3.18")
def test_a_move_up_without_a_warning_to_the_parents_shows_that_it_is_missing(nights: Live) -> None:
    # Given a pupil below 90 percent and no warning on record
    school = nights("wigston")
    pupil = school.pupil(fall((87, 98), (88, 100)), last=NOV[14])
    school.pass_night(NOV[13])
    school.begin(NOV[14])
    row = PupilStage.objects.get(pupil=pupil, stage="stage_three")
    # When the head of year tries the move to stage three on Friday 14 November, then the missing warning is shown
    status, said = school.post("hana", f"stages/{row.pk}/agree/", because="")
    assert (status, "No warning to the parents is recorded." in said) == (422, True)
    assert stages(pupil)["stage_three"] is None
    # When a message has gone to the parents, then the move needs no reason
    school.pass_night(NOV[14])
    school.send(Letter.objects.get(pupil=pupil, template="weekly-message"))
    assert school.post("hana", f"stages/{row.pk}/agree/", because="")[0] == 302
    assert stages(pupil)["stage_three"] == NOV[15]
