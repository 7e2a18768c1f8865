"""Early warning: who is on course to cross a line by a chosen day, with the sum."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.clock import LONDON
from attendance_mat.trust.models import School
from registers.models import FamilyTie, Pupil
from tests.escalation.ladders import YEAR_BELOW_95, set_stages, stage
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

LOG_IN = 6  # session, person, school and membership, and the schema selected twice
DECEMBER = weekdays(dt.date(2026, 11, 23), 20)  # to 18 December
SPRING = weekdays(dt.date(2027, 1, 4), 20)
FALLING = "." * 104 + "OO..OO"  # 96.4 percent, and 90 percent over the last four weeks
Ask = Callable[..., str]


@pytest.fixture
def term(alder: School, people: People) -> School:
    """Return a school with lines at 95 and 90 percent, and a calendar to Christmas and after it."""
    low = {**YEAR_BELOW_95, "than": 90}
    ladder = stage("stage_one"), stage("stage_two", when=low)
    set_stages(alder, *ladder, by=people.alma, from_date=dt.date(2026, 9, 1))
    hold([*AUTUMN, *DECEMBER, *SPRING])
    return alder


def make_falling(people: People, *, surname: str = "Robin", year: int = 4, said: str = FALLING) -> Pupil:
    """Make a pupil who has been absent of late."""
    pupil = make_pupil(surname=surname, dob=dt.date(2015, 3, 4), year=year)
    take_registers({pupil: spell_out(AUTUMN, said)}, by=people.tess)
    return pupil


@pytest.fixture
def ask(term: School, browse: Callable[[str], Client]) -> Ask:
    """Return a function that gives the page's words."""
    client = browse("alma")

    def asked(*, status: int = 200, **query: str) -> str:
        response = client.get("/s/alder-primary/early-warning/", query)
        assert response.status_code == status
        return " ".join(response.content.decode().split())

    return asked


def test_a_pupil_on_course_is_listed_with_the_line_the_day_and_the_sum(ask: Ask, people: People) -> None:
    # Given a pupil above 95 percent who of late has missed one session in ten, and one who is always there
    robin = make_falling(people)
    make_falling(people, surname="Steady", said="." * 110)

    # When the page looks ahead to the end of term
    said = ask()

    # Then the first is on course to cross the line of 95, and not that of 90
    assert 'value="2026-12-18"' in said
    assert "Robin" in said
    assert "below 95%" in said
    assert "below 90%" not in said
    assert "Attended 106 of 110 possible sessions this school year (96.36%)" in said
    assert "38 sessions are still to come to 18 December 2026" in said
    assert f"/pupils/{robin.pk}/why/?stage=stage_one&amp;on=2026-11-23" in said
    assert "Steady" not in said


def test_a_nearer_day_has_nobody_on_course(ask: Ask, people: People) -> None:
    make_falling(people)

    assert "Nobody is on course" in ask(by="2026-11-24")


def test_whoever_is_over_the_line_already_is_not_on_course_to_it(ask: Ask, people: People) -> None:
    make_falling(people, said="O" * 8 + "." * 98 + "OOOO")

    assert "below 95%" not in ask()


def test_the_list_is_narrowed_to_a_line_and_ordered_by_line_year_name_and_day(ask: Ask, people: People) -> None:
    make_falling(people, surname="Aaron", year=6)
    make_falling(people, surname="Brook", year=3, said="." * 104 + "O.O.OO")
    names = ("Aaron", "Brook")

    def first(**query: str) -> str:
        said = ask(**query)
        return min(names, key=lambda name: said.index(name) if name in said else len(said))

    assert first(sort="year", line="stage_one") == "Brook"
    assert first(sort="-year", line="stage_one") == "Aaron"
    assert first(sort="pupil") == "Aaron"
    assert first(sort="nonsense") == first(sort="day")
    assert "Severe" not in ask(line="stage_one").partition("<tbody>")[2]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"by": "2026-11-23"}, "Choose a day after Mon 23 Nov 2026 and up to Sat 31 Jul 2027"),
        ({"by": "2027-08-01"}, "Choose a day after Mon 23 Nov 2026 and up to Sat 31 Jul 2027"),
        ({"by": "soon"}, "Enter a date like 23/11/2026."),
        ({"line": "nine"}, "The policy has no such line. Choose one."),
    ],
)
def test_what_cannot_be_looked_ahead_to_comes_back_with_what_is_wrong(
    ask: Ask, query: dict[str, str], said: str
) -> None:
    assert said in ask(status=422, **query)


def test_a_school_whose_calendar_goes_no_further_has_an_empty_page(browse: Callable[[str], Client]) -> None:
    response = browse("alma").get("/s/alder-primary/early-warning/")

    assert response.status_code == 200
    assert "Nobody is on course" in response.content.decode()


def test_on_the_last_day_of_the_school_year_the_page_still_opens(
    term: School, browse: Callable[[str], Client], it_is: Callable[[dt.datetime], None]
) -> None:
    it_is(dt.datetime(2027, 7, 31, 9, tzinfo=LONDON))

    assert browse("alma").get("/s/alder-primary/early-warning/").status_code == 200


@pytest.mark.parametrize("pupils", [2, 20])
def test_the_page_costs_the_same_for_two_rows_and_for_twenty(
    ask: Ask, people: People, django_assert_num_queries, pupils: int
) -> None:
    ask()  # the school's policy is read once
    for _ in range(pupils):
        make_falling(people)

    with django_assert_num_queries(LOG_IN + 5):
        said = ask()

    assert said.count("Robin") == pupils


@pytest.mark.parametrize(("name", "status"), [("alma", 200), ("tara", 200), ("tess", 403), ("hana", 200)])
def test_the_list_holds_only_pupils_in_scope_and_nobody_of_one_s_family(
    term: School, people: People, browse: Callable[[str], Client], name: str, status: int
) -> None:
    robin = make_falling(people)

    response = browse(name).get("/s/alder-primary/early-warning/")
    assert response.status_code == status
    assert ("Robin" in response.content.decode()) is (name in {"alma", "tara"})

    FamilyTie.objects.create(user=people.alma.user, pupil=robin)
    assert "Robin" not in browse("alma").get("/s/alder-primary/early-warning/").content.decode()
