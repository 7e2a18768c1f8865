"""The pages on which a closure is previewed, declared and undone, and where it is seen."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registers.models import Closure, Mark
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.closing_school import TODAY, School, make_school

Browse = Callable[[str], Client]
PAGE = "/s/alder-primary/closures/"
ASKED = {
    "cause": "whole school", "first_date": "2026-11-23", "last_date": "2026-11-23", "halves": "both", "reason": "Snow",
}  # fmt: skip


@pytest.fixture
def school(people: People, monday_morning: dt.datetime) -> School:
    return make_school(people, monday_morning)


def digest_of(page: str) -> str:
    return page.split('name="digest" value="')[1].split('"', maxsplit=1)[0]


def test_the_office_previews_declares_and_undoes_a_closure(school: School, people: People, browse: Browse) -> None:
    make_mark(school.pupils[0], make_session(TODAY), "N", by=people.tess)
    client = browse("alma")
    assert client.get(PAGE).status_code == 200
    preview = client.post(f"{PAGE}preview/", ASKED).text
    assert "Nothing has been written yet" in preview
    assert school.pupils[0].list_name in preview
    assert not Closure.objects.exists()

    declared = client.post(f"{PAGE}declare/", {**ASKED, "digest": digest_of(preview)}, follow=True)
    assert "The closure is declared" in declared.text
    closure = Closure.objects.get()
    assert "Snow" in client.get(PAGE).text

    for_teachers = browse("tess")
    register = Mark.objects.get().register
    assert "Closure declared" in browse("olly").get(f"/s/alder-primary/registers/{register.pk}/").text
    assert "Closure declared" in browse("olly").get("/s/alder-primary/today/").text
    assert for_teachers.get(PAGE).status_code == 403

    assert client.post(f"{PAGE}{closure.pk}/undo/", {"because": " "}).status_code == 422
    undone = client.post(f"{PAGE}{closure.pk}/undo/", {"because": "It opened"}, follow=True)
    assert "1 mark went back" in undone.text
    again = client.post(f"{PAGE}{closure.pk}/undo/", {"because": "It opened"})
    assert again.status_code == 422
    assert "Closure declared" not in browse("olly").get("/s/alder-primary/today/").text


def test_a_stale_preview_and_a_bad_form_show_the_page_again(school: School, browse: Browse) -> None:
    client = browse("alma")
    stale = client.post(f"{PAGE}declare/", {**ASKED, "digest": "old"})
    assert (stale.status_code, "changed while you looked" in stale.text) == (422, True)
    empty = client.post(f"{PAGE}preview/", {})
    assert "Choose what has happened" in empty.text
    assert "Give the reason" in empty.text


@pytest.mark.parametrize(("name", "status"), [("ben", 200), ("sadie", 200), ("olly", 403), ("tess", 403)])
def test_who_may_declare_a_closure(school: School, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(PAGE).status_code == status


def test_a_closure_of_another_school_is_not_found(school: School, browse: Browse) -> None:
    assert browse("alma").get(f"{PAGE}987654/").status_code == 404
    assert browse("cass").get(PAGE).status_code == 404


@pytest.mark.parametrize("size", [2, 20])
def test_the_pages_take_as_many_queries_for_two_children_as_for_twenty(
    school: School, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for _ in range(size):
        make_pupil(group=make_group("4B"))
    client = browse("alma")
    client.get(PAGE)  # what a process reads once is read
    with django_assert_max_num_queries(4 + 6):
        client.post(f"{PAGE}preview/", ASKED)
    closure = school.declare()
    with django_assert_max_num_queries(4 + 6):
        client.get(f"{PAGE}{closure.pk}/")
    with django_assert_max_num_queries(5 + 6):
        client.get(PAGE)
