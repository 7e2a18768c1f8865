import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.policy.schema import PenaltyNoticeThreshold
from escalation.rules.findings import Finding
from escalation.rules.thresholds import most_in_any_window
from registers.rules.calendar import Half, SessionMark
from tests.calendars import MONDAY, marked, school_days
from tests.escalation.pupils import AGED_TEN, POLICY, pupil, weeks

WEEK = dt.timedelta(weeks=1)
DAYS = school_days(130)


def ten(
    marks: list[SessionMark],
    *,
    days: list[dt.date] = DAYS,
    dob: dt.date = AGED_TEN,
    as_of: dt.date = dt.date(2026, 7, 24),
) -> Finding:
    terms = POLICY.cited(PenaltyNoticeThreshold, on=as_of)
    return most_in_any_window(pupil(marks, days=days, dob=dob), terms=terms, as_of=as_of)


def test_the_tenth_session_meets_the_threshold_and_is_the_day_it_was_reached() -> None:
    nine = [*marked(DAYS[:4], "O"), SessionMark(DAYS[4], Half.AM, "U")]
    tenth = SessionMark(DAYS[9], Half.PM, "G")

    assert (ten(nine).met, ten(nine).value) == (False, 9)
    finding = ten([*nine, tenth])
    assert (finding.met, finding.value, finding.reached_on) == (True, 10, DAYS[9])
    assert (finding.first, finding.last) == (nine[0], tenth)
    assert finding.arithmetic == (
        "10 sessions without leave (G 1, O 8, U 1) from 5 January 2026 to 16 January 2026; "
        "10 in 10 adjacent school weeks meet the threshold."
    )
    assert str(finding.source).startswith("Education (Penalty Notices) (England) Regulations 2007, reg 9A")


def test_a_half_term_holiday_does_not_use_up_the_ten_weeks() -> None:
    # Given four sessions missed in week one and six in week ten, with a week off between
    met = weeks(5) + weeks(5, start=MONDAY + 6 * WEEK)
    marks = marked(met[:2], "O") + marked(met[-3:], "O")

    # When the threshold is read, then it is met; had the school met in the week off, it would not be
    assert ten(marks, days=met).met
    assert not ten(marks).met


def test_a_week_of_one_day_uses_up_a_week() -> None:
    apart = [*weeks(1), MONDAY + WEEK, *weeks(9, start=MONDAY + 2 * WEEK)]

    assert ten(marked(apart[:2], "O") + marked(apart[-3:], "O"), days=apart).value == 6


def test_weeks_run_from_monday_and_the_window_does_not_slide_by_day() -> None:
    # Given sessions on the Friday of week one and the Thursday of week ten, and again a week further apart
    first, within, beyond = DAYS[4], DAYS[48], DAYS[53]

    assert ten(marked([first], "O") + marked([within], "O")).value == 4
    assert ten(marked([first], "O") + marked([beyond], "O")).value == 2


def test_the_earliest_of_the_fullest_windows_is_the_evidence_and_the_first_tenth_the_day() -> None:
    # Given ten sessions in the first week and twelve in the fifteenth and sixteenth
    marks = marked(DAYS[:5], "O") + marked(DAYS[70:76], "N")

    finding = ten(marks)

    assert (finding.value, finding.reached_on) == (12, DAYS[4])
    assert finding.first == (DAYS[70], "am", "N")


def test_absence_before_19_august_2024_is_left_out() -> None:
    days = school_days(10, start=dt.date(2024, 8, 12))  # the week before, and the week of, the new law
    before, from_then = days[4], days[5]

    assert (before, from_then) == (dt.date(2024, 8, 16), dt.date(2024, 8, 19))
    assert ten(marked([before], "O"), days=days).value == 0
    assert ten(marked([from_then], "O"), days=days).value == 2


@pytest.mark.parametrize("code", ["I", "C", "E", "/", "X", "Y4", "#"])
def test_no_other_code_counts(code: str) -> None:
    finding = ten(marked(DAYS[:10], code))

    assert finding.arithmetic == ("No session without leave counts; 10 in 10 adjacent school weeks meet the threshold.")


def test_the_window_spans_terms_and_school_years() -> None:
    july, september = school_days(5, start=dt.date(2026, 7, 20)), school_days(5, start=dt.date(2026, 9, 7))
    marks = marked(july[-3:], "O") + marked(september[:2], "O")

    finding = ten(marks, days=july + september, as_of=september[-1])

    assert (finding.value, finding.reached_on) == (10, september[1])


@pytest.mark.parametrize(
    ("dob", "value"),
    [
        (dt.date(2021, 1, 1), 2),  # of compulsory school age from 31 March 2026
        (dt.date(2020, 12, 31), 4),  # from the birthday, 31 December 2025
        (dt.date(2009, 9, 1), 4),  # until 26 June 2026
    ],
)
def test_only_days_of_compulsory_school_age_count(dob: dt.date, value: int) -> None:
    before, from_then = dt.date(2026, 3, 30), dt.date(2026, 3, 31)

    assert ten(marked([before, from_then], "O"), dob=dob).value == value


def test_the_leaving_date_itself_still_counts() -> None:
    last, after = dt.date(2026, 6, 26), dt.date(2026, 6, 29)

    assert ten(marked([last, after], "O"), dob=dt.date(2010, 3, 1)).value == 2


def test_a_mark_in_a_week_the_school_did_not_meet_is_left_out() -> None:
    assert ten(marked([MONDAY - WEEK], "O")).value == 0


def test_an_n_that_is_explained_no_longer_counts() -> None:
    unexplained = marked(DAYS[:5], "N")

    assert ten(unexplained).met
    assert not ten([*unexplained[:-1], unexplained[-1]._replace(code="I")]).met


def test_tomorrow_s_tenth_is_not_read_today() -> None:
    assert not ten(marked(DAYS[:5], "O"), as_of=DAYS[3]).met


@given(st.lists(st.tuples(st.sampled_from(DAYS[:80]), st.sampled_from(list(Half))), unique=True, max_size=40))
def test_the_fullest_window_is_the_one_a_count_of_every_window_finds(missed: list[tuple[dt.date, Half]]) -> None:
    marks = [SessionMark(day, half, "O") for day, half in missed]

    finding = ten(marks)

    by_hand = max(sum(MONDAY + i * WEEK <= mark.date < MONDAY + (i + 10) * WEEK for mark in marks) for i in range(26))
    assert finding.value == by_hand == len(finding.sessions)
    assert finding.met is (by_hand >= 10)
