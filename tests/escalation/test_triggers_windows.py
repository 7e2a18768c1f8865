"""The first day of each window, from a calendar of the days on which a school met."""

import datetime as dt

import pytest

from attendance_mat.policy.adopted import Override, assemble, national
from attendance_mat.policy.triggers import Period, Reached, Span, Window
from escalation.rules.windows import Calendar, Days, Reading
from tests.calendars import sessions_of
from tests.escalation.terms import weekdays

DAY = dt.timedelta(days=1)


def between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the weekdays from a day to another."""
    return [day for day in weekdays(first, (last - first).days) if day <= last]


# A year with a half term of two weeks in October, Christmas, a week in February, Easter in April and a week in May.
SUMMER_BEFORE = between(dt.date(2025, 6, 2), dt.date(2025, 7, 18))
AUTUMN_1 = between(dt.date(2025, 9, 3), dt.date(2025, 10, 17))
AUTUMN_2 = between(dt.date(2025, 11, 3), dt.date(2025, 12, 19))
SPRING_1 = between(dt.date(2026, 1, 5), dt.date(2026, 2, 13))
SPRING_2 = between(dt.date(2026, 2, 23), dt.date(2026, 3, 27))
SUMMER_1 = between(dt.date(2026, 4, 13), dt.date(2026, 5, 22))
SUMMER_2 = between(dt.date(2026, 6, 1), dt.date(2026, 7, 17))
YEAR = [*SUMMER_BEFORE, *AUTUMN_1, *AUTUMN_2, *SPRING_1, *SPRING_2, *SUMMER_1, *SUMMER_2]
READING = Calendar(sessions_of(YEAR)).read_by(national())


def first_day(span: Span, on: dt.date, reading: Reading = READING, **rest: object) -> dt.date | None:
    return reading.first_day(Window(span, **rest), on)


@pytest.mark.parametrize(
    ("span", "on", "first"),
    [
        (Span.DAY, dt.date(2026, 1, 6), dt.date(2026, 1, 6)),
        (Span.WEEK, dt.date(2026, 1, 8), dt.date(2026, 1, 5)),
        (Span.YEAR, dt.date(2026, 7, 31), dt.date(2025, 8, 1)),
        (Span.YEAR, dt.date(2026, 8, 1), dt.date(2026, 8, 1)),
        # two weeks in October part half terms, not terms; so does each other week off
        (Span.HALF_TERM, AUTUMN_2[0], AUTUMN_2[0]),
        (Span.TERM, AUTUMN_2[0], AUTUMN_1[0]),
        (Span.HALF_TERM, SPRING_2[3], SPRING_2[0]),
        (Span.TERM, SPRING_2[3], SPRING_1[0]),
        # the last day of a term, a day in the holiday after it, and the first day of the next
        (Span.TERM, AUTUMN_2[-1], AUTUMN_1[0]),
        (Span.TERM, dt.date(2025, 12, 29), AUTUMN_1[0]),
        (Span.HALF_TERM, dt.date(2025, 12, 29), AUTUMN_2[0]),
        (Span.TERM, SPRING_1[0], SPRING_1[0]),
        (Span.TERM, SUMMER_1[0], SUMMER_1[0]),
        (Span.TERM, dt.date(2025, 8, 20), SUMMER_BEFORE[0]),
        (Span.TERM, AUTUMN_1[0], AUTUMN_1[0]),
        (Span.TWO_TERMS, SUMMER_2[3], SPRING_1[0]),
        (Span.TWO_TERMS, AUTUMN_1[5], SUMMER_BEFORE[0]),
        (Span.TWO_TERMS, SUMMER_BEFORE[5], SUMMER_BEFORE[0]),
    ],
)
def test_a_window_begins(span: Span, on: dt.date, first: dt.date) -> None:
    assert first_day(span, on) == first


def test_rolling_weeks_are_those_in_which_the_school_met() -> None:
    # Ten school weeks that end after the two weeks off in October began in the week of 8 September
    assert first_day(Span.SCHOOL_WEEKS, dt.date(2025, 11, 28), length=10) == dt.date(2025, 9, 8)
    assert first_day(Span.SCHOOL_WEEKS, dt.date(2025, 6, 4), length=10) == dt.date(2025, 6, 2)


@pytest.mark.parametrize("change", [dt.date(2025, 10, 26), dt.date(2026, 3, 29)])
def test_a_clock_change_makes_no_window_a_day_longer_or_shorter(change: dt.date) -> None:
    assert first_day(Span.DAYS, change + DAY, length=3) == change - DAY
    assert first_day(Span.WEEK, change) == change - 6 * DAY


def test_since_a_date_and_since_a_stage() -> None:
    on, entered = dt.date(2026, 1, 20), dt.date(2026, 1, 12)
    assert first_day(Span.SINCE, on, from_date=dt.date(2025, 9, 1)) == dt.date(2025, 9, 1)
    window = Window(Span.SINCE_STAGE, stage="a1")
    assert READING.first_day(window, on, {"a1": entered}) == entered + DAY
    assert READING.first_day(window, on, {"a1": on + DAY}) is None
    assert READING.first_day(window, on) is None


@pytest.mark.parametrize("span", [Span.TERM, Span.HALF_TERM, Span.TWO_TERMS, Span.SCHOOL_WEEKS])
def test_before_the_calendar_begins_a_window_is_the_day_alone(span: Span) -> None:
    on = SUMMER_BEFORE[0] - DAY
    length = 3 if span is Span.SCHOOL_WEEKS else None
    assert first_day(span, on, length=length) == on
    assert Calendar(()).last_day(on) is None


@pytest.mark.parametrize(
    ("span", "on", "before"),
    [
        (Span.WEEK, dt.date(2026, 1, 14), Days(dt.date(2026, 1, 5), dt.date(2026, 1, 11))),
        (Span.WEEK, dt.date(2026, 1, 7), Days(dt.date(2025, 12, 15), dt.date(2025, 12, 21))),
        (Span.WEEK, SUMMER_BEFORE[0], None),
        (Span.HALF_TERM, SPRING_1[2], Days(AUTUMN_2[0], SPRING_1[0] - DAY)),
        (Span.TERM, SPRING_2[2], Days(AUTUMN_1[0], SPRING_1[0] - DAY)),
        (Span.TERM, SUMMER_BEFORE[2], None),
    ],
)
def test_the_window_before_is_the_last_in_which_the_school_met(span: Span, on: dt.date, before: Days | None) -> None:
    assert READING.before(Window(span), on) == before


def test_the_longest_gap_of_its_winter_parts_terms_and_one_before_it_only_until_then() -> None:
    # Given a week off in December, a fortnight at school, and then three weeks off
    first = between(dt.date(2025, 11, 3), dt.date(2025, 12, 12))
    second = between(dt.date(2025, 12, 22), dt.date(2025, 12, 30))
    third = between(dt.date(2026, 1, 19), dt.date(2026, 2, 6))
    reading = Calendar(sessions_of([*first, *second, *third])).read_by(national())

    # Then each day is told by what had been by then
    assert reading.first_day(Window(Span.TERM), second[0]) == second[0]
    assert reading.first_day(Window(Span.TERM), third[0]) == third[0]
    assert reading.partings(third[0]).terms == (first[0], third[0])


def test_a_second_shorter_gap_of_the_same_winter_parts_half_terms_alone() -> None:
    first = between(dt.date(2025, 11, 3), dt.date(2025, 12, 12))
    second = between(dt.date(2026, 1, 5), dt.date(2026, 1, 8))
    third = between(dt.date(2026, 1, 16), dt.date(2026, 1, 30))
    reading = Calendar(sessions_of([*first, *second, *third])).read_by(national())

    assert reading.partings(third[0]).terms == (first[0], second[0])
    assert reading.partings(third[0]).half_terms == (first[0], second[0], third[0])


def test_a_gap_shorter_than_the_policy_s_parts_nothing() -> None:
    first, second = weekdays(dt.date(2025, 11, 3), 10), weekdays(dt.date(2025, 11, 21), 10)
    reading = Calendar(sessions_of([*first, *second])).read_by(national())
    assert reading.partings(second[-1]).half_terms == (first[0],)


def test_a_school_may_say_when_its_own_terms_part() -> None:
    # Given a school that counts three weekdays off as a half term, and a winter range within one year
    own = {"half_term_weekdays": 3, "winter_gap_from": "1 November", "winter_gap_to": "30 November",
           "spring_gap_from": "15 March", "spring_gap_to": "25 April"}  # fmt: skip
    policy = assemble([], [Override(dt.date(2025, 9, 1), "school_terms", own, "Set in the test.")])
    first, second = weekdays(dt.date(2025, 11, 3), 10), weekdays(dt.date(2025, 11, 20), 10)
    reading = Calendar(sessions_of([*first, *second])).read_by(policy)
    assert reading.partings(second[-1]).terms == (first[0], second[0])


@pytest.mark.parametrize(
    ("reached", "day_before", "due"),
    [
        (Reached("a", 0), None, AUTUMN_1[3]),
        (Reached("a", 5), AUTUMN_1[7], AUTUMN_1[8]),
        (Reached("a", 2, Period.WEEKS), AUTUMN_1[3] + 13 * DAY, AUTUMN_1[3] + 14 * DAY),
        # entered on the fourth day of the autumn: a term later is the fourth day of the spring
        (Reached("a", 1, Period.TERMS), SPRING_1[2], SPRING_1[3]),
        (Reached("a", 2, Period.TERMS), SUMMER_1[2], SUMMER_1[3]),
    ],
)
def test_a_stage_was_entered_so_long_ago(reached: Reached, day_before: dt.date | None, due: dt.date) -> None:
    assert READING.is_long_ago(reached, AUTUMN_1[3], due)
    assert day_before is None or not READING.is_long_ago(reached, AUTUMN_1[3], day_before)


def test_a_stage_entered_later_or_before_the_calendar_began() -> None:
    assert not READING.is_long_ago(Reached("a"), AUTUMN_1[3], AUTUMN_1[2])
    assert READING.is_long_ago(Reached("a", 1, Period.TERMS), SUMMER_BEFORE[0] - DAY, SUMMER_BEFORE[0])


def test_a_calendar_is_in_order_each_session_once_and_keeps_the_last_reading() -> None:
    days = [AUTUMN_1[1], AUTUMN_1[0], AUTUMN_1[0]]
    calendar = Calendar(sessions_of(days))
    assert (len(calendar), calendar.days) == (4, (AUTUMN_1[0], AUTUMN_1[1]))
    policy = national()
    assert calendar.read_by(policy) is calendar.read_by(policy)
    assert calendar.read_by(assemble([])) is not calendar.read_by(policy)
