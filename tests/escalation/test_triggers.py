"""Triggers of every kind for one pupil, each with its sum in words and what would clear or meet it."""

import datetime as dt
from dataclasses import replace

import pytest

from attendance_mat.policy.triggers import Condition, Count, Period, Reached, Sign, Span, Unit, Window
from escalation.rules.facts import compulsory_births
from registers.rules.age import is_compulsory_age
from registers.rules.roll import Period as OnRoll
from tests.calendars import MONDAY
from tests.escalation.judging import BELOW_96, DAYS, MOVES_ON, WEEK, YEAR, figure, judged, pupil


def test_a_share_is_shown_with_its_sum_and_the_sessions_that_would_clear_it() -> None:
    found = judged(BELOW_96, pupil("." * 40 + "IO" + "." * 8), 24)

    assert (found.met, found.value, found.possible, found.threshold, found.unit) == (False, 48, 50, 96, Unit.PERCENT)
    assert found.arithmetic == (
        "Attended 48 of 50 possible sessions from 5 January 2026 to 6 February 2026 (96.00%); below 96% is 47 or fewer."
    )
    assert found.to_clear == "1 session more, all missed, would meet it."
    assert [mark.code for mark in found.sessions] == ["I", "O"]
    assert (found.first_day, found.last_day) == (dt.date(2025, 8, 1), DAYS[24])

    met = judged(BELOW_96, pupil("." * 40 + "IOO" + "." * 7), 24)
    assert met.met
    assert met.to_clear == "25 sessions more, all attended, would clear it."


@pytest.mark.parametrize(
    ("sign", "than", "missed", "is_met"),
    [
        (Sign.OR_MORE, 10, 5, True), (Sign.OR_MORE, 10, 4, False), (Sign.MORE_THAN, 10, 5, False),
        (Sign.MORE_THAN, 10, 6, True), (Sign.AT_OR_BELOW, 10, 5, True), (Sign.BELOW, 10, 5, False),
    ],
)  # fmt: skip
def test_a_share_stands_to_its_number_as_the_policy_s_own_sign_says(
    sign: Sign, than: int, missed: int, *, is_met: bool
) -> None:
    facts = pupil("I" * missed + "." * (50 - missed))
    assert judged(figure(Count.MISSED, Unit.PERCENT, sign, than), facts, 24).met is is_met


def test_a_share_counts_once_enough_sessions_were_possible() -> None:
    few = judged(BELOW_96, pupil("I" + "." * 18), 9)
    assert not few.met
    assert few.arithmetic.endswith("; a percentage counts once 20 were possible.")
    assert few.to_clear == "1 session more must be possible before a percentage counts."
    none = judged(BELOW_96, pupil("_"), 9)
    assert none.arithmetic == (
        "No session was possible from 5 January 2026 to 16 January 2026, so there is no percentage."
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (figure(Count.ATTENDED, Unit.PERCENT, Sign.BELOW, 100), "No number of sessions would change this."),
        (figure(Count.ATTENDED, Unit.PERCENT, Sign.BELOW, 0), "No number of sessions would change this."),
        (figure(Count.ILL, Unit.PERCENT, Sign.OR_MORE, 10), "2 sessions more, all counted, would meet it."),
        (figure(Count.ILL, Unit.PERCENT, Sign.OR_MORE, 4), "2 sessions more, all not counted, would clear it."),
    ],
)
def test_what_would_change_a_share(condition: Condition, said: str) -> None:
    found = judged(condition, pupil("I" + "." * 23), 11)
    assert found.to_clear == said


def test_no_share_is_below_nothing() -> None:
    nothing = figure(Count.ATTENDED, Unit.PERCENT, Sign.BELOW, 0)
    assert judged(nothing, pupil("I" * 30), 14).arithmetic.endswith("below 0% is never so.")


