"""May a stage fire, and when is it looked at again: every answer, with its reason."""

import datetime as dt

import pytest

from attendance_mat.policy.ladder import Ladder, Ladders, Review, Stage
from attendance_mat.policy.triggers import Condition, Count, Period, Sign, Span, Unit, Window
from escalation.rules.ladder import (
    NO_SUPPORT,
    NO_WARNING,
    Crossing,
    Standing,
    Time,
    find_stage,
    furthest,
    is_review_of_week,
    may_fire,
    missing_before,
    rests_on_counts,
    review_day,
)
from registers.rules.roll import Period as Dates

MONDAY = dt.date(2026, 11, 23)
LATELY = Crossing(dt.date(2026, 11, 20))
GO_LIVE = dt.date(2026, 9, 1)
YEAR = Window(Span.YEAR)
SHARE = Condition(count=Count.ATTENDED, unit=Unit.PERCENT, window=YEAR, sign=Sign.BELOW, than=90)
THREE_DAYS = Condition(count=Count.UNPLANNED, unit=Unit.CONSECUTIVE_DAYS, sign=Sign.OR_MORE, than=3)
RECOVERED = Condition(count=Count.ATTENDED, unit=Unit.PERCENT, window=YEAR, sign=Sign.MORE_THAN, than=95)


def stage(key: str = "low", when: Condition | None = SHARE, **fields: object) -> Stage:
    return Stage(key=key, label=key.title(), clause="3", says="A line.", when=when, **fields)


def days(n: int) -> dt.date:
    return MONDAY + dt.timedelta(days=n)


def at(key: str = "low", **fields: object) -> Time:
    return Time(key, key.title(), **{"entered_on": days(-10), "acted_until": days(-11), **fields})


def asked(of: Stage, *times: Time, crossing: Crossing | None = LATELY, **fields: object) -> tuple[bool, str]:
    standing = Standing(times=times, **fields)
    return may_fire(of, crossing=crossing, standing=standing, on=MONDAY, go_live=GO_LIVE)


def test_a_line_crossed_for_the_first_time_fires() -> None:
    assert asked(stage()) == (True, "Nothing stands in its way.")


@pytest.mark.parametrize(
    ("answer", "because"),
    [
        (asked(stage(when=None)), "a person decides"),
        (asked(stage(when=None, configured=False)), "not known"),
        (asked(stage(), died=True), "has died"),
        (asked(stage(), on_roll=False), "not on the roll"),
        (asked(stage(), held=(Dates(days(-1), days(1)),)), "A hold lasts"),
        (asked(stage(), crossing=None), "not crossed"),
        (asked(stage(), crossing=Crossing(days(-3), holds_for=False)), "not meant for this pupil"),
        (asked(stage(), crossing=Crossing(dt.date(2026, 8, 31))), "crossed on 31 August 2026, before the school went"),
        (asked(stage(not_after=("lower",)), at("lower")), "The pupil is at “Lower”"),
        (asked(stage(), at(entered_on=None, acted_until=None)), "waits for agreement"),
        (asked(stage(leaves=RECOVERED), at()), "until what ends it is met"),
        (asked(stage(), at()), "a person decides at its review"),
        (asked(stage(), at(over_on=days(-1), review_on=days(1))), "before its review on 24 November 2026"),
        (asked(stage(), at(over_on=days(-1), acted_until=days(-2))), "acted upon already"),
        (asked(stage(when=THREE_DAYS), at(), crossing=Crossing(days(-3), is_new=False)), "acted upon already"),
        (asked(stage(when=Condition(carried_over=True)), at()), "a person decides at its review"),
    ],
)
def test_a_stage_that_may_not_fire_says_why(answer: tuple[bool, str], because: str) -> None:
    assert answer[0] is False
    assert because in answer[1]


