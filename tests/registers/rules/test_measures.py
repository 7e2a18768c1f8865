import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import PersistentAbsence, SevereAbsence
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import in_force
from registers.rules.measures import Measures, measure, total
from tests.calendars import MONDAY, attended, marked, school_days

PERSISTENT = national().terms(PersistentAbsence, on=MONDAY)
SEVERE = national().terms(SevereAbsence, on=MONDAY)
MARKS = st.lists(st.sampled_from([row.code for row in in_force(MONDAY)] + [""]), max_size=60).map(
    lambda codes: [SessionMark(MONDAY + dt.timedelta(days=i), Half.AM, code) for i, code in enumerate(codes)]
)


def test_each_session_counts_once_by_its_statistical_class() -> None:
    codes = ["/", "L", "V", "I", "C2", "G", "U", "N", "X", "D", "Y4", "#", "Z", ""]
    marks = [SessionMark(MONDAY + dt.timedelta(days=i), Half.AM, code) for i, code in enumerate(codes)]

    counts = measure(marks)

    assert counts == Measures(present=3, authorised=2, unauthorised=3, late_before_close=1, late_after_close=1)
    assert (counts.possible, counts.missed) == (8, 5)


def test_a_code_counts_as_it_was_counted_on_its_own_day() -> None:
    before, after = dt.date(2011, 8, 31), dt.date(2011, 9, 1)

    assert measure([SessionMark(before, Half.AM, "D")]).present == 1
    assert measure([SessionMark(after, Half.AM, "D")]).possible == 0


def test_a_code_not_in_force_counts_for_nothing() -> None:
    assert measure([SessionMark(MONDAY, Half.AM, "H")]) == Measures()


@pytest.mark.parametrize(
    ("present", "missed", "persistent", "hundredths", "tenths"),
    [
        (90, 10, "yes", 9000, "90.0"),  # exactly 90% is persistent
        (1799, 201, "yes", 8995, "90.0"),  # 89.95% prints 90.0 and is persistent
        (901, 99, "no", 9010, "90.1"),
        (9, 1, "yes", 9000, "90.0"),  # one absence in the first five days
        (2, 1, "yes", 6667, "66.7"),
    ],
)
def test_persistent_absence_is_decided_on_whole_sessions(
    present: int, missed: int, persistent: str, hundredths: int, tenths: str
) -> None:
    counts = Measures(present=present, authorised=missed)

    assert counts.is_persistent(PERSISTENT) is (persistent == "yes")
    assert counts.attendance_hundredths() == hundredths
    assert counts.attendance_percent(places=1) == Decimal(tenths)


@pytest.mark.parametrize(("present", "missed", "severe"), [(5, 5, "yes"), (51, 49, "no"), (501, 499, "no")])
def test_exactly_half_missed_is_severe_and_persistent_too(present: int, missed: int, severe: str) -> None:
    counts = Measures(present=present, unauthorised=missed)

    assert counts.is_severe(SEVERE) is (severe == "yes")
    assert counts.is_persistent(PERSISTENT)


def test_where_nothing_was_possible_there_is_no_percentage_and_no_finding() -> None:
    nothing = Measures()

    assert (nothing.attendance_hundredths(), nothing.attendance_percent(), nothing.absence_percent()) == (None,) * 3
    assert not nothing.is_persistent(PERSISTENT)
    assert not nothing.is_severe(SEVERE)


def test_a_group_s_rate_is_sum_over_sum_and_not_the_mean_of_its_pupils() -> None:
    often, seldom = measure(attended(school_days(9))), measure(marked(school_days(1), "O"))

    assert total([often, seldom]).attendance_percent() == Decimal("90.00")
    assert total([]) == Measures()


@given(MARKS)
def test_the_parts_always_make_the_whole(marks: list[SessionMark]) -> None:
    counts = measure(marks)

    assert counts == total(measure([mark]) for mark in marks)
    assert counts.late_before_close <= counts.present
    assert counts.late_after_close <= counts.unauthorised
    assert counts.possible <= len(marks)


@given(st.integers(0, 400), st.integers(0, 400))
def test_attendance_and_absence_make_a_hundred_percent_to_within_rounding(present: int, missed: int) -> None:
    counts = Measures(present=present, authorised=missed)
    attendance, absence = counts.attendance_percent(), counts.absence_percent()

    if attendance is not None and absence is not None:
        assert abs(attendance + absence - 100) <= Decimal("0.01")
    else:
        assert counts.possible == 0