@pytest.mark.parametrize(
    ("count", "value", "words"),
    [
        (Count.ATTENDED, 12, "Attended 12 sessions (B 1, L 1, / 5, \\ 5)"),
        (Count.MISSED, 8, "Missed 8 sessions"),
        (Count.AUTHORISED, 4, "Missed 4 sessions (authorised) (I 2, M 2)"),
        (Count.UNAUTHORISED, 4, "Missed 4 sessions (unauthorised) (G 1, N 1, O 1, U 1)"),
        (Count.UNPLANNED, 6, "Missed 6 sessions (ill or unauthorised) (G 1, I 2, N 1, O 1, U 1)"),
        (Count.ILL, 2, "Missed 2 sessions (ill) (I 2)"),
        (Count.UNEXPLAINED, 1, "Missed 1 session (no reason yet) (N 1)"),
        (Count.LATE, 1, "Was late, before the register closed, for 1 session (L 1)"),
        (Count.LATE_AFTER_CLOSE, 1, "Was late, after the register closed, for 1 session (U 1)"),
    ],
)
def test_what_each_count_counts(count: Count, value: int, words: str) -> None:
    # X is no session that was possible, and F meant nothing by 2026
    facts = pupil("IIMMGNOU" + "BL" + "." * 10 + "XF")
    found = judged(figure(count, Unit.SESSIONS, Sign.OR_MORE, 1), facts, 10)
    assert found.value == value
    if count not in {Count.ATTENDED, Count.MISSED}:
        assert found.arithmetic == f"{words} from 5 January 2026 to 19 January 2026; the line is 1 or more."


@pytest.mark.parametrize(
    ("sign", "value", "said"),
    [
        (Sign.OR_MORE, 2, "1 session more would meet it."),
        (Sign.MORE_THAN, 3, "1 session more would meet it."),
        (Sign.OR_MORE, 4, f"It clears once 2 sessions fewer are counted, {MOVES_ON}"),
        (Sign.MORE_THAN, 4, f"It clears once 1 session fewer is counted, {MOVES_ON}"),
        (Sign.BELOW, 2, "1 session more would clear it."),
        (Sign.AT_OR_BELOW, 3, "1 session more would clear it."),
        (Sign.BELOW, 3, ""),
    ],
)  # fmt: skip
def test_what_would_change_a_number_of_sessions(sign: Sign, value: int, said: str) -> None:
    found = judged(figure(Count.MISSED, Unit.SESSIONS, sign, 3, WEEK), pupil("O" * value + "." * (10 - value)), 4)
    assert found.to_clear == said


def test_a_number_of_the_whole_year_changes_only_with_the_marks() -> None:
    found = judged(figure(Count.MISSED, Unit.SESSIONS, Sign.OR_MORE, 1), pupil("O"), 4)
    assert found.to_clear == "It clears once 1 session fewer is counted, which only an amended mark can do."


@pytest.mark.parametrize(
    ("said", "days"),
    [("II", 1), ("I.", 0), ("IX", 1), ("XX", 0), ("I_", 0), ("__", 0), ("IO", 0), ("II..OO", 1), ("IIXXII", 2)],
)
def test_a_whole_day_has_every_possible_session_of_the_kind_and_none_blank(said: str, days: int) -> None:
    found = judged(figure(Count.ILL, Unit.WHOLE_DAYS, Sign.OR_MORE, 1), pupil(said), 5)
    assert found.value == days
    assert len(found.sessions) == sum(code == "I" for code in said if days and said != "IO")


@pytest.mark.parametrize(
    ("said", "days", "first"),
    [
        ("..IIIIII", 3, 1), ("IIIIII..", 0, 3), ("IIXXIIII", 3, 0), ("IIXX", 1, 0), ("II__IIII", 2, 2),
        ("II_IIIII", 2, 2), ("IIOOIIII", 2, 2), ("XXXXIIII", 2, 2),
    ],
)  # fmt: skip
def test_a_run_goes_up_to_the_day_over_days_on_which_no_session_was_possible(said: str, days: int, first: int) -> None:
    last = len(said) // 2 - 1
    found = judged(figure(Count.ILL, Unit.CONSECUTIVE_DAYS, Sign.OR_MORE, 3, None), pupil(said), last)
    assert (found.value, found.first_day) == (days, DAYS[first])
    assert found.met is (days >= 3)
    if found.met:
        assert found.to_clear == "It clears on the first school day that is not wholly missed so."
    else:
        more = 3 - days
        assert found.to_clear == f"{more} whole school day{'s' * (more > 1)} in a row more would meet it."


