"""Signing in and out, and what a stranger may learn by trying."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from django.urls import reverse
from redis.exceptions import RedisError

from attendance_mat.accounts import throttle
from attendance_mat.accounts.member import machine
from attendance_mat.accounts.models import Membership, User
from tests.people import People

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _own_count_of_failures(settings, worker_id: str) -> Iterator[None]:
    """Count apart from the tests that run beside this one."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": worker_id}}
    yield
    cache.clear()


def log_in(client: Client, email: str, password: str = PASSWORD, **fields: str):
    return client.post("/login/", {"email": email, "password": password, **fields})


def test_a_teacher_signs_in_and_comes_to_her_school(people: People) -> None:
    people.user("tess")
    client = Client()
    response = log_in(client, "TESS@example.org")
    assert response.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/s/alder-primary/"


def test_signing_in_goes_on_to_the_page_that_asked_for_it(people: People) -> None:
    people.user("tara")
    asked = Client().get("/trust/?sort=-severe")
    assert asked.headers["Location"] == "/login/?next=/trust/%3Fsort%3D-severe"
    assert (
        log_in(Client(), "tara@example.org", next="/trust/?sort=-severe").headers["Location"] == "/trust/?sort=-severe"
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)", "/\\example.com"]
)
def test_signing_in_never_leads_to_another_site(people: People, elsewhere: str) -> None:
    people.user("tess")
    assert log_in(Client(), "tess@example.org", next=elsewhere).headers["Location"] == "/"


def test_nobody_learns_by_trying_who_works_here(people: People) -> None:
    # Given a person, someone deactivated, a machine, and an address nobody has
    people.user("tess")
    User.objects.filter(pk=people.user("olly").pk).update(is_active=False)
    robot = machine("Import", at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).user
    robot.set_password(PASSWORD)
    robot.save()
    tries = [
        ("tess@example.org", "wrong"),
        ("olly@example.org", PASSWORD),
        (robot.email, PASSWORD),
        ("no@example.org", "x"),
    ]
    # Then each try gets the same answer
    answers = [log_in(Client(), email, password) for email, password in tries]
    assert {answer.status_code for answer in answers} == {422}
    assert all("do not go together" in answer.text for answer in answers)


def test_what_is_missing_is_said_in_our_words(db: None) -> None:
    answer = log_in(Client(), "", "")
    assert "There is a problem" in answer.text
    assert "Enter your e-mail address." in answer.text
    assert "Enter your password." in answer.text


def test_after_six_failures_even_the_right_password_must_wait(people: People) -> None:
    people.user("tess")
    people.user("alma")
    for _ in range(throttle.ONE_PERSON_FROM_ONE_PLACE):
        log_in(Client(), "tess@example.org", "wrong")
    answer = log_in(Client(), "tess@example.org")
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    # And her colleague at the next desk is not held up
    assert log_in(Client(), "alma@example.org").status_code == 302


def test_signing_in_starts_the_count_afresh(people: People) -> None:
    people.user("tess")
    for _ in range(2):
        for _ in range(throttle.ONE_PERSON_FROM_ONE_PLACE - 1):
            log_in(Client(), "tess@example.org", "wrong")
        assert log_in(Client(), "tess@example.org").status_code == 302


def test_signing_out_needs_a_press_and_ends_the_session(browse: Callable[[str], Client]) -> None:
    client = browse("tess")
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/").headers["Location"].startswith("/login/")


def test_someone_deactivated_is_refused_at_the_next_request(people: People, browse: Callable[[str], Client]) -> None:
    client = browse("tara")
    assert client.get("/trust/").status_code == 200
    User.objects.filter(pk=people.user("tara").pk).update(is_active=False)
    assert client.get("/trust/").headers["Location"].startswith("/login/")


def test_a_member_of_the_trust_begins_at_its_page(browse: Callable[[str], Client]) -> None:
    assert browse("tara").get("/").headers["Location"] == "/trust/"
    assert browse("tomas").get("/").headers["Location"] == "/trust/"


