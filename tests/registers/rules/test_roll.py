import datetime as dt

from registers.rules.roll import Period, on_roll

JOINED, LEFT, BACK = dt.date(2025, 9, 3), dt.date(2026, 1, 5), dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)


def test_a_pupil_is_on_roll_from_the_starting_day_until_the_day_the_name_comes_off() -> None:
    periods = [Period(JOINED, LEFT), Period(BACK)]

    assert [day for day in (JOINED - DAY, JOINED, LEFT - DAY, LEFT, BACK) if on_roll(periods, day)] == [
        JOINED,
        LEFT - DAY,
        BACK,
    ]


def test_periods_that_only_touch_do_not_overlap() -> None:
    assert not Period(JOINED, LEFT).overlaps(Period(LEFT))
    assert not Period(LEFT).overlaps(Period(JOINED, LEFT))
    assert Period(JOINED).overlaps(Period(LEFT, BACK))
    assert Period(JOINED, BACK).overlaps(Period(LEFT))
