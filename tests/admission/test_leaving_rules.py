"""Whether a name may come off: each test of each ground at its edges, and the days that are refused."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.admission.rules.leaving_grounds import Of, every_ground, find
from attendance_mat.admission.rules.leaving_runs import AfterLeave, Attendance, Run, after_leave, unbroken_run
from attendance_mat.admission.rules.leaving_tests import (
    Effort,
    Facts,
    Recorded,
    certificate,
    first_day_off,
    missing,
    standings,
    wrong_day,
)
from registers.rules.calendar import Half, SessionMark
from registers.rules.roll import Period

MONDAY = dt.date(2026, 10, 26)
TODAY = dt.date(2026, 11, 23)  # a Monday: twenty school days lie before it
CODES = ("G", "N", "O")
A_DAY = dt.timedelta(days=1)
DAYS = [MONDAY + dt.timedelta(days=7 * week + day) for week in range(4) for day in range(5)]
ROLL = (Period(dt.date(2026, 9, 1)),)


def register(
    codes: dict[dt.date, tuple[str, ...]], *, roll: tuple[Period, ...] = ROLL, today: dt.date = TODAY
) -> Attendance:
    """Return a register of the twenty days and today, O at every session unless told otherwise; "" is a blank."""
    held = [(day, half) for day in [*DAYS, TODAY] for half in Half]
    said = dict.fromkeys(DAYS, ("O", "O")) | codes
    marks = [
        SessionMark(day, half, code)
        for day, both in said.items()
        for half, code in zip(Half, both, strict=True)
        if code
    ]
    return Attendance(held, marks, roll, today)


def run_of(codes: dict[dt.date, tuple[str, ...]] | None = None, **fields: object) -> Run:
    return unbroken_run(register(codes or {}, **fields), counted=CODES)


def facts(**fields: object) -> Facts:
    given = {
        "today": TODAY, "dob": dt.date(2015, 10, 1), "run": run_of(), "unbroken_days": 20, "leave_days": 10, **fields,
    }  # fmt: skip
    return Facts(**given)


def told(on: dt.date = TODAY, *, met: bool = True) -> Recorded:
    return Recorded(met, on, "A letter.", "Alma Reyes")


def lacking(letter: str, of: Of = Of.COMPULSORY, *, special_school: bool = False, **fields: object) -> list[str]:
    """Return the keys of the tests a name still waits for."""
    tests = every_ground().tests_of(find(letter, of=of, on=TODAY), special_school=special_school)
    return [each.test.key for each in missing(standings(tests, facts(**fields)))]


def test_twenty_school_days_are_counted_with_their_sum() -> None:
    run = run_of({DAYS[0]: ("G", "N")})
    assert (len(run.days), run.day_reached(20), run.codes) == (20, DAYS[-1], Counter(O=38, G=1, N=1))
    assert run.in_words(20) == "20 of 20 school days, 26 October 2026 to 20 November 2026 (sessions: G 1, N 1, O 38)."


def test_nineteen_days_are_not_twenty() -> None:
    run = run_of({DAYS[0]: ("/", "\\")})
    assert (len(run.days), run.day_reached(20)) == (19, None)
    assert "\\ on 26 October 2026 is the latest session that breaks it." in run.in_words(20)


@pytest.mark.parametrize("code", ["I", "U", "L", "/", "C", "Q", "Y1", "B", "D", "E", "R", "M", "", "X"])
@pytest.mark.parametrize("half", [0, 1])
def test_one_session_of_anything_else_or_a_blank_breaks_it(code: str, half: int) -> None:
    both = ["O", "O"]
    both[half] = code
    run = run_of({DAYS[10]: tuple(both)})
    assert len(run.days) == 9
    assert run.broken_on == DAYS[10]


def test_a_planned_closure_is_skipped() -> None:
    assert run_of({DAYS[5]: ("#", "#")}).day_reached(19) == DAYS[-1]
    assert len(run_of({DAYS[5]: ("#", "O")}).days) == 20


def test_a_day_off_the_roll_breaks_it() -> None:
    run = run_of(roll=(Period(DAYS[3]),))
    assert (len(run.days), run.broken_by) == (17, "Not being on the roll")


@pytest.mark.parametrize(
    ("today", "days"), [(("", ""), 20), (("O", ""), 20), (("O", "O"), 21), (("/", ""), 0), (("O", "I"), 0)]
)
def test_today_counts_once_it_is_whole_and_breaks_at_once(today: tuple[str, str], days: int) -> None:
    assert len(run_of({TODAY: today}).days) == days


def test_no_day_at_all_is_said_so() -> None:
    assert run_of({TODAY: ("/", "")}).in_words(20).startswith("0 of 20 school days. / on 23 November 2026")
    assert Run((), Counter()).in_words(20) == "0 of 20 school days."
    assert "1 of 20 school day, " in run_of({DAYS[-2]: ("I", "O")}).in_words(20)


@given(st.lists(st.sampled_from(["O", "G", "N", "I", "/", "U", "", "#"]), min_size=40, max_size=40))
def test_the_run_agrees_with_a_plain_reckoning(codes: list[str]) -> None:
    said = {day: (codes[2 * at], codes[2 * at + 1]) for at, day in enumerate(DAYS)}
    days = 0
    for day in reversed(DAYS):
        due = [code for code in said[day] if code != "#"]
        if not due:
            continue
        if not all(code in CODES for code in due):
            break
        days += 1
    assert len(run_of(said).days) == days


@pytest.mark.parametrize(
    ("codes", "days", "met"),
    [
        ({}, 10, True),
        ({DAYS[9]: ("O", "U")}, 9, False),  # there, though late
        ({DAYS[0]: ("/", "O")}, 0, False),
        ({DAYS[4]: ("I", "I")}, 10, True),  # not attended: sickness is a test of its own
        ({DAYS[4]: ("", "O")}, 4, False),  # not known
        ({DAYS[10]: ("/", "\\")}, 10, True),  # the eleventh day is another matter
    ],
)
def test_ten_school_days_after_leave(codes: dict, days: int, met: bool) -> None:
    found = after_leave(register(codes), back_on=MONDAY, wanted=10)
    assert (len(found.days), found.day_reached(10) is not None) == (days, met)
    assert found.in_words(10).startswith("Leave ended on 25 October 2026")


def test_nine_days_after_leave_are_not_ten_and_today_is_left_open() -> None:
    found = after_leave(register({}), back_on=DAYS[11], wanted=10)
    assert (len(found.days), found.day_reached(10)) == (9, None)
    assert "not attended on any of 9 school days since, of 10 asked for" in found.in_words(10)
    assert "any of 1 school day since" in AfterLeave(MONDAY, (TODAY,)).in_words(10)


JOINT = (Effort("joint", "nothing"),)
WELL = {"not_sick_or_kept_away": told()}


def test_ground_i_waits_for_the_days_the_sickness_test_and_the_joint_efforts() -> None:
    short = run_of({DAYS[0]: ("I", "O")})
    assert lacking("i", run=short) == [
        "twenty_school_days", "not_sick_or_kept_away", "joint_efforts", "not_found_or_agreed",
    ]  # fmt: skip
    assert lacking("i", recorded=WELL, efforts=JOINT) == []


@pytest.mark.parametrize(
    ("efforts", "waits_for"),
    [
        ([], ["joint_efforts", "not_found_or_agreed"]),
        ([Effort("school", "nothing")], ["joint_efforts"]),
        ([Effort("authority", "nothing")], ["joint_efforts"]),
        ([Effort("school", "nothing"), Effort("authority", "nothing")], []),
        ([Effort("school", "nothing"), Effort("authority", "waiting")], ["joint_efforts", "not_found_or_agreed"]),
        ([Effort("joint", "waiting"), Effort("joint", "nothing")], []),  # the answer came
        ([Effort("joint", "found")], ["not_found_or_agreed"]),
    ],
)
def test_efforts_are_joint_and_answered(efforts: list[Effort], waits_for: list[str]) -> None:
    assert lacking("i", recorded=WELL, efforts=efforts) == waits_for


def test_a_pupil_who_was_found_needs_the_agreement_of_both() -> None:
    agreed = {**WELL, "not_found_or_agreed": told()}
    assert lacking("h", recorded=agreed, efforts=[Effort("joint", "found")],
        after_leave=after_leave(register({}), back_on=MONDAY, wanted=10)) == []  # fmt: skip


def test_leave_that_was_refused_opens_no_ground_h() -> None:
    assert lacking("h", recorded=WELL, efforts=JOINT, after_leave=None) == ["not_back_after_leave"]


def test_outside_compulsory_age_the_school_alone_enquires() -> None:
    assert lacking("c", Of.OTHERS, recorded=WELL, efforts=[Effort("school", "nothing")]) == []
    assert lacking("c", Of.OTHERS, recorded=WELL, efforts=[Effort("authority", "nothing")]) == ["school_efforts"]


HOME = {
    "written_notice": told(DAYS[-1]), "last_day_named": told(DAYS[-1]), "no_order_names_this_school": told(),
    "safeguarding_lead_told": told(DAYS[-1]),
}  # fmt: skip


def test_home_education_waits_for_the_notice_the_day_and_the_telling_and_not_yet_for_consent() -> None:
    assert lacking("f") == ["written_notice", "last_day_named", "no_order_names_this_school", "safeguarding_lead_told"]
    assert lacking("f", recorded=HOME) == []
    assert lacking("f", recorded=HOME, social_worker=True) == ["social_worker_told"]
    assert lacking("f", recorded={**HOME, "social_worker_told": told(DAYS[-1])}, social_worker=True) == []


@pytest.mark.parametrize(("day", "met"), [(TODAY - A_DAY, True), (TODAY, False), (TODAY + A_DAY, False)])
def test_the_day_of_the_notice_must_have_passed(day: dt.date, met: bool) -> None:
    assert lacking("f", recorded={**HOME, "last_day_named": told(day)}) == ([] if met else ["last_day_named"])


def test_telling_the_lead_later_and_no_talk_are_warned_of_and_stop_nothing() -> None:
    tests = every_ground().tests_of(find("f", of=Of.COMPULSORY, on=TODAY), special_school=False)
    found = standings(tests, facts(recorded={**HOME, "safeguarding_lead_told": told(TODAY)}))
    warnings = [each.warning for each in found if each.warning]
    assert warnings == [
        "The notice came on 20 November 2026; they were told on 23 November 2026, not that day.",
        "A talk about home education is not recorded.",
    ]
    assert not missing(found)


def test_a_test_recorded_as_not_met_is_not_met() -> None:
    recorded = {**WELL, "not_sick_or_kept_away": told(met=False)}
    assert lacking("i", recorded=recorded, efforts=JOINT) == ["not_sick_or_kept_away"]


def test_permanent_exclusion_waits_until_it_is_effective() -> None:
    assert lacking("o", recorded={"governors_have_finished": told()}) == ["review_has_ended"]
    assert lacking("o", recorded={"governors_have_finished": told(), "review_has_ended": told()}) == []
    assert lacking("e", Of.OTHERS) == ["governors_have_finished", "review_has_ended"]


@pytest.mark.parametrize(("died_on", "waits_for"), [(None, ["died"]), (TODAY, [])])
def test_a_death_is_read_from_the_register(died_on: dt.date | None, waits_for: list[str]) -> None:
    assert lacking("k", died_on=died_on) == lacking("d", Of.OTHERS, died_on=died_on) == waits_for


@pytest.mark.parametrize(("boarder", "g", "m"), [(True, ["not_a_boarder"], []), (False, [], ["a_boarder"])])
def test_boarding_is_read_from_the_register(boarder: bool, g: list[str], m: list[str]) -> None:
    far = {"lives_too_far_away": told(), "will_not_attend_again": told()}
    assert lacking("g", recorded=far, boarder=boarder) == g
    assert lacking("m", recorded={"charges_unpaid": told()}, boarder=boarder) == m


LAST_FRIDAY = dt.date(2027, 6, 25)


@pytest.mark.parametrize(
    ("next_open", "waits_for"),
    [
        (LAST_FRIDAY + 3 * A_DAY, []),
        (LAST_FRIDAY, ["over_age_when_next_open"]),
        (None, ["over_age_when_next_open"]),
    ],
)
def test_ground_l_looks_at_the_next_day_the_school_meets(next_open: dt.date | None, waits_for: list[str]) -> None:
    given = {"dob": dt.date(2011, 1, 15), "next_open": next_open, "recorded": {"not_staying_on": told()}}
    assert lacking("l", **given) == waits_for


def test_a_special_school_waits_for_consent() -> None:
    assert lacking("i", special_school=True, recorded=WELL, efforts=JOINT) == ["placing_authority_consents"]


def standing_i(**fields: object) -> tuple:
    tests = every_ground().tests_of(find("i", of=Of.COMPULSORY, on=TODAY), special_school=False)
    return standings(tests, facts(recorded=WELL, efforts=JOINT, **fields))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (TODAY - A_DAY, "A name cannot come off the roll in the past. Give 23 November 2026 or later."),
        (TODAY, ""),
        (TODAY + A_DAY, ""),
        (TODAY + 2 * A_DAY, "The ground is met, so the name comes off now. Give 24 November 2026 or earlier."),
    ],
)
def test_a_name_comes_off_neither_in_the_past_nor_long_after(day: dt.date, why: str) -> None:
    given = facts(next_open=TODAY + A_DAY)
    assert wrong_day(day, standing_i(), facts=given, last_marked=DAYS[-1]) == why


def test_a_name_comes_off_after_the_grounds_own_day_and_after_the_last_mark() -> None:
    found = standing_i(run=run_of({DAYS[0]: ("I", "O"), TODAY: ("O", "O")}))
    assert first_day_off(found, today=TODAY) == TODAY + A_DAY
    given = facts(next_open=None)
    assert wrong_day(TODAY, found, facts=given, last_marked=TODAY).startswith("The ground is met on 23 November 2026")
    assert wrong_day(TODAY, standing_i(), facts=given, last_marked=TODAY).startswith("There is a mark on 23 November")
    assert wrong_day(TODAY + 7 * A_DAY, standing_i(), facts=given, last_marked=None) == ""
    assert wrong_day(TODAY + 8 * A_DAY, standing_i(), facts=given, last_marked=None) != ""


def test_the_head_certifies_in_words() -> None:
    assert certificate(find("i", of=Of.COMPULSORY, on=TODAY)) == (
        "I certify that the ground in reg 9(1)(i) of the School Attendance (Pupil Registration) (England) "
        "Regulations 2024 is met: twenty school days of continuous absence."
    )
