"""What a mark of L or U says of the arrival: the moment, the minutes, and why its code is the wrong one."""

import datetime as dt
from dataclasses import replace

from attendance_mat.clock import LONDON
from registers.actions.entering import Entry, with_lateness

STARTS = dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)
CLOSES = dt.datetime(2026, 11, 23, 9, 20, tzinfo=LONDON)
LATE = Entry(1, "L", base=0, made_at=STARTS + dt.timedelta(minutes=4))


def said(entry: Entry) -> tuple[int | None, str]:
    entry, why = with_lateness(entry, session_starts=STARTS, closes=CLOSES)
    return entry.minutes_late, why


def test_an_arrival_before_the_session_is_not_late() -> None:
    before = replace(LATE, arrived_at=STARTS - dt.timedelta(minutes=1))
    assert said(before)[0] is None
    assert "08:49" in said(before)[1]
    assert said(replace(LATE, arrived_at=STARTS)) == (0, "")


def test_the_arrival_counts_before_the_minutes_and_the_minutes_before_the_moment_of_the_mark() -> None:
    assert said(LATE) == (4, "")
    assert said(replace(LATE, minutes_late=30)) == (30, "")
    assert said(replace(LATE, minutes_late=30, arrived_at=STARTS + dt.timedelta(minutes=7))) == (7, "")


def test_after_the_close_the_code_is_u_and_an_l_must_say_when() -> None:
    after = CLOSES + dt.timedelta(minutes=1)
    assert "Use U." in said(replace(LATE, arrived_at=after))[1]
    assert said(replace(LATE, code="U", arrived_at=after)) == (31, "")
    assert "say when the child arrived, or use U." in said(replace(LATE, made_at=after))[1]