def test_someone_of_two_schools_chooses(people: People, browse: Callable[[str], Client]) -> None:
    # Given the officer of one school, who also teaches at the other
    teaching = Membership.objects.create(
        user=people.user("alma"), school=people.birch, role="teacher", from_date=dt.date(2026, 9, 1)
    )
    client = browse("alma")
    page = client.get("/")
    assert "Alder Primary School" in page.text
    assert "Birch High School" in page.text
    # When she presses Use, she is at that school, in that role, and it is remembered
    assert client.post(reverse("accounts:use-role", args=[teaching.pk])).headers["Location"] == "/s/birch-high/"
    assert client.session["membership"] == teaching.pk


def test_nobody_uses_another_persons_role(people: People, browse: Callable[[str], Client]) -> None:
    heads = people.user("ben").memberships.get()
    assert browse("tess").post(reverse("accounts:use-role", args=[heads.pk])).status_code == 404


def test_someone_without_a_role_is_told_so(people: People, browse: Callable[[str], Client]) -> None:
    people.user("tess").memberships.update(until_date=dt.date(2026, 11, 23))
    assert "You hold no role today" in browse("tess").get("/").text


@pytest.fixture
def demo_head(people: People) -> Membership:
    user = people.user("ben")
    User.objects.filter(pk=user.pk).update(email="ben@demo.invalid")
    return user.memberships.get()


def test_the_demonstration_signs_in_with_one_press(demo_head: Membership, settings) -> None:
    settings.DEMO_LOGINS = True
    client = Client()
    assert "ben@demo.invalid" in client.get("/login/").text
    client.post(reverse("accounts:demo-login", args=[demo_head.pk]))
    assert client.get("/").headers["Location"] == "/s/alder-primary/"


def test_elsewhere_there_is_no_press_and_no_page(demo_head: Membership) -> None:
    assert "ben@demo.invalid" not in Client().get("/login/").text
    assert Client().post(reverse("accounts:demo-login", args=[demo_head.pk])).status_code == 404


def test_in_the_demonstration_only_invented_people_have_a_press(people: People, settings) -> None:
    settings.DEMO_LOGINS = True
    real = people.user("tess").memberships.get()
    assert Client().post(reverse("accounts:demo-login", args=[real.pk])).status_code == 404


def test_who_is_asking_costs_three_statements_outside_a_school(
    people: People, browse: Callable[[str], Client], django_assert_num_queries
) -> None:
    # Given someone of one school, for whom the page's frame has nothing more to ask
    client = browse("tess")
    # Then there is the session, the person and their memberships; selecting the public schema is one
    with django_assert_num_queries(3 + 1):
        client.get("/roles/")


def test_someone_signed_in_is_not_asked_again(browse: Callable[[str], Client]) -> None:
    assert browse("tess").get("/login/?next=/roles/").headers["Location"] == "/roles/"


def test_a_tab_that_is_left_shows_the_log_in_page_though_the_sign_out_is_still_on_its_way(
    people: People, browse: Callable[[str], Client]
) -> None:
    people.user("alma")
    client = browse("tess")
    left = client.get("/login/?left")
    assert (left.status_code, "Password" in left.content.decode()) == (200, True)
    # And who signs in there is signed in, not who has left
    log_in(client, "alma@example.org")
    assert client.session["_auth_user_id"] == str(people.user("alma").pk)


def test_a_script_of_someone_signed_out_is_told_so_and_a_part_of_a_page_is_led_to_sign_in(db: None) -> None:
    answer = Client().post("/s/alder-primary/api/registers/1/marks/", {}, "application/json")
    assert (answer.status_code, answer.json()["error"]) == (401, "signed out")
    part = Client().get(
        "/s/alder-primary/today/", headers={"HX-Request": "true", "HX-Current-URL": "/s/alder-primary/today/?half=am"}
    )
    assert part.status_code == 204
    assert part.headers["HX-Redirect"] == "/login/?next=%2Fs%2Falder-primary%2Ftoday%2F%3Fhalf%3Dam"


def test_without_the_cache_people_still_sign_in(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisError

    for name in ("get_many", "add", "delete"):
        monkeypatch.setattr(LocMemCache, name, away)
    people.user("tess")
    assert log_in(Client(), "tess@example.org", "wrong").status_code == 422
    assert log_in(Client(), "tess@example.org").status_code == 302