def test_a_run_goes_over_a_weekend_and_ends_on_a_day_off_the_roll() -> None:
    run = figure(Count.ILL, Unit.CONSECUTIVE_DAYS, Sign.OR_MORE, 3, None)
    facts = pupil("." * 6 + "I" * 8)
    assert judged(run, facts, 6).value == 4
    periods = (OnRoll(dt.date(2020, 9, 1), DAYS[4]), OnRoll(DAYS[5]))
    assert judged(run, replace(facts, on_roll=periods), 6).value == 2


@pytest.mark.parametrize(
    ("said", "window", "number"),
    [
        ("II..OO..I.", YEAR, 3), ("IIXXOO", YEAR, 1), ("II__OO", YEAR, 1), ("..", YEAR, 0),
        # a spell that began before the window has a session in it
        ("." * 8 + "IIII", WEEK, 1),
    ],
)  # fmt: skip
def test_spells_are_counted(said: str, window: Window, number: int) -> None:
    found = judged(figure(Count.MISSED, Unit.SPELLS, Sign.OR_MORE, 2, window), pupil(said), (len(said) - 1) // 2)
    assert found.value == number
    words = f"{number} spell{'s' * (number != 1)} of absence"
    assert found.arithmetic.startswith(words)


def test_a_fall_is_in_percentage_points_since_the_window_before() -> None:
    fall = figure(Count.ATTENDED, Unit.POINTS_FALL, Sign.OR_MORE, 20, WEEK)
    found = judged(fall, pupil("." * 10 + "II" + "." * 8), 9)
    assert (found.met, found.value, found.possible) == (True, 20, 10)
    assert found.arithmetic == (
        "Attended 8 of 10 possible sessions from 12 January 2026 to 16 January 2026 (80.00%), after 10 of 10 in the "
        "stretch before (100.00%); the line is a fall of 20 or more percentage points."
    )
    assert found.to_clear == "It clears as the days counted move on or a mark is amended."
    less = judged(fall, pupil("." * 10 + "I" + "." * 9), 9)
    assert (less.met, less.value, less.to_clear) == (False, 10, "")


@pytest.mark.parametrize("said", ["." * 10, "_" * 10 + "." * 10])
def test_there_is_no_fall_where_there_is_nothing_to_compare(said: str) -> None:
    found = judged(figure(Count.ATTENDED, Unit.POINTS_FALL, Sign.OR_MORE, 1, WEEK), pupil(said), (len(said) - 1) // 2)
    assert not found.met
    assert found.arithmetic.startswith("There is nothing to compare")


def test_what_was_acted_upon_is_not_counted_again_but_shares_stay_as_they_are() -> None:
    facts = pupil("I" * 12 + "." * 40)
    sessions = figure(Count.ILL, Unit.SESSIONS, Sign.OR_MORE, 1)
    assert judged(sessions, facts, 9, acted_until=DAYS[3]).value == 4
    assert judged(sessions, facts, 9, acted_until=DAYS[9]).value == 0
    assert judged(sessions, facts, 9, acted_until=dt.date(2025, 7, 1)).value == 12
    run = figure(Count.ILL, Unit.CONSECUTIVE_DAYS, Sign.OR_MORE, 3, None)
    assert judged(run, facts, 5, acted_until=DAYS[3]).value == 2
    assert judged(run, facts, 5, acted_until=DAYS[3]).first_day == DAYS[4 - 1] + dt.timedelta(days=1)
    assert judged(run, facts, 9, acted_until=DAYS[3]).value == 0
    assert judged(BELOW_96, facts, 20, acted_until=DAYS[3]).met


def test_since_a_stage_nothing_is_counted_before_it_was_entered() -> None:
    since = figure(Count.MISSED, Unit.SESSIONS, Sign.OR_MORE, 2, Window(Span.SINCE_STAGE, stage="a1"))
    facts = pupil("." * 4 + "OOOO")
    never = judged(since, facts, 5)
    assert (never.met, never.to_clear, never.sessions) == (False, "", ())
    assert never.arithmetic == "The pupil has not entered the stage from which this is counted."
    assert judged(since, replace(facts, entered={"a1": DAYS[2]}), 5).value == 2
    share = figure(Count.ATTENDED, Unit.PERCENT, Sign.BELOW, 96, Window(Span.SINCE_STAGE, stage="a1"))
    assert judged(share, replace(facts, entered={"a1": DAYS[5]}), 5).possible == 0


FACTS = [
    (Condition(groups=("sen", "fsm")), True, "On 12 January 2026: special educational needs."),
    (Condition(groups=("eal",)), False, "Asked for: English as an additional language."),
    (Condition(years=(5, 6)), True, "Asked for: year group 5, 6. In year group 5."),
    (Condition(years=(7,)), False, "In year group 5."),
    (Condition(phases=("primary",)), True, "The school is primary."),
    (Condition(phases=("secondary",)), False, "Asked for: secondary."),
    (Condition(compulsory_age=True), True, "Is of compulsory school age on 12 January 2026."),
    (Condition(compulsory_age=False), False, "Is of compulsory"),
    (Condition(carried_over=True), True, "Was put on this year's list"),
    (Condition(reached=Reached("stage_one")), True, "Entered the stage “stage one” on 6 January 2026."),
    (Condition(reached=Reached("stage_one", 4)), True, "; 4 school days must have passed."),
    (Condition(reached=Reached("stage_one", 1, Period.WEEKS)), False, "; 1 weeks must have passed."),
    (Condition(reached=Reached("stage_two")), False, "Has not entered the stage “stage two”."),
    (Condition(reached=Reached("stage_three")), False, "Has not entered the stage “stage three”."),
]


@pytest.mark.parametrize(("condition", "is_met", "words"), FACTS)
def test_facts_about_the_pupil(condition: Condition, words: str, *, is_met: bool) -> None:
    facts = pupil(
        "",
        years=[(5, OnRoll(dt.date(2025, 9, 1)))],
        characteristics=[("sen", OnRoll(MONDAY)), ("eal", OnRoll(MONDAY, DAYS[2]))],
        phase="primary",
        entered={"stage_one": DAYS[1], "stage_three": DAYS[9]},
        carried_over=True,
    )
    found = judged(condition, facts, 5)
    assert found.met is is_met
    assert words in found.arithmetic


@pytest.mark.parametrize("on", [dt.date(2026, 1, 12), dt.date(2026, 8, 31), dt.date(2024, 2, 29)])
def test_births_of_compulsory_age_are_those_the_rule_says(on: dt.date) -> None:
    latest, earliest = compulsory_births(on)
    day = dt.timedelta(days=1)
    assert [is_compulsory_age(dob, on) for dob in (earliest - day, earliest, latest, latest + day)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_facts_that_are_not_there() -> None:
    facts = pupil("", dob=dt.date(2023, 1, 1))
    said = [judged(condition, facts, 5).arithmetic for condition, _, _ in FACTS]
    for words in ("none of these", "no year group", "of no named phase", "Is not of compulsory", "Was not put on"):
        assert any(words in each for each in said)


def test_conditions_are_joined() -> None:
    facts = pupil("I" * 6 + "." * 34)
    ill = figure(Count.ILL, Unit.SESSIONS, Sign.OR_MORE, 6)
    late = figure(Count.LATE, Unit.SESSIONS, Sign.OR_MORE, 1)
    assert judged(Condition(all_of=(ill, BELOW_96)), facts, 19).met
    assert not judged(Condition(all_of=(ill, late)), facts, 19).met
    either = judged(Condition(any_of=(late, ill)), facts, 19)
    assert either.met
    assert [figure_.value for figure_ in either.figures()] == [6, 0]  # what holds comes first
    neither = judged(Condition(none_of=(late, ill)), facts, 19)
    assert not neither.met
    assert neither.arithmetic.startswith("None of these may hold: Was late")
    assert judged(Condition(none_of=(late,)), facts, 19).met
    assert not judged(Condition(any_of=(late,)), facts, 19).met
