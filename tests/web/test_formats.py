"""How figures, days and times read."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.web import formats

AN_EVENING_IN_SUMMER = dt.datetime(2026, 6, 30, 23, 30, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("present", "possible", "reads"),
    [
        (248, 302, "82.1%"),
        (9, 10, "90.0%"),
        (1799, 2000, "89.95%"),  # would round up onto the line that makes a pupil persistently absent
        (18_001, 20_000, "90.01%"),
        (9999, 10_000, "99.99%"),
        (302, 302, "100.0%"),
        (0, 302, "0.0%"),
        (0, 0, ""),
    ],
)
def test_a_percentage_has_one_decimal_and_never_rounds_onto_a_line(present: int, possible: int, reads: str) -> None:
    assert formats.percent(present, possible) == reads


@given(possible=st.integers(1, 2000), share=st.floats(0, 1))
def test_a_percentage_stands_on_the_same_side_of_every_whole_percentage_as_the_truth(
    possible: int, share: float
) -> None:
    present = round(possible * share)
    shown = float(formats.percent(present, possible).rstrip("%"))
    for line in range(101):
        assert (shown < line) == (100 * present < line * possible)
        assert (shown > line) == (100 * present > line * possible)


@pytest.mark.parametrize(
    ("difference", "reads"), [(1.24, "+1.2 points"), (-0.36, "\N{MINUS SIGN}0.4 points"), (0.01, "0.0 points")]
)
def test_a_gap_is_given_in_points_with_its_sign(difference: float, reads: str) -> None:
    assert formats.points(difference) == reads


def test_a_moment_reads_as_london_has_it() -> None:
    assert formats.moment(AN_EVENING_IN_SUMMER) == "Wed 1 Jul 2026, 00:30"
    assert formats.long_day(AN_EVENING_IN_SUMMER) == "Wednesday 1 July 2026"
    assert formats.short_day(AN_EVENING_IN_SUMMER) == "1 Jul"
    assert formats.time_with_seconds(AN_EVENING_IN_SUMMER) == "00:30:04"


def test_a_time_without_a_date_is_london_s_already() -> None:
    assert formats.time_of_day(dt.time(8, 52)) == "08:52"


@pytest.mark.parametrize(
    ("minutes", "reads"),
    [(0, "0 minutes"), (1, "1 minute"), (12, "12 minutes"), (60, "1 hour"), (125, "2 hours 5 minutes")],
)
def test_a_duration_is_given_in_words(minutes: int, reads: str) -> None:
    assert formats.duration(minutes) == reads


@pytest.mark.parametrize(
    ("year", "reads"), [(-2, "Nursery 1"), (-1, "Nursery 2"), (0, "Reception"), (1, "Year 1"), (13, "Year 13")]
)
def test_a_year_group_has_its_name(year: int, reads: str) -> None:
    assert formats.year_group(year) == reads


def test_halves_numbers_and_telephones() -> None:
    assert formats.half("pm") == "afternoon"
    assert formats.number(1204) == "1,204"
    assert formats.telephone("+44 (20) 7946-0000") == "+442079460000"
