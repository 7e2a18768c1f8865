import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.policy.schema import ContinuousAbsence
from escalation.rules.findings import Finding, PupilRecord, Unit
from escalation.rules.thresholds import longest_run
from registers.rules.calendar import Half, SessionMark
from registers.rules.roll import Period
from tests.calendars import attended, marked, school_days, sessions_of
from tests.escalation.pupils import POLICY, pupil

DAYS = school_days(30)


def twenty(record: PupilRecord, as_of: dt.date = DAYS[-1]) -> Finding:
    return longest_run(record, terms=POLICY.cited(ContinuousAbsence, on=as_of), as_of=as_of)


def days_of(code: str, day: int) -> list[SessionMark]:
    """Return a run of thirty days of O with one session of one day something else."""
    return [mark if mark[:2] != (DAYS[day], Half.PM) else mark._replace(code=code) for mark in marked(DAYS, "O")]


def test_nineteen_days_are_too_few_and_the_twentieth_is_the_day() -> None:
    nineteen, full = pupil(marked(DAYS[:19], "O")), pupil(marked(DAYS[:20], "O"))

    assert (twenty(nineteen).met, twenty(nineteen).value) == (False, 19)
    finding = twenty(full)
    assert (finding.met, finding.value, finding.threshold, finding.unit) == (True, 20, 20, Unit.SCHOOL_DAYS)
    assert finding.reached_on == DAYS[19]
    assert finding.arithmetic == (
        "20 consecutive school days with every session unauthorised (O 40) from 5 January 2026 to 30 January 2026; "
        "20 meet the threshold."
    )
    assert str(finding.source) == "School Attendance (Pupil Registration) (England) Regulations 2024, reg 9(1)(i)"


def test_any_mix_of_g_n_and_o_runs_on() -> None:
    assert twenty(pupil(marked(DAYS[:7], "G") + marked(DAYS[7:14], "N") + marked(DAYS[14:20], "O"))).met


@pytest.mark.parametrize("code", ["U", "/", "L", "I", "C", "E", "Q", "Y4", "X", "D", ""])
def test_a_single_session_of_anything_else_breaks_the_run(code: str) -> None:
    finding = twenty(pupil(days_of(code, 15), days=DAYS))

    assert (finding.met, finding.value) == (False, 15)


def test_a_missing_mark_breaks_the_run() -> None:
    marks = [mark for mark in marked(DAYS, "O") if mark[:2] != (DAYS[10], Half.AM)]

    assert twenty(pupil(marks, days=DAYS)).value == 19


def test_a_planned_closure_is_passed_over_and_neither_breaks_nor_counts() -> None:
    closed = marked(DAYS[:10], "O") + marked(DAYS[10:12], "#") + marked(DAYS[12:22], "O")

    finding = twenty(pupil(closed, days=DAYS[:22]))

    assert (finding.value, finding.reached_on) == (20, DAYS[21])


def test_a_day_closed_for_half_counts_by_its_other_session() -> None:
    finding = twenty(pupil(days_of("#", 10), days=DAYS[:20]))

    assert finding.value == 20
    assert len(finding.sessions) == 39


def test_a_day_of_one_session_is_a_school_day() -> None:
    one_session = [(DAYS[0], Half.AM), *sessions_of(DAYS[1:20])]
    marks = [SessionMark(day, half, "O") for day, half in one_session]

    assert twenty(pupil(marks, sessions=one_session)).value == 20


def test_days_the_school_does_not_meet_are_not_counted_and_break_nothing() -> None:
    met = school_days(10) + school_days(10, start=DAYS[10] + dt.timedelta(weeks=1))

    assert twenty(pupil(marked(met, "O"), days=met), met[-1]).value == 20


def test_a_day_off_the_roll_breaks_the_run() -> None:
    away = [Period(dt.date(2025, 9, 1), DAYS[10]), Period(DAYS[11])]

    assert twenty(pupil(marked(DAYS, "O"), days=DAYS, on_roll=away)).value == 19


def test_days_outside_compulsory_school_age_do_not_count() -> None:
    days = school_days(25, start=dt.date(2026, 3, 16))  # of compulsory school age from 31 March, the twelfth day
    record = pupil(marked(days, "O"), days=days, dob=dt.date(2021, 1, 1))

    assert twenty(record, days[-1]).value == 14


def test_the_earliest_of_the_longest_runs_is_the_evidence() -> None:
    marks = marked(DAYS[:10], "O") + attended(DAYS[10:11]) + marked(DAYS[11:21], "O")

    finding = twenty(pupil(marks, days=DAYS))

    assert (finding.value, finding.first) == (10, (DAYS[0], "am", "O"))


def test_a_pupil_never_absent_has_no_run() -> None:
    finding = twenty(pupil(attended(DAYS), days=DAYS))

    assert (finding.value, finding.met) == (0, False)
    assert finding.arithmetic == "No school day of continuous absence; 20 meet the threshold."


def test_days_to_come_are_not_read() -> None:
    assert twenty(pupil(marked(DAYS, "O"), days=DAYS), DAYS[9]).value == 10


@given(st.lists(st.sampled_from(["O", "O", "O", "G", "N", "/", "#", ""]), min_size=30, max_size=30))
def test_the_longest_run_is_the_one_a_count_by_hand_finds(codes: list[str]) -> None:
    marks = [mark for day, code in zip(DAYS, codes, strict=True) for mark in marked([day], code)]

    spelled = "".join("x" if code in {"O", "G", "N"} else " " for code in codes if code != "#")
    assert twenty(pupil(marks, days=DAYS)).value == max(len(run) for run in spelled.split(" "))
