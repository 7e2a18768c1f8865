"""Who published rates are of, and where persistent and severe absence begin: on whole sessions (R55-R57, R59)."""

import datetime as dt

import pytest

from registers.models import Pupil
from registers.queries.measures import Headline, headline, pupil_figures
from tests.factories import TERM, make_mark, make_pupil, make_sessions
from tests.people import People

TODAY = dt.date(2026, 11, 23)
SESSIONS = 20


def marked(people: People, pupil: Pupil, *, missed: int, of: int = SESSIONS) -> Pupil:
    """Give a pupil so many sessions, the first of them missed."""
    for number, session in enumerate(make_sessions(dt.date(2026, 11, 2), SESSIONS // 2)[:of]):
        make_mark(pupil, session, "O" if number < missed else "/", by=people.tess)
    return pupil


def published() -> Headline:
    """Return the year's headline counts so far."""
    return headline(pupil_figures(from_date=TERM, to_date=TODAY))


@pytest.mark.parametrize(
    ("missed", "of", "persistent", "severe"),
    [(1, 11, 0, 0), (1, 10, 1, 0), (2, 20, 1, 0), (1, 20, 0, 0), (9, 19, 1, 0), (10, 20, 1, 1), (1, 1, 1, 1)],
)
def test_the_line_is_reached_at_exactly_ten_and_fifty_percent(
    people: People, missed: int, of: int, persistent: int, severe: int
) -> None:
    marked(people, make_pupil(), missed=missed, of=of)
    assert published() == Headline(pupils=1, persistent=persistent, severe=severe)


@pytest.mark.parametrize(
    ("dob", "counted"),
    [
        (dt.date(2021, 9, 1), 0),  # four on 31 August
        (dt.date(2021, 8, 31), 1),  # five that day
        (dt.date(2010, 9, 1), 1),  # fifteen, and sixteen the next day
        (dt.date(2010, 8, 31), 0),  # sixteen that day
    ],
)
def test_published_rates_are_of_ages_five_to_fifteen_on_31_august(people: People, dob: dt.date, counted: int) -> None:
    marked(people, make_pupil(dob=dob), missed=2)
    assert published() == Headline(pupils=counted, persistent=counted, severe=0)


def test_boarders_and_pupils_without_a_possible_session_are_not_in_published_rates(people: People) -> None:
    marked(people, make_pupil(boarder=True), missed=2)
    make_pupil()
    assert published() == Headline(pupils=0, persistent=0, severe=0)


def test_a_leaver_is_in_published_rates(people: People) -> None:
    marked(people, make_pupil(until_date=dt.date(2026, 11, 16)), missed=2)
    assert published() == Headline(pupils=1, persistent=1, severe=0)
