"""A pupil's page: the sentence and its sum, the year grid, each mark's history, and its amendment in place."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registers.models import FamilyTie, Mark, Pupil
from tests.factories import amend, make_contact, make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People

LAST_MONDAY = dt.date(2026, 11, 16)
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after
Browse = Callable[[str], Client]


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a pupil present all last week but for an illness on Friday afternoon and one unexplained morning."""
    pupil = make_pupil(surname="Example", forename="Robin", group=make_group())
    sessions = make_sessions(LAST_MONDAY, 5)
    codes = ["/", "\\"] * 4 + ["N", "I"]
    for session, code in zip(sessions, codes, strict=True):
        make_mark(pupil, session, code, by=people.tess)
    return pupil


def page_of(pupil: Pupil, extra: str = "") -> str:
    return f"/s/alder-primary/pupils/{pupil.pk}/{extra}"


def friday(pupil: Pupil, half: str = "am") -> Mark:
    return Mark.objects.get(pupil=pupil, session__date=dt.date(2026, 11, 20), session__half=half)


def test_the_page_says_first_how_much_was_missed_and_why(pupil: Pupil, browse: Browse) -> None:
    page = browse("alma").get(page_of(pupil)).content.decode()
    assert "Attended 80.0%" in page
    assert "2 of 10 sessions missed" in page
    assert "in 1 spell." in page
    assert "Persistently absent" in page


def test_a_mark_opens_with_who_made_it_and_every_change(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    mark = friday(pupil)
    amend(mark, "I", by=people.alma, at=monday_morning, reason="Mother rang at nine", amended_comment="Since Thursday")
    amend(mark, "I", by=people.alma, at=monday_morning, reason="She rang again", amended_comment="Since Friday")
    page = browse("alma").get(page_of(pupil, f"?mark={mark.pk}")).content.decode()
    assert people.tess.name in page
    assert "Mother rang at nine" in page
    assert people.alma.name in page
    # What was written beside it, before each change and after
    assert page.count('<span class="note">Since Thursday</span>') == 2
    assert page.count('<span class="note">Since Friday</span>') == 1


def test_an_amendment_in_place_keeps_what_the_mark_said(pupil: Pupil, browse: Browse) -> None:
    mark = friday(pupil)
    where = page_of(pupil, f"marks/{mark.pk}/amend/")
    reply = browse("alma").post(where, {"code": "I", "reason": "Mother rang"}, headers={"HX-Request": "true"})
    mark.refresh_from_db()
    assert reply.status_code == 200
    assert (mark.code, mark.changes) == ("I", 1)
    assert mark.amendments.get().original_code == "N"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"code": "I", "reason": "   "}, "Give a reason"),
        ({"code": "H", "reason": "On holiday"}, "H is no code that you may enter at this session."),
        ({"code": "N", "reason": "The same"}, "says N already"),
        ({"code": "B", "reason": "At the museum"}, "nature"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_changes(
    pupil: Pupil, browse: Browse, given: dict[str, str], words: str
) -> None:
    mark = friday(pupil)
    reply = browse("alma").post(page_of(pupil, f"marks/{mark.pk}/amend/"), given)
    mark.refresh_from_db()
    assert reply.status_code == 422
    assert words in reply.content.decode()
    assert mark.changes == 0


def test_staff_cannot_amend_a_mark_of_their_own_family(pupil: Pupil, people: People, browse: Browse) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    mark = friday(pupil)
    reply = browse("alma").post(page_of(pupil, f"marks/{mark.pk}/amend/"), {"code": "I", "reason": "Ill"})
    assert reply.status_code == 422
    assert "family" in reply.content.decode()


def test_a_mark_of_another_pupil_is_not_found_on_this_page(pupil: Pupil, browse: Browse) -> None:
    other = make_pupil(group=make_group())
    assert browse("alma").post(page_of(other, f"marks/{friday(pupil).pk}/amend/"), {}).status_code == 404


def test_contacts_are_for_those_who_may_see_them(pupil: Pupil, people: People, browse: Browse) -> None:
    make_contact(pupil, name="Ada Example", phone="01632 960123")
    assert "01632 960123" in browse("olly").get(page_of(pupil)).content.decode()
    assert "01632 960123" in browse("tara").get(page_of(pupil)).content.decode()


def test_a_hidden_pupil_is_found_only_by_the_safeguarding_lead_and_the_head(pupil: Pupil, browse: Browse) -> None:
    pupil.hidden = True
    pupil.save()
    assert browse("alma").get(page_of(pupil)).status_code == 404
    assert browse("sadie").get(page_of(pupil)).status_code == 200


@pytest.mark.parametrize(("name", "status"), [("tess", 403), ("tomas", 403), ("tutu", 404), ("cass", 404)])
def test_who_may_not_see_a_pupil(pupil: Pupil, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(page_of(pupil)).status_code == status


def test_a_pupil_is_found_by_part_of_a_name_that_never_stands_in_a_url(pupil: Pupil, browse: Browse) -> None:
    reply = browse("alma").post("/s/alder-primary/pupils/", {"words": "robin exam"})
    assert "1 found" in reply.content.decode()
    assert "Example" not in reply.request["QUERY_STRING"]


def test_nobody_found_says_what_to_try(pupil: Pupil, browse: Browse) -> None:
    assert "Nobody found" in browse("alma").post("/s/alder-primary/pupils/", {"words": "zzz"}).content.decode()


@pytest.mark.parametrize("asked", ["?mark=abc", "?mark=99999999999999999999999", "?year=0000", "?year=99999", "?mark="])
def test_nonsense_in_the_address_shows_the_page_all_the_same(pupil: Pupil, browse: Browse, asked: str) -> None:
    assert browse("alma").get(page_of(pupil, asked)).status_code == 200


def test_a_pupil_page_takes_at_most_twelve_queries(
    pupil: Pupil, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browse("alma")
    client.get(page_of(pupil))
    with django_assert_max_num_queries(12 + LOGGING_IN):
        client.get(page_of(pupil, f"?mark={friday(pupil).pk}"))


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_of_pupils_takes_as_many_queries_for_two_as_for_twenty(
    people: People, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for _ in range(size):
        make_pupil(group=make_group())
    client = browse("alma")
    with django_assert_max_num_queries(2 + LOGGING_IN):
        client.get("/s/alder-primary/pupils/")


def test_last_years_figures_stay_when_this_years_class_changes(people: People, browse: Browse) -> None:
    pupil = make_pupil(group=make_group("3A"), from_date=dt.date(2025, 9, 1), until_date=dt.date(2026, 7, 24))
    make_mark(pupil, make_session(dt.date(2025, 10, 6)), "/", by=people.tess, group=make_group("3A"))
    page = browse("alma").get(page_of(pupil, "?year=2025")).content.decode()
    assert "The register of 2025/26" in page
    assert "Attended 100.0%" in page
