"""The trust's one page of all its schools."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.published.models import CheckRun, FinishedRegister, RegistersDue, SchoolFigures
from attendance_mat.trust.models import School
from tests.people import People

TODAY, FRIDAY, THURSDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 20), dt.date(2026, 11, 19)
WHO_IS_ASKING = 4  # session, person, memberships, and the public schema selected
COUNTS = {
    "pupils": 100, "possible": 10_000, "present": 9_300, "authorised": 500, "unauthorised": 200, "headline_pupils": 90,
    "headline_persistent": 12, "headline_severe": 2, "ten_in_ten_weeks": 3, "twenty_consecutive_days": 1,
    "crossed_unacted": 5,
}  # fmt: skip


def publish(school: School, *, as_of: dt.date = FRIDAY, **counts: int) -> None:
    """Publish a school's figures as of a night, as its check does."""
    at = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(2), dt.UTC)
    run = CheckRun.objects.create(school=school, as_of=as_of, started_at=at, finished_at=at)
    SchoolFigures.objects.create(school=school, run=run, as_of=as_of, computed_at=at, **{**COUNTS, **counts})


def open_morning(school: School, *, due: int = 12, finished: int = 9) -> None:
    """Publish what a school owes this morning, and its finished registers: 25 in, 2 unexplained in each of 30."""
    RegistersDue.objects.create(school=school, date=TODAY, half="am", registers=due, pupils=due * 30)
    for number in range(finished):
        FinishedRegister.objects.create(
            school=school, date=TODAY, half="am", register_id=number, pupils=30, present=25, late=1,
            absent_explained=3, unexplained=2, elsewhere=0, finished_at=dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC),
        )  # fmt: skip


def make_schools(number: int) -> list[School]:
    """Make schools without schemas: the page reads published rows only."""
    at = dt.datetime(2024, 9, 1, tzinfo=dt.UTC)
    return School.objects.bulk_create(
        School(slug=f"s-{n}", schema_name=f"s_{n}", name=f"School {n:02}", opened_at=at, go_live_date=at.date())
        for n in range(number)
    )


def words_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_costs_five_queries_however_many_schools(
    browse: Callable[[str], Client], number: int, django_assert_num_queries
) -> None:
    client = browse("tara")
    for school in make_schools(number):
        publish(school)
        open_morning(school)
    with django_assert_num_queries(WHO_IS_ASKING + 5):
        page = client.get("/trust/")
    assert page.text.count("/figures/") >= number


def test_each_school_has_its_sums_and_the_trust_their_sum(browse: Callable[[str], Client], people: People) -> None:
    publish(people.alder)
    publish(people.birch, present=7_000, headline_pupils=10, headline_persistent=10)
    said = words_of(browse("tara").get("/trust/").text)
    assert "Alder Primary School 93.0% 9,300 of 10,000 13.3% 12 of 90" in said
    assert "The trust 81.5% 16,300 of 20,000 22.0% 22 of 100" in said
    assert "Pupils of 2 schools attended 81.5% of sessions this school year to Fri 20 Nov 2026" in said
    assert "Show the sum 16,300 sessions attended" in said


def test_this_mornings_registers_are_what_is_due_less_what_is_finished(
    browse: Callable[[str], Client], people: People
) -> None:
    open_morning(people.alder)
    said = words_of(browse("tara").get("/trust/").text)
    assert "This morning 9 of 12 registers are in: 225 of 270 pupils in them are in school, 18 absent" in said
    assert "3 registers not yet taken." in said
    assert "3 of 12 225 of 360 18" in said


def test_in_the_afternoon_the_morning_no_longer_counts(browse: Callable[[str], Client], people: People, it_is) -> None:
    open_morning(people.alder)
    it_is(dt.datetime(2026, 11, 23, 13, 5, tzinfo=dt.UTC))
    assert "No register is due this afternoon." in words_of(browse("tara").get("/trust/").text)


def test_schools_that_are_behind_are_named_with_since_when(browse: Callable[[str], Client], people: People) -> None:
    # Given one school checked on Friday night, and one whose Friday night failed
    publish(people.alder)
    publish(people.birch, as_of=THURSDAY)
    CheckRun.objects.create(
        school=people.birch, as_of=FRIDAY, started_at=dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC), error="It broke"
    )
    said = words_of(browse("tara").get("/trust/").text)
    assert (
        "Birch High School: its figures are of Thu 19 Nov 2026, and those of Fri 20 Nov 2026 are due; "
        "its newest check failed and will be tried again."
    ) in said
    assert "Alder Primary School:" not in said


def test_a_school_whose_registers_were_owed_on_friday_is_behind_on_monday(browse, people: People) -> None:
    publish(people.alder, as_of=THURSDAY)
    RegistersDue.objects.create(school=people.alder, date=FRIDAY, half="am", registers=1, pupils=30)
    said = words_of(browse("tara").get("/trust/").text)
    assert "Alder Primary School: its figures are of Thu 19 Nov 2026" in said


def test_before_the_first_check_the_page_says_so(browse: Callable[[str], Client]) -> None:
    said = words_of(browse("tara").get("/trust/").text)
    assert "No check has run yet" in said
    assert "no figures yet" in said


def test_the_order_is_in_the_address(browse: Callable[[str], Client], people: People) -> None:
    publish(people.alder)
    publish(people.birch, present=7_000)
    client = browse("tara")

    def order(query: str) -> list[str]:
        return re.findall(r'/s/([a-z-]+)/figures/">', client.get(f"/trust/{query}").text.partition("<tbody>")[2])

    assert order("") == ["alder-primary", "birch-high"]
    assert order("?sort=attendance") == ["birch-high", "alder-primary"]
    assert 'aria-sort="ascending"' in client.get("/trust/?sort=attendance").text


@pytest.mark.parametrize("name", ["tara", "tomas"])
def test_the_trust_goes_on_to_a_school_with_the_one_log_in(browse: Callable[[str], Client], name: str) -> None:
    client = browse(name)
    assert 'href="/s/alder-primary/figures/"' in client.get("/trust/").text
    assert client.get("/s/alder-primary/figures/").status_code == 200


def test_a_trustee_sees_figures_and_no_pupil(browse: Callable[[str], Client]) -> None:
    assert browse("tomas").get("/s/alder-primary/pupils/").status_code == 403
    assert browse("tara").get("/s/alder-primary/pupils/").status_code == 200


@pytest.mark.parametrize("name", ["ben", "alma", "tess", "cass"])
def test_people_of_a_school_do_not_see_the_trusts_page(browse: Callable[[str], Client], name: str) -> None:
    assert browse(name).get("/trust/").status_code == 404


def test_lines_crossed_on_which_nobody_has_acted_are_counted_and_lead_to_the_schools_list(
    browse: Callable[[str], Client], people: People
) -> None:
    publish(people.alder)
    publish(people.birch, crossed_unacted=2)
    page = browse("tara").get("/trust/?sort=-unacted").text
    assert "/s/alder-primary/cases/?show=untouched" in page
    assert page.index("Alder Primary School</a>") < page.index("Birch High School</a>")
    assert "7 pupils" in words_of(page)
    assert "?show=untouched" not in browse("tomas").get("/trust/").text  # a trustee opens no case
