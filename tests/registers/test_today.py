"""The attendance officer's page: a sum that balances, registers still out, absences to explain."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registers.models import Assignment, Contradiction, ExpectedMark, Pupil
from registers.queries import today
from registers.rules.day import Place, count_places
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

FRIDAY, MONDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after
TODAY = "/s/alder-primary/today/"
Browse = Callable[[str], Client]


def a_class(people: People, codes: str, *, name: str = "4A") -> list[Pupil]:
    """Make a class whose Monday morning marks are these letters; a dot is a child with no mark."""
    group, session = make_group(name), make_session(MONDAY)
    pupils = [make_pupil(surname=f"Row{place:02}", group=group) for place, _ in enumerate(codes)]
    for pupil, code in zip(pupils, codes, strict=True):
        if code != ".":
            make_mark(pupil, session, code, by=people.tess, group=group)
    return pupils


def test_the_places_come_to_everyone_on_roll(people: People) -> None:
    # Given a class with one of each, a leaver and a child who starts tomorrow
    a_class(people, "//LUNIV.")
    make_pupil(until_date=MONDAY, group=make_group())
    make_pupil(from_date=MONDAY + dt.timedelta(days=1), group=make_group())
    # When the morning is counted
    listed = today.children(make_session(MONDAY), Pupil.objects.all())
    counts = count_places(child.place for child in listed)
    # Then each child is in one place, and only those on roll are counted
    assert len(listed) == 8
    assert counts == {
        Place.IN: 2, Place.LATE: 2, Place.EXPLAINED: 1, Place.UNEXPLAINED: 1, Place.ELSEWHERE: 1, Place.NOT_YET: 1,
    }  # fmt: skip


def test_the_officer_sees_who_is_unexplained_and_whom_to_ring(people: People, browse: Browse) -> None:
    (missing, _) = a_class(people, "N/")
    make_contact(missing, name="Ada Example", phone="01632 960123")
    make_contact(missing, name="Nobody Example", phone="01632 960999", no_contact=True)
    page = browse("alma").get(TODAY).content.decode()
    assert missing.list_name in page
    assert "01632 960123" in page
    assert "01632 960999" not in page


def test_a_register_nobody_has_opened_is_listed_with_who_takes_it(people: People, browse: Browse) -> None:
    a_class(people, ".")
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0], from_date=FRIDAY)
    page = browse("alma").get(TODAY).content.decode()
    assert "Not opened" in page
    assert people.tess.name in page


def test_a_finished_register_is_no_longer_out(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    group = make_group()
    make_register(make_session(MONDAY), group, finished_at=monday_morning, finished_by=people.tess.user)
    make_pupil(group=group)
    assert "Every register is finished." in browse("alma").get(TODAY).content.decode()


def test_an_unexplained_absence_ages_in_school_days(people: People) -> None:
    # Given an absence last Tuesday; the school did not meet on Thursday
    pupil = make_pupil(group=make_group())
    for day in (18, 20, 23):
        make_session(dt.date(2026, 11, day))
    make_mark(pupil, make_session(dt.date(2026, 11, 17)), "N", by=people.tess)
    # Then on Monday it is three school days old
    (row,) = today.unresolved_before(MONDAY, Pupil.objects.all())
    assert row.school_days == 3


def test_a_day_without_school_says_so(people: People, browse: Browse) -> None:
    assert "The school does not meet" in browse("alma").get(TODAY).content.decode()


def test_a_head_of_year_sees_only_their_year(people: People, browse: Browse) -> None:
    (mine,) = a_class(people, "N", name="4A")
    session = make_session(MONDAY)
    other = make_pupil(surname="Elsewhere", year=6, group=make_group("6A"))
    make_mark(other, session, "N", by=people.tess, group=make_group("6A"))
    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0, 1, 2, 3, 4], from_date=FRIDAY)
    page = browse("hana").get(TODAY).content.decode()
    assert mine.list_name in page
    assert other.list_name not in page


def test_a_child_in_two_places_is_settled_once(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    # Given a child marked here though leave was granted
    (pupil,) = a_class(people, "/")
    expected = ExpectedMark.objects.create(
        pupil=pupil, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), code="C", origin="office",
        granted_by=people.ben.user, granted_by_name=people.ben.name, granted_by_role=people.ben.role,
        granted_at=monday_morning,
    )  # fmt: skip
    row = Contradiction.objects.create(mark=pupil.marks.get(), expected=expected, raised_at=monday_morning)
    where = f"/s/alder-primary/contradictions/{row.pk}/settle/"
    # When the officer says nothing, then says what she found, then presses again
    assert browse("alma").post(where, {"outcome": " "}).status_code == 422
    assert browse("alma").post(where, {"outcome": "Came in after all"}).status_code == 302
    browse("alma").post(where, {"outcome": "Something else"})
    # Then the first answer stands
    row.refresh_from_db()
    assert (row.outcome, row.settled_by) == ("Came in after all", people.alma.user)


@pytest.mark.parametrize("name", ["tess", "dov"])
def test_a_role_without_the_page_is_refused_it(browse: Browse, name: str) -> None:
    assert browse(name).get(TODAY).status_code == 403


def test_a_person_of_another_school_finds_nothing(browse: Browse) -> None:
    assert browse("cass").get(TODAY).status_code == 404


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_takes_at_most_fourteen_queries_however_many_children(
    people: People, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for number in range(size // 2):
        a_class(people, "N.", name=f"{number}A")
        make_mark(make_pupil(group=make_group()), make_session(FRIDAY), "N", by=people.tess)
    client = browse("alma")
    client.get(TODAY)  # the first asks for the school's policy too
    with django_assert_max_num_queries(14 + LOGGING_IN):
        assert client.get(TODAY).status_code == 200
