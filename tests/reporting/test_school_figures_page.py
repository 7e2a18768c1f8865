"""One school's year to date, by year group and registration group."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

FIGURES = "/s/alder-primary/figures/"
THURSDAY, FRIDAY, TODAY = dt.date(2026, 11, 19), dt.date(2026, 11, 20), dt.date(2026, 11, 23)
LOGGING_IN = 6  # session, person, school, membership, and the school's schema selected twice


@pytest.fixture
def marked(people: People) -> None:
    """Mark a child of 4A present and ill, one of 5B absent without leave, and both present today."""
    four, five = make_group("4A"), make_group("5B")
    ann, bob = make_pupil(group=four, year=4), make_pupil(group=five, year=5)
    for pupil, group, codes in ((ann, four, "/I"), (bob, five, "OO")):
        for day, code in zip((THURSDAY, FRIDAY), codes, strict=True):
            make_mark(pupil, make_session(day), code, by=people.tess, group=group)
        make_mark(pupil, make_session(TODAY), "/", by=people.tess, group=group)


def words_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_year_to_date_is_shown_with_its_sums(marked: None, browse: Callable[[str], Client]) -> None:
    said = words_of(browse("ben").get(FIGURES).text)
    # Today's two marks are not in it: it goes to the end of yesterday
    assert "Pupils attended 25.0% of sessions this school year to Sun 22 Nov 2026" in said
    assert "2 of 2 aged 5 to 15 are persistently absent, 2 of them severely." in said
    assert "Year 4 50.0% 1 1 0 2" in said
    assert "5B 0.0% 0 0 2 2" in said
    assert "Attended 1 Authorised 1 Unauthorised 2" in said


def test_before_the_first_register_the_page_says_so(browse: Callable[[str], Client]) -> None:
    assert "No session has been marked this school year" in words_of(browse("ben").get(FIGURES).text)


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_costs_five_queries_however_many_groups(
    people: People, browse: Callable[[str], Client], number: int, django_assert_num_queries
) -> None:
    client = browse("ben")
    for n in range(number):
        group = make_group(f"G{n}")
        make_mark(make_pupil(group=group), make_session(FRIDAY), "/", by=people.tess, group=group)
    with django_assert_num_queries(
        LOGGING_IN + 5
    ):  # four of the figures, and which groups of the school's own are seen
        client.get(FIGURES)


@pytest.mark.parametrize(
    ("name", "status"), [("tess", 403), ("tutu", 403), ("cass", 404), ("alma", 200), ("tomas", 200)]
)
def test_figures_are_for_those_whose_role_has_them(browse: Callable[[str], Client], name: str, status: int) -> None:
    assert browse(name).get(FIGURES).status_code == status
