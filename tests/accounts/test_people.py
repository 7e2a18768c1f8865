"""The pages on which a school's or the trust's people are looked after."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from attendance_mat.accounts.models import Delegation, Invitation, Membership, User
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from tests.people import People

PEOPLE = "/s/alder-primary/people/"
MONDAY = "2026-11-23"
LONG_AGO = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
LOGGING_IN = 6  # session, person, school, membership, and the school's schema selected twice


def role(**fields: str) -> dict[str, str]:
    return {"role": "teacher", "from_date": MONDAY, "last_date": "", **fields}


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/join/[\w-]+/)", text)
    assert found
    return found[1]


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_costs_three_queries_however_many_people(
    people: People, browse: Callable[[str], Client], number: int, django_assert_num_queries
) -> None:
    client = browse("ben")
    for n in range(number):
        user = User.objects.create(email=f"t{n}@example.org", name=f"Teacher {n}", joined_at=LONG_AGO)
        Membership.objects.create(user=user, school=people.alder, role="teacher", from_date=dt.date(2026, 9, 1))
    client.get(PEOPLE)  # the school's policy is read once
    with django_assert_num_queries(LOGGING_IN + 3):
        page = client.get(PEOPLE)
    assert page.text.count("@example.org") == number + 1


def test_the_list_finds_by_part_of_a_name_and_shows_who_has_left(
    people: People, browse: Callable[[str], Client]
) -> None:
    client = browse("ben")
    people.user("tess").memberships.update(until_date=dt.date(2026, 11, 1))
    people.user("alma")
    assert "Alma Reyes" in client.get(f"{PEOPLE}?q=REYES").text
    assert "Nobody found" in client.get(f"{PEOPLE}?q=tess").text
    left = client.get(f"{PEOPLE}?ended=yes").text
    assert "Tess Lindqvist" in left
    assert "Sat 31 Oct 2026" in left


def test_a_head_invites_a_teacher_who_sets_a_password_and_is_in(browse: Callable[[str], Client]) -> None:
    # Given the head's invitation, shown and sent
    shown = browse("ben").post(f"{PEOPLE}invite/", role(email="New@example.org", name="Nia New"))
    link = link_in(shown.text)
    assert link_in(mail.outbox[0].body) == link
    assert mail.outbox[0].to == ["new@example.org"]
    # When the teacher follows the link and sets a password
    client = Client()
    assert client.get(link).status_code == 200
    client.post(link, {"name": "Nia Newe", "password": "correct horse staple"})
    # Then she is signed in at the school, under the name she gave
    assert client.get("/").headers["Location"] == "/s/alder-primary/"
    assert User.objects.get(email="new@example.org").name == "Nia Newe"
    # And the link is used up
    assert Client().get(link).status_code == 404


def test_only_a_digest_of_the_link_is_kept(browse: Callable[[str], Client]) -> None:
    shown = browse("ben").post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New"))
    secret = link_in(shown.text).split("/")[2]
    assert secret not in str(list(Invitation.objects.values()))


def test_the_page_of_a_link_drops_what_the_device_can_read_of_another_person(browse: Callable[[str], Client]) -> None:
    shown = browse("ben").post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New"))
    assert "data-forget" in Client().get(link_in(shown.text)).text


def test_a_link_works_for_seven_days(browse: Callable[[str], Client], it_is, monday_morning: dt.datetime) -> None:
    link = link_in(browse("ben").post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New")).text)
    it_is(monday_morning + dt.timedelta(days=6, hours=23))
    assert Client().get(link).status_code == 200
    it_is(monday_morning + dt.timedelta(days=7, minutes=1))
    assert Client().get(link).status_code == 404


def test_a_newer_link_replaces_the_older(people: People, browse: Callable[[str], Client]) -> None:
    head = browse("ben")
    older = link_in(head.post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New")).text)
    person = User.objects.get(email="new@example.org")
    newer = link_in(head.post(f"{PEOPLE}{person.pk}/send-link/").text)
    assert (Client().get(older).status_code, Client().get(newer).status_code) == (404, 200)


def test_a_weak_password_is_refused_with_the_reason(browse: Callable[[str], Client]) -> None:
    link = link_in(browse("ben").post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New")).text)
    answer = Client().post(link, {"name": "Nia", "password": "short"})
    assert answer.status_code == 422
    assert "at least 12 characters" in answer.text


def test_the_message_is_handed_over_when_the_mail_does_not_go(browse: Callable[[str], Client], settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    shown = browse("ben").post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New"))
    assert "could not be sent" in shown.text
    assert link_in(shown.text)


def test_someone_of_another_school_gets_the_role_but_no_link(people: People, browse: Callable[[str], Client]) -> None:
    # Given Cass, who signs in at Birch High already
    cass = people.user("cass")
    answer = browse("ben").post(f"{PEOPLE}invite/", role(email="cass@example.org", name="Anything"), follow=True)
    # Then she has the role here too, and her name and password are as they were
    assert "They sign in as they did before." in answer.text
    assert set(cass.memberships.values_list("school__slug", flat=True)) == {"alder-primary", "birch-high"}
    assert not Invitation.objects.exists()
    # And the head of one school cannot make a link to sign in as her
    assert "work elsewhere" in browse("ben").post(f"{PEOPLE}{cass.pk}/send-link/", follow=True).text


def test_a_head_cannot_reach_an_invited_member_of_the_trust_by_a_link(
    people: People, browse: Callable[[str], Client]
) -> None:
    # Given a manager of the trust who has not yet set a password
    browse("tara").post(
        "/people/invite/", role(email="m@example.org", name="Mo", role="trust_attendance_manager", school="")
    )
    # When a head gives the same address a role here, then no link is shown
    answer = browse("ben").post(f"{PEOPLE}invite/", role(email="m@example.org", name="Mo"), follow=True)
    assert "/join/" not in answer.text


def test_a_leaver_of_today_is_refused_at_the_next_request(people: People, browse: Callable[[str], Client]) -> None:
    officer, head = browse("alma"), browse("ben")
    assert officer.get("/s/alder-primary/figures/").status_code == 200
    held = people.user("alma").memberships.get()
    head.post(f"{PEOPLE}{held.user_id}/roles/{held.pk}/end/")
    assert officer.get("/s/alder-primary/figures/").status_code == 404


def test_a_role_ends_by_itself_after_its_last_day(
    people: People, browse: Callable[[str], Client], it_is, monday_morning
) -> None:
    browse("ben").post(f"{PEOPLE}{people.user('alma').pk}/give-role/", role(role="office", last_date=MONDAY))
    office = people.user("alma").memberships.get(role="office")
    assert office.until_date == dt.date(2026, 11, 24)
    people.user("alma").memberships.exclude(pk=office.pk).update(ended_at=LONG_AGO)
    officer = browse("alma")
    assert officer.get("/s/alder-primary/figures/").status_code == 200
    it_is(monday_morning + dt.timedelta(days=1))
    assert officer.get("/s/alder-primary/figures/").status_code == 404


def test_a_closed_log_in_ends_every_role(people: People, browse: Callable[[str], Client]) -> None:
    tess = people.user("tess")
    browse("ben").post(f"{PEOPLE}{tess.pk}/deactivate/")
    tess.refresh_from_db()
    assert not tess.is_active
    assert tess.memberships.get().ended_at is not None
    # And the trust can open it again
    browse("tara").post(f"/people/{tess.pk}/reactivate/")
    tess.refresh_from_db()
    assert tess.is_active


def test_a_head_does_not_close_the_log_in_of_someone_who_works_elsewhere(people: People, browse) -> None:
    cass = people.user("cass")
    Membership.objects.create(user=cass, school=people.alder, role="office", from_date=dt.date(2026, 9, 1))
    answer = browse("ben").post(f"{PEOPLE}{cass.pk}/deactivate/", follow=True)
    assert "also work elsewhere" in answer.text
    cass.refresh_from_db()
    assert cass.is_active
    assert not cass.memberships.filter(ended_at__isnull=False).exists()


def test_nobody_ends_their_own_role(people: People, browse: Callable[[str], Client]) -> None:
    held = people.user("ben").memberships.get()
    answer = browse("ben").post(f"{PEOPLE}{held.user_id}/roles/{held.pk}/end/", follow=True)
    assert "Nobody ends what they hold themselves." in answer.text


def test_a_person_of_another_school_is_not_found(people: People, browse: Callable[[str], Client]) -> None:
    cass = people.user("cass")
    held = cass.memberships.get()
    head = browse("ben")
    assert head.get(f"{PEOPLE}{cass.pk}/").status_code == 404
    assert head.post(f"{PEOPLE}{cass.pk}/deactivate/").status_code == 404
    assert head.post(f"{PEOPLE}{people.user('tess').pk}/roles/{held.pk}/end/").status_code == 404


def test_nobody_gives_a_role_that_may_do_more_than_they_may(people: People, browse: Callable[[str], Client]) -> None:
    # Given the office manager, to whom the head has handed the management of people
    olly = people.user("olly")
    Delegation.objects.create(
        school=people.alder, user=olly, power="manage the school's people", from_date=dt.date(2026, 11, 1),
        decision="Governors' minute 4", decided_by=people.user("ben"), decided_at=LONG_AGO,
    )  # fmt: skip
    client = browse("olly")
    # Then she may add a teacher, but neither a head nor take the head's role away
    assert client.post(f"{PEOPLE}{olly.pk}/give-role/", role(role="headteacher")).status_code == 422
    assert client.post(f"{PEOPLE}{olly.pk}/give-role/", role(role="teacher")).status_code == 302
    heads = people.user("ben").memberships.get()
    client.post(f"{PEOPLE}{heads.user_id}/roles/{heads.pk}/end/")
    heads.refresh_from_db()
    assert heads.ended_at is None


def test_a_head_gives_no_role_of_the_trust(people: People, browse: Callable[[str], Client]) -> None:
    answer = browse("ben").post(f"{PEOPLE}{people.user('ben').pk}/give-role/", role(role="trust_attendance_manager"))
    assert answer.status_code == 422


def test_the_trust_gives_roles_in_any_school(people: People, browse: Callable[[str], Client]) -> None:
    alder = School.objects.get(slug="alder-primary")
    tara = browse("tara")
    fields = {"email": "h@example.org", "name": "Hal", "role": "headteacher", "from_date": MONDAY, "last_date": ""}
    assert tara.post("/people/invite/", {**fields, "school": ""}).status_code == 422
    assert "/join/" in tara.post("/people/invite/", {**fields, "school": str(alder.pk)}).text
    assert Membership.objects.filter(user__email="h@example.org", school=alder, role="headteacher").exists()
    assert "Alder Primary School" in tara.get("/people/").text


def test_the_trusts_people_are_for_its_manager(browse: Callable[[str], Client]) -> None:
    assert browse("tomas").get("/people/").status_code == 403
    assert browse("ben").get("/people/").status_code == 404


def test_dates_the_wrong_way_round_are_refused_beside_the_field(
    people: People, browse: Callable[[str], Client]
) -> None:
    answer = browse("ben").post(f"{PEOPLE}invite/", role(email="x@example.org", name="X", last_date="2026-11-22"))
    assert answer.status_code == 422
    assert "The last day is before the first." in answer.text
    assert 'value="x@example.org"' in answer.text


def test_every_change_is_in_the_schools_log(people: People, browse: Callable[[str], Client]) -> None:
    head = browse("ben")
    head.post(f"{PEOPLE}invite/", role(email="new@example.org", name="Nia New"))
    person = User.objects.get(email="new@example.org")
    head.post(f"{PEOPLE}{person.pk}/deactivate/")
    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        Event.PERSON_ADDED,
        Event.MEMBERSHIP_GIVEN,
        Event.PERSON_INVITED,
        Event.MEMBERSHIP_ENDED,
        Event.PERSON_DEACTIVATED,
    ]
    assert set(AuditEvent.objects.values_list("by_name", flat=True)) == {"Ben Okafor"}


def test_giving_the_same_role_again_changes_nothing(people: People, browse: Callable[[str], Client]) -> None:
    tess = people.user("tess")
    given = role(from_date="2024-09-01")
    browse("ben").post(f"{PEOPLE}{tess.pk}/give-role/", given)
    assert tess.memberships.count() == 1
    assert not AuditEvent.objects.exists()


def test_every_link_of_the_pages_leads_somewhere(people: People, browse: Callable[[str], Client]) -> None:
    client = browse("ben")
    tess = people.user("tess")
    for address in (PEOPLE, f"{PEOPLE}invite/", f"{PEOPLE}{tess.pk}/", reverse("accounts:roles")):
        assert client.get(address).status_code == 200
