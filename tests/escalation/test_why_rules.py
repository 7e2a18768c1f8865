"""What the page of why says, from plain values: the tree of a condition, and where a pupil stood on a past day."""

import datetime as dt
from dataclasses import replace

import pytest

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import FollowUp
from attendance_mat.policy.triggers import Condition, Count, Reached, Sign, Span, Unit, Window
from escalation.rules import why
from escalation.rules.counts import PupilFacts
from escalation.rules.findings import Finding, Rule
from escalation.rules.ladder import Standing, Time
from escalation.rules.thresholds import finding
from escalation.rules.triggers import judge
from escalation.rules.windows import Calendar
from registers.rules.calendar import Half, SessionMark
from tests.calendars import MONDAY, school_days, sessions_of
from tests.escalation.pupils import AGED_TEN, ALWAYS

DAYS = school_days(30)
TWO_MISSED = Condition(count=Count.MISSED, unit=Unit.SESSIONS, window=Window(Span.YEAR), sign=Sign.OR_MORE, than=2)
SINCE_A_STAGE = replace(TWO_MISSED, window=Window(Span.SINCE_STAGE, stage="first"))
OLD_ENOUGH = Condition(compulsory_age=True)
TODAY = dt.date(2026, 11, 23)
OPENS_A_CASE = FollowUp("ten_in_ten_weeks", opens_case=True, next_step="Ring.", due_school_days=5)


def facts(*said: str) -> PupilFacts:
    """Return a pupil of ten with these marks on the first days, morning and afternoon."""
    slots = [(day, half) for day in DAYS for half in Half]
    marks = tuple(SessionMark(*slot, code) for slot, code in zip(slots, "".join(said), strict=False))
    return PupilFacts(dob=AGED_TEN, marks=marks, on_roll=ALWAYS, sessions=Calendar(sessions_of(DAYS)))


def asked(condition: Condition, *said: str) -> why.Node:
    return why.tree(judge(condition, facts(*said), policy=national(), as_of=DAYS[9]))


def test_a_figure_shows_what_was_counted_the_line_the_days_and_the_sessions() -> None:
    node = asked(TWO_MISSED, "OO/O")

    assert node.met
    assert node.facts[:2] == (("Counted", "3 sessions"), ("The line", "2 or more"))
    assert node.days == ((DAYS[0], "O", "O"), (DAYS[1], "", "O"))


def test_a_figure_since_a_stage_that_was_not_entered_has_no_days() -> None:
    node = asked(SINCE_A_STAGE, "OOOO")

    assert not node.met
    assert (node.facts, node.days) == ((), ())


@pytest.mark.parametrize(
    ("joined", "met", "asks"),
    [
        (Condition(all_of=(TWO_MISSED, OLD_ENOUGH)), True, "All of these must hold"),
        (Condition(any_of=(TWO_MISSED, OLD_ENOUGH)), True, "Any one of these is enough"),
        (Condition(none_of=(TWO_MISSED, OLD_ENOUGH)), False, "None of these may hold"),
    ],
)
def test_a_joined_condition_says_how_and_shows_each_part(joined: Condition, met: bool, asks: str) -> None:
    node = asked(joined, "OO")

    assert (node.met, node.asks) == (met, asks)
    assert [part.met for part in node.parts] == [True, True]
    assert "compulsory school age" in node.parts[1].words


def test_a_fact_shows_its_words_alone() -> None:
    node = asked(Condition(reached=Reached("first")), "OO")

    assert (node.met, node.facts, node.days) == (False, (), ())
    assert "Has not entered" in node.words


def _ten(*said: str) -> Finding:
    found = finding(Rule.TEN_IN_TEN_WEEKS, facts(*said), policy=national(), as_of=DAYS[29])
    assert found is not None
    return found


def test_a_national_rule_shows_its_sum_too() -> None:
    share = finding(Rule.PERSISTENT_ABSENCE, facts("OO//"), policy=national(), as_of=DAYS[1])
    assert share is not None

    assert why.tree_of(share).facts[0] == ("Counted", "2 sessions of 4 possible")
    assert why.tree_of(_ten("OO//")).facts == (("Counted", "2 sessions"), ("The line", "10 sessions"))


@pytest.mark.parametrize(
    ("said", "step", "go_live", "answer"),
    [
        ("OO", OPENS_A_CASE, MONDAY, why.NOT_CROSSED),
        ("O" * 10, None, MONDAY, why.NO_CASE),
        ("O" * 10, replace(OPENS_A_CASE, opens_case=False), MONDAY, why.NO_CASE),
        ("O" * 10, OPENS_A_CASE, DAYS[20], why.BEFORE_GO_LIVE),
        (
            "O" * 10,
            OPENS_A_CASE,
            MONDAY,
            "It opens a case, or joins the one that is open. Next step: Ring.",
        ),
    ],
)
def test_a_national_rule_says_what_follows_from_it(
    said: str, step: FollowUp | None, go_live: dt.date, answer: str
) -> None:
    assert why.follow_up_says(_ten(said), step, go_live=go_live) == answer


def test_on_a_past_day_what_came_later_had_not_come_and_what_ended_later_still_ran() -> None:
    # Given a time over in September, one over in November, one of late November, and one that waits
    over = Time("a", "A", dt.date(2026, 9, 7), over_on=dt.date(2026, 9, 21))
    ended_later = Time("b", "B", dt.date(2026, 10, 5), over_on=dt.date(2026, 11, 9))
    later = Time("c", "C", dt.date(2026, 11, 16))
    standing = Standing((over, ended_later, later, Time("d", "D")))

    # When a day in October is asked about
    then = why.standing_on(standing, dt.date(2026, 10, 12), today=TODAY)

    # Then the first was over, the second ran, and of the others nothing was known
    assert then.times == (over, replace(ended_later, over_on=None))
    assert why.standing_on(standing, TODAY, today=TODAY) == standing
