"""The page on which the trust opens a school."""

from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.accounts import tasks
from attendance_mat.trust.models import School, SchoolOpening
from tests.conftest import MONDAY_MORNING
from tests.people import People

PAGE = "/schools/open/"
LOGGING_IN = 4  # session, person, membership, and the public schema selected
CEDAR = {
    "name": "Cedar Infant School", "slug": "cedar-infant", "phase": "primary", "pack": "national",
    "local_authority": "Kestrelshire", "urn": "123456",
}  # fmt: skip


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the numbers of the openings that the owner's worker is told of."""
    told: list[int] = []
    monkeypatch.setattr(tasks, "send_to_owner", told.append)
    return told


def opened(people: People, number: int, **other: object) -> SchoolOpening:
    tara, filled = people.user("tara"), {"asked_at": MONDAY_MORNING, **other}
    return SchoolOpening.objects.create(
        slug=f"school-{number}", name=f"School {number}", phase="primary", pack="national", asked_by=tara, **filled
    )


def test_asking_writes_a_row_tells_the_worker_and_shows_it_waiting(
    browse: Callable[[str], Client], sent: list[int]
) -> None:
    tara = browse("tara")
    answer = tara.post(PAGE, CEDAR)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    opening = SchoolOpening.objects.get()
    assert (opening.slug, opening.urn, opening.local_authority) == ("cedar-infant", "123456", "Kestrelshire")
    assert sent == [opening.pk]
    page = tara.get(PAGE).text
    assert "Cedar Infant School is being opened." in page
    assert "waiting" in page
    assert 'hx-trigger="load delay:2s"' in page
    assert "Tara Voss" in page


def test_how_it_went_is_a_link_or_words(people: People, birch: School, browse: Callable[[str], Client]) -> None:
    opened(people, 1, school=birch, opened_at=MONDAY_MORNING)
    opened(people, 2, error="The tables could not be made.")
    page = browse("tara").get(PAGE).text
    assert 'href="/s/birch-high/today/">School 1</a>' in page
    assert "The tables could not be made." in page
    assert "hx-trigger" not in page
    assert "more than five minutes" not in page


def test_one_that_has_waited_long_says_what_to_look_at(people: People, browse: Callable[[str], Client]) -> None:
    opened(people, 1, asked_at="2026-11-23T08:30Z")
    assert "waited for more than five minutes" in browse("tara").get(PAGE).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter the school&#x27;s name."),
        ("slug", "", "Enter a short name like hilltop-primary."),
        ("slug", "Cedar Infant", "Use 3 to 40 small letters, digits and hyphens."),
        ("slug", "alder-primary", "A school is open at this address already."),
        ("phase", "college", "Choose a phase of the list."),
        ("pack", "", "Choose a policy."),
        ("urn", "12345", "Enter the six digits of the URN"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    browse: Callable[[str], Client], sent: list[int], field: str, value: str, words: str
) -> None:
    answer = browse("tara").post(PAGE, {**CEDAR, field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    assert words in answer.text
    assert not sent
    assert not SchoolOpening.objects.exists()


def test_the_list_asks_for_itself_alone_again(people: People, browse: Callable[[str], Client]) -> None:
    opened(people, 1)
    part = browse("tara").get(PAGE, headers={"HX-Request": "true"}).text
    assert "School 1" in part
    assert "<form" not in part


@pytest.mark.parametrize("count", [2, 20])
def test_twenty_openings_cost_what_two_do(
    people: People, browse: Callable[[str], Client], django_assert_num_queries, count: int
) -> None:
    for number in range(count):
        opened(people, number)
    client = browse("tara")
    client.get(PAGE)
    with django_assert_num_queries(LOGGING_IN + 2):  # the openings, and the schools of the switcher
        client.get(PAGE)


def test_the_page_of_all_schools_leads_here_whoever_may_open_one(browse: Callable[[str], Client]) -> None:
    assert f'href="{PAGE}"' in browse("tara").get("/trust/").text
    assert f'href="{PAGE}"' not in browse("tomas").get("/trust/").text
    assert browse("tomas").get(PAGE).status_code == 403
