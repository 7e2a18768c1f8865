"""A cover pass: shown once, used by link or PIN, ended at the last bell, with signing out, or at once."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from attendance_mat.accounts import throttle
from attendance_mat.accounts.models import Membership
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions import covering
from registers.models import Cover, CoverPass, Group, Mark, Register
from registers.rules.covering import last_bell, title_of
from tests.people import People
from tests.registers.covering import (
    COVER,
    MONDAY,
    SCHOOL,
    SUPPLY,
    TUESDAY,
    Browse,
    ItIs,
    clock_at,
    give,
    group,
    link_of,
    nobody_has_guessed,
    opened,
    pin_of,
    register_of,
)  # fmt: skip

__all__ = ["group", "nobody_has_guessed"]
DEVICE_KEY = f"{SCHOOL}/api/device-key/"


def test_the_day_ends_with_its_last_period_or_as_the_policy_says() -> None:
    assert last_bell(MONDAY, period_ends=[dt.time(9, 45), dt.time(14, 55)], otherwise=dt.time(15, 30)) == clock_at(
        "14:55"
    )
    assert last_bell(MONDAY, period_ends=[], otherwise=dt.time(15, 30)) == clock_at("15:30")
    assert title_of("Jo Marlow", covering="Tess Lindqvist") == SUPPLY
    assert title_of("Jo Marlow", covering="") == "Supply: Jo Marlow"


def test_a_named_person_takes_a_register_by_a_link_and_every_mark_says_so(
    group: Group, people: People, browse: Browse
) -> None:
    # Given a pass for Tess's whole day, whose link and PIN are shown once and kept only as digests
    page = give(browse, f"person-{people.tess.user_id}")
    kept = CoverPass.objects.get()
    assert link_of(page).rstrip("/").rpartition("/")[2] not in (kept.link_digest, kept.pin_digest)
    assert pin_of(page) not in kept.pin_digest
    assert kept.link_digest == covering.digest_of_link(link_of(page).rstrip("/").rpartition("/")[2])
    # When its bearer looks at the link, nothing happens until they press
    client = Client()
    assert "Jo Marlow, covering Tess Lindqvist" in client.get(link_of(page)).text
    assert client.get(f"{SCHOOL}/").status_code == 302
    client = opened(page)
    start = client.get(f"{SCHOOL}/").text
    assert "Now: 4A" in start
    # Then the register is taken and finished under their own name
    register_of(client, group)
    register = Register.objects.get()
    client.post(f"{SCHOOL}/registers/{register.pk}/", {"do": "everyone-2"})
    client.post(f"{SCHOOL}/registers/{register.pk}/", {"do": "finish"})
    register.refresh_from_db()
    assert register.finished_at
    assert register.finished_by.name == SUPPLY
    assert {(mark.made_by_name, mark.made_by_role) for mark in Mark.objects.all()} == {(SUPPLY, "cover")}
    done = AuditEvent.objects.get(kind=Event.REGISTER_FINISHED)
    assert (done.by_name, done.by_role) == (SUPPLY, "cover")
    assert AuditEvent.objects.filter(kind=Event.COVER_USED, by_name=SUPPLY).count() == 1
    # And Tess sees on her own pages who covered it
    assert "covered by Jo Marlow" in browse("tess").get(f"{SCHOOL}/").text
    assert "Covered by Jo Marlow" in browse("tess").get(f"{SCHOOL}/registers/{register.pk}/").text
    assert "Covered by Jo Marlow" in browse("alma").get(f"{SCHOOL}/today/?half=pm").text


def test_a_pass_opens_nothing_from_the_last_bell_on(group: Group, people: People, browse: Browse, it_is: ItIs) -> None:
    page = give(browse, f"am-{group.pk}")
    assert "15:30" in page
    client = opened(page)
    register_of(client, group)
    address = f"{SCHOOL}/registers/{Register.objects.get().pk}/"
    it_is(clock_at("15:29"))
    assert client.get(address).status_code == 200
    it_is(clock_at("15:30"))
    ended = client.get(address)
    assert ended.status_code == 302
    assert "/login/" in ended.url
    assert Client().get(link_of(page)).status_code == 404
    assert Client().post(link_of(page)).status_code == 404
    assert "opens nothing any more" in Client().get(link_of(page)).text
    by_pin = Client().post(f"{COVER}open/", {"name": "Jo Marlow", "pin": pin_of(page)})
    assert by_pin.status_code == 422


def test_a_save_after_the_pass_has_ended_is_answered_as_signed_out(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    client = opened(give(browse, f"am-{group.pk}"))
    register_of(client, group)
    it_is(clock_at("15:31"))
    save = f"{SCHOOL}/api/registers/{Register.objects.get().pk}/marks/"
    assert client.post(save, {}, content_type="application/json").status_code == 401


def test_a_pass_is_for_its_own_day_and_may_be_given_the_evening_before(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    page = give(browse, f"am-{group.pk}", on=TUESDAY)
    assert Client().get(link_of(page)).status_code == 404
    it_is(clock_at("08:50", TUESDAY))
    assert register_of(opened(page), group, on=TUESDAY) == 200


def test_a_pass_taken_back_ends_at_once(group: Group, people: People, browse: Browse) -> None:
    page = give(browse, f"person-{people.tess.user_id}")
    client = opened(page)
    register_of(client, group)
    done = browse("olly").post(f"{COVER}passes/{CoverPass.objects.get().pk}/end/", follow=True)
    assert "opens nothing any more" in done.text
    assert client.get(f"{SCHOOL}/registers/{Register.objects.get().pk}/").status_code == 302
    assert Client().get(link_of(page)).status_code == 404
    assert "Nobody covers a register on this day." in done.text
    # A second press changes nothing
    browse("olly").post(f"{COVER}passes/{CoverPass.objects.get().pk}/end/")
    assert AuditEvent.objects.filter(kind=Event.MEMBERSHIP_ENDED).count() == 1


def test_with_the_last_register_of_a_pass_the_pass_ends(group: Group, people: People, browse: Browse) -> None:
    give(browse, f"person-{people.tess.user_id}")
    first, second = Cover.objects.order_by("pk")
    browse("olly").post(f"{COVER}{first.pk}/end/")
    assert Membership.objects.get(role="cover").ended_at is None
    browse("olly").post(f"{COVER}{second.pk}/end/")
    browse("olly").post(f"{COVER}{second.pk}/end/")
    assert Membership.objects.get(role="cover").ended_at
    assert AuditEvent.objects.filter(kind=Event.COVER_ENDED).count() == 2


def test_signing_out_ends_the_pass(group: Group, people: People, browse: Browse) -> None:
    page = give(browse, f"am-{group.pk}")
    client = opened(page)
    said = client.post("/logout/", follow=True)
    assert "your cover pass has ended" in said.text
    assert Client().get(link_of(page)).status_code == 404
    assert "Nobody covers a register on this day." in browse("olly").get(COVER).text


def test_a_name_with_its_pin_opens_the_same_and_guesses_are_slowed_down(
    group: Group, people: People, browse: Browse
) -> None:
    page = give(browse, f"am-{group.pk}")
    right, wrong = pin_of(page), f"{(int(pin_of(page)) + 1) % 10**6:06}"
    client = Client()
    assert client.get(f"{COVER}open/").status_code == 200
    for sent in ({"name": "", "pin": right}, {"name": "Jo Marlow", "pin": ""}, {"name": "Al Other", "pin": right}):
        assert client.post(f"{COVER}open/", sent).status_code == 422
    spaced = {"name": " jo  marlow ", "pin": f"{right[:3]} {right[3:]}"}
    assert client.post(f"{COVER}open/", spaced).url == f"{SCHOOL}/"
    assert register_of(client, group) == 200
    # Six wrong ones from one place, and the right one has to wait as well
    guesser = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(throttle.ONE_PERSON_FROM_ONE_PLACE):
        assert guesser.post(f"{COVER}open/", {"name": "Jo Marlow", "pin": wrong}).status_code == 422
    assert guesser.post(f"{COVER}open/", {"name": "Jo Marlow", "pin": right}).status_code == 429


def test_the_link_of_another_school_opens_nothing_here(group: Group, people: People, browse: Browse) -> None:
    page = give(browse, f"am-{group.pk}")
    assert Client().get(link_of(page).replace("alder-primary", "birch-high")).status_code == 404


def test_a_bearer_of_a_pass_is_no_member_of_staff_on_any_list(group: Group, people: People, browse: Browse) -> None:
    give(browse, f"am-{group.pk}")
    held = Membership.objects.get(role="cover")
    assert "Jo Marlow" not in browse("ben").get(f"{SCHOOL}/people/").text
    assert browse("ben").get(f"{SCHOOL}/people/{held.user_id}/").status_code == 404
    assert "Jo Marlow</option>" not in browse("ben").get(f"{SCHOOL}/takers/").text
    assert not held.user.has_usable_password()


def test_what_a_bearer_who_signed_out_leaves_is_covered_by_nobody_and_can_be_given_again(
    group: Group, people: People, browse: Browse
) -> None:
    client = opened(give(browse, f"person-{people.tess.user_id}"))
    client.post("/logout/")
    # Then nobody covers it, on no page
    assert "covered by Jo Marlow" not in browse("tess").get(f"{SCHOOL}/").text
    assert "Covered by Jo Marlow" not in browse("alma").get(f"{SCHOOL}/today/?half=pm").text
    assert "Jo Marlow" not in browse("olly").get(COVER).text
    # And the office gives it to another
    other = opened(give(browse, f"am-{group.pk}", name="Sam Osei"))
    assert register_of(other, group) == 200
    ended = Cover.objects.filter(name="Jo Marlow", half="am").get()
    assert (ended.ended_by.name, ended.user.name) == (people.user("olly").name, SUPPLY)


def test_another_pass_of_the_same_name_has_the_same_bearer_whose_device_has_the_same_key(
    group: Group, people: People, browse: Browse
) -> None:
    client = opened(give(browse, f"person-{people.tess.user_id}"))
    key, device = client.post(DEVICE_KEY), client.cookies["device"].value
    client.post("/logout/")
    again = opened(give(browse, f"person-{people.tess.user_id}", name=" jo  marlow "))
    again.cookies["device"] = device
    assert again.post(DEVICE_KEY).json()["owner"] == key.json()["owner"]
    assert Membership.objects.filter(role="cover").count() == 2
    assert Membership.objects.filter(role="cover").values("user").distinct().count() == 1
    # Another name, another day and another person's place are another bearer
    give(browse, f"am-{group.pk}", on=TUESDAY)
    assert Membership.objects.filter(role="cover").values("user").distinct().count() == 2


def test_what_an_ended_pass_had_opened_stays_shut_when_its_bearer_is_given_another(
    group: Group, people: People, browse: Browse
) -> None:
    client = opened(give(browse, f"person-{people.tess.user_id}"))
    browse("olly").post(f"{COVER}passes/{CoverPass.objects.get().pk}/end/")
    again = opened(give(browse, f"person-{people.tess.user_id}"))
    assert client.get(f"{SCHOOL}/").status_code == 302
    assert again.get(f"{SCHOOL}/").status_code == 200


def test_a_bearer_s_device_key_lasts_no_longer_than_the_last_bell(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    client = opened(give(browse, f"am-{group.pk}"))
    assert client.post(DEVICE_KEY).json()["seconds"] == pytest.approx((15 * 60 + 30 - 8 * 60 - 50) * 60, abs=5)
    it_is(clock_at("15:29"))
    assert client.post(DEVICE_KEY).json()["seconds"] == pytest.approx(60, abs=5)


def test_without_the_cache_no_pin_is_tried_and_the_link_still_works(
    group: Group, people: People, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = give(browse, f"am-{group.pk}")

    def away(*_: object, **__: object) -> None:
        raise RedisConnectionError

    for name in ("get", "get_many", "add", "incr", "delete"):
        monkeypatch.setattr(cache, name, away)
    reply = Client().post(f"{COVER}open/", {"name": "Jo Marlow", "pin": pin_of(page)})
    assert reply.status_code == 503
    assert "Open the link that came with the PIN, which still works, or ask the office." in reply.text
    assert register_of(opened(page), group) == 200


def test_a_cover_person_is_not_told_who_may_take_time_out(group: Group, people: People, browse: Browse) -> None:
    client = opened(give(browse, f"am-{group.pk}"))
    assert client.get(f"{SCHOOL}/time-out/").status_code == 403
    assert "data-by-pass" in client.get(f"{SCHOOL}/").text
    assert "data-by-pass" not in browse("tess").get(f"{SCHOOL}/").text


def test_the_pages_by_which_another_person_comes_in_drop_what_the_device_can_read(
    group: Group, people: People, browse: Browse
) -> None:
    for address in (link_of(give(browse, f"am-{group.pk}")), f"{COVER}open/"):
        assert "data-forget" in Client().get(address).text
