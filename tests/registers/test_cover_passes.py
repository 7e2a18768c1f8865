"""A cover pass: shown once, used by link or PIN, ended at the last bell, with signing out, or at once."""

import datetime as dt

from django.test import Client

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
    assert "which has ended" in browse("olly").get(COVER).text


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