@pytest.mark.parametrize(
    "answer",
    [
        asked(stage(), held=(Dates(days(-5), MONDAY),)),  # the hold's last day was yesterday
        asked(stage(not_after=("lower",)), at("lower", over_on=days(-1))),  # it is over
        asked(stage(not_after=("lower",)), at("lower", entered_on=None)),  # it waits
        asked(stage(), at("lower")),
        asked(stage(), at(over_on=days(-5), review_on=MONDAY)),  # a share, still crossed on the review's day
        asked(stage(), at(over_on=days(-5), acted_until=days(-4))),  # a new stretch since
        asked(stage(), at(over_on=days(-5), acted_until=None)),  # of an older record that does not say
        asked(stage(when=THREE_DAYS), at()),  # three more days, the last time still running
        asked(stage(when=THREE_DAYS), at(review_on=MONDAY)),
    ],
)
def test_a_stage_may_fire_again_once_nothing_speaks_against_it(answer: tuple[bool, str]) -> None:
    assert answer == (True, "Nothing stands in its way.")


def test_the_last_time_at_a_stage_is_the_one_that_counts() -> None:
    standing = Standing(times=(at(over_on=days(-8)), at(acted_until=days(-2)), at("other")))

    assert standing.acted_until("low") == days(-2)
    assert standing.acted_until("never") is None


def test_only_a_trigger_of_counts_alone_is_crossed_anew_by_later_sessions() -> None:
    assert rests_on_counts(stage(when=THREE_DAYS))
    assert not rests_on_counts(stage(when=Condition(any_of=(THREE_DAYS, SHARE))))
    assert not rests_on_counts(stage(when=Condition(carried_over=True)))
    assert not rests_on_counts(stage(when=None))


COMING = [days(n) for n in (1, 2, 3, 4, 7, 8)]


@pytest.mark.parametrize(
    ("review", "day"),
    [
        (Review(2, Period.SCHOOL_DAYS), days(2)),
        (Review(5, Period.SCHOOL_DAYS), days(7)),
        (Review(7, Period.SCHOOL_DAYS), days(9)),  # the calendar ends: weekdays
        (Review(6, Period.WEEKS), days(42)),
        (Review(1, Period.TERMS), dt.date(2027, 1, 4)),
        (Review(2, Period.TERMS), days(7 * 26)),  # the calendar does not say
        (Review(0, Period.WEEKS), MONDAY),
    ],
)
def test_a_review_is_so_many_school_days_weeks_or_terms_on(review: Review, day: dt.date) -> None:
    terms = [dt.date(2026, 9, 1), dt.date(2027, 1, 4)]

    assert review_day(review, MONDAY, COMING, terms) == day


def test_what_should_have_come_first_is_said_and_nothing_else() -> None:
    wanting = stage(needs_support_first=True, warns_parents_first=True)

    assert missing_before(wanting, supported=False, warned=False) == (NO_SUPPORT, NO_WARNING)
    assert missing_before(wanting, supported=True, warned=True) == ()
    assert missing_before(stage(), supported=False, warned=False) == ()


def test_the_furthest_stage_is_the_policy_s_last() -> None:
    ladders = Ladders((Ladder("a", "A", (stage("one"), stage("two"))), Ladder("b", "B", (stage("three"),))))

    assert furthest(["one", "two"], ladders) == "two"
    assert furthest(["gone"], ladders) is None
    assert find_stage(ladders, "three") is not None
    assert find_stage(ladders, "gone") is None


@pytest.mark.parametrize(
    ("on", "weekday", "following", "is_it"),
    [
        (days(4), 5, days(7), True),  # a Friday
        (days(3), 5, days(4), False),  # Thursday, with school on Friday
        (days(3), 5, days(7), True),  # Thursday, the week's last
        (days(3), 5, None, True),  # the calendar's last day
        (days(4), 3, days(7), False),  # past the Wednesday on which this school looks back
        (days(2), 3, days(3), True),
    ],
)
def test_a_week_is_reviewed_on_its_last_school_day_up_to_the_policy_s_weekday(
    on: dt.date, weekday: int, following: dt.date | None, is_it: bool
) -> None:
    assert is_review_of_week(on, weekday=weekday, next_school_day=following) is is_it
