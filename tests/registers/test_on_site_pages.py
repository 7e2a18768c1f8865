"""The pages of who is on site, of the count of everybody and of time out, as those use them whom they are for."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from registers.actions.mustering import begin_muster, end_muster, tick
from registers.models import Assignment, FamilyTie, Muster, MusterPlace, MusterTick, Permit, Pupil
from registers.queries.mustering import counts, places_of
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.moving import MONDAY, make_movement, monday

SITE = "/s/alder-primary/on-site/"
Browse = Callable[[str], Client]
LOGGING_IN = 6


@pytest.fixture
def pupil(people: People, it_is: Callable[[dt.datetime], None]) -> Pupil:
    make_session(MONDAY, "am")
    make_session(MONDAY, "pm")
    it_is(monday("09:05"))
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def test_the_list_of_who_is_on_site_balances_and_shows_who_is_off(pupil: Pupil, people: People, browse: Browse) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    out = make_pupil(surname="Reed", forename="Bea", group=make_group("5B"))
    make_mark(out, make_session(MONDAY), "/", by=people.tess, group=make_group("5B"), made_at=monday("08:40"))
    make_movement(out, "out", "08:55", by=people.alma, due_back_at=monday("11:30"))
    make_pupil(surname="Fern", group=make_group())
    response = browse("tess").get(SITE)
    assert [(tile.label, tile.count) for tile in response.context["tiles"]] == [
        ("On site", 1), ("Signed out", 1), ("Not in", 0), ("Not marked yet", 1)
    ]  # fmt: skip
    assert response.context["total"].count == 3
    assert "Reed, Bea, 5B: since 08:55, due back 11:30." in response.text
    assert "Some registers have not said yet" in response.text
    part = browse("tess").get(SITE, headers={"HX-Request": "true"}).text
    assert "<html" not in part


@pytest.mark.parametrize("children", [2, 20])
def test_the_list_asks_twice_whoever_is_on_it(
    people: People, browse: Browse, django_assert_num_queries, children: int
) -> None:
    for _ in range(children):
        make_mark(make_pupil(group=make_group()), make_session(MONDAY), "/", by=people.tess)
    client = browse("tess")
    client.get(SITE)
    with django_assert_num_queries(LOGGING_IN + 2):
        client.get(SITE)


def test_several_people_tick_one_count_and_everyone_sees_it(pupil: Pupil, people: People, browse: Browse) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    other = make_pupil(surname="Reed", forename="Bea", group=make_group("5B"))
    make_mark(other, make_session(MONDAY), "/", by=people.tess, group=make_group("5B"))
    browse("alma").post(f"{SITE}muster/", {"drill": "yes"})
    again = browse("tess").post(f"{SITE}muster/", {"drill": "no"})
    muster = Muster.objects.get()
    assert muster.is_drill
    assert again.url.endswith(f"/muster/{muster.pk}/")
    mine, theirs = MusterPlace.objects.order_by("group_name")
    place = f"{SITE}muster/places/{mine.pk}/tick/"
    ticked = browse("tess").post(place, {"found": "yes"}, headers={"HX-Request": "true"})
    assert "Undo" in ticked.text
    assert "<html" not in ticked.text
    plain = browse("olly").post(f"{SITE}muster/places/{theirs.pk}/tick/", {"found": "yes"})
    assert plain.url.endswith("?group=5B")
    page = browse("ben").get(f"{SITE}muster/{muster.pk}/").text
    assert "Everybody on the list is found." in page
    assert "A count is under way" in browse("ben").get(SITE).text
    group = browse("ben").get(f"{SITE}muster/{muster.pk}/?group=4A").text
    assert "1 of 1 found in 4A" in group
    assert "Tess Lindqvist" in group


def test_a_tick_is_taken_back_by_another_and_a_repeat_writes_nothing(
    pupil: Pupil, people: People, browse: Browse
) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    muster = begin_muster(is_drill=True, by=people.alma, at=monday("09:05"))
    place = MusterPlace.objects.get()
    said = [tick(place, found=found, by=people.tess, at=monday("09:06")) for found in (False, True, True, False)]
    assert said == [False, True, False, True]
    assert MusterTick.objects.count() == 2
    assert [(each.found, each.missing) for each in counts(places_of(muster))] == [(0, 1)]


def test_a_count_that_has_ended_stays_as_it_was(pupil: Pupil, people: People, browse: Browse) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    muster = begin_muster(is_drill=True, by=people.alma, at=monday("09:05"))
    client = browse("alma")
    assert "The count has ended." in client.post(f"{SITE}muster/{muster.pk}/end/", follow=True).text
    end_muster(muster, by=people.alma, at=monday("09:10"))
    address = f"{SITE}muster/places/{MusterPlace.objects.get().pk}/tick/"
    assert client.post(address, {"found": "yes"}, headers={"HX-Request": "true"}).status_code == 409
    assert "This count has ended." in client.post(address, {"found": "yes"}, follow=True).text
    assert not MusterTick.objects.exists()


# Time out --------------------------------------------------------------------------------------------


@pytest.fixture
def allowed(pupil: Pupil, people: People) -> Pupil:
    Permit.objects.create(
        pupil=pupil, kind="time out", from_date=MONDAY, word_of="The plan", given_by=people.alma.user,
        given_by_name="Alma Reyes", given_by_role="attendance_officer", given_at=monday("08:00"),
    )  # fmt: skip
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0], from_date=dt.date(2026, 9, 1))
    return pupil


def test_a_teacher_records_time_out_of_their_own_pupils_alone(allowed: Pupil, browse: Browse, it_is) -> None:
    address = f"/s/alder-primary/time-out/{allowed.pk}/"
    it_is(monday("10:10"))
    browse("tess").post(f"{address}begin/")
    it_is(monday("10:25"))
    assert "Out" in browse("tess").get("/s/alder-primary/time-out/").text
    assert "Back after 15 minutes." in browse("tess").post(f"{address}end/", follow=True).text
    assert "Back." in browse("tess").post(f"{address}end/", follow=True).text
    Assignment.objects.all().delete()
    assert browse("tess").post(f"{address}begin/").status_code == 404
    assert "No pupil of yours" in browse("tess").get("/s/alder-primary/time-out/").text


def test_time_out_of_one_s_own_child_is_for_somebody_else(allowed: Pupil, people: People, browse: Browse) -> None:
    FamilyTie.objects.create(user=people.tess.user, pupil=allowed)
    assert "family" in browse("tess").post(f"/s/alder-primary/time-out/{allowed.pk}/begin/", follow=True).text
