"""The demo opens on a school morning, whenever it is shown, and keeps its time."""

import datetime as dt
from pathlib import Path

import pytest

from attendance_mat.embedded import demo_clock
from attendance_mat.embedded.messages import RefusedError

LONDON = demo_clock.LONDON
FRIDAY = dt.datetime(2026, 11, 20, 8, 50, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (dt.datetime(2026, 11, 20, 15, 0, tzinfo=LONDON), FRIDAY),
        (dt.datetime(2026, 11, 22, 12, 0, tzinfo=LONDON), FRIDAY),
        (dt.datetime(2026, 11, 23, 8, 49, tzinfo=LONDON), FRIDAY),
        (dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON), FRIDAY + dt.timedelta(days=3)),
        (dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), dt.datetime(2026, 7, 1, 8, 50, tzinfo=LONDON)),
        (dt.datetime(2026, 10, 28, 12, 0, tzinfo=LONDON), dt.datetime(2026, 10, 22, 8, 50, tzinfo=LONDON)),
        (dt.datetime(2027, 1, 2, 12, 0, tzinfo=LONDON), dt.datetime(2026, 12, 18, 8, 50, tzinfo=LONDON)),
        (dt.datetime(2027, 8, 20, 12, 0, tzinfo=LONDON), dt.datetime(2027, 7, 21, 8, 50, tzinfo=LONDON)),
    ],
    ids=["afternoon", "sunday", "monday before", "at the minute", "summer night", "half term", "Christmas", "August"],
)
def test_it_opens_at_ten_to_nine_on_the_latest_school_day(now: dt.datetime, opens: dt.datetime) -> None:
    assert demo_clock.latest_school_morning(now) == opens


def test_a_restart_keeps_the_shift(tmp_path: Path) -> None:
    first = demo_clock.shift(tmp_path / "clock", at=None, now=FRIDAY + dt.timedelta(hours=3))
    later = demo_clock.shift(tmp_path / "clock", at=None, now=FRIDAY + dt.timedelta(hours=5))
    assert first == later == -3 * 60 * 60


def test_a_moment_asked_for_replaces_the_kept_shift(tmp_path: Path) -> None:
    kept = tmp_path / "clock"
    demo_clock.shift(kept, at=None, now=FRIDAY)
    assert demo_clock.shift(kept, at="2026-11-20 09:50", now=FRIDAY) == 3600
    assert demo_clock.shift(kept, at=None, now=FRIDAY) == 3600


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-31 08:50", "2026-11-20T08:50", "2026-11-20"])
def test_what_is_not_a_moment_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="is not a moment"):
        demo_clock.shift(tmp_path / "clock", at=text, now=FRIDAY)
