"""The head lets a named person from outside in for named days, and ends it at any time (R15)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.accounts.actions import people as accounts
from attendance_mat.accounts.actions.delegations import delegate_power
from attendance_mat.accounts.models import Membership
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.keeping.actions.inspecting import end_inspection, note_inspection_look
from attendance_mat.keeping.models import Inspection, InspectionLook
from tests.keeping.inspections import IONA, MONDAY, WEDNESDAY, let_in, signed_in, url
from tests.people import People

Browse = Callable[[str], Client]
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after
FORM = {
    "name": "Iona Pell", "email": IONA, "body": "inspectorate", "purpose": "Letter of 16 November.",
    "from_date": "2026-11-23", "last_date": "2026-11-24",
}  # fmt: skip


def test_the_head_lets_a_person_in_and_hands_over_their_link(people: People, browse: Browse) -> None:
    reply = browse("ben").post(url("inspections"), FORM)
    assert "A link for Iona Pell" in reply.text
    assert "/join/" in reply.text
    found = Inspection.objects.get()
    assert (found.user.email, found.from_date, found.until_date) == (IONA, MONDAY, WEDNESDAY)
    assert (found.given_by_name, found.given_by_role) == ("Ben Okafor", "headteacher")
    held = Membership.objects.get(user=found.user)
    assert (held.role, held.school, held.from_date, held.until_date) == (
        Role.INSPECTOR, people.alder, MONDAY, WEDNESDAY,
    )  # fmt: skip
    event = AuditEvent.objects.get(kind=Event.INSPECTOR_LET_IN)
    assert event.detail == {
        "person": found.user_id, "body": "inspectorate", "from_date": "2026-11-23", "until_date": "2026-11-25",
    }  # fmt: skip


def test_who_signs_in_already_gets_no_new_link(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    # Given an inspector whose first visit is over and who has a password
    first, _ = let_in(people.ben, monday_morning)
    first.user.set_password("three words of theirs")
    first.user.save()
    end_inspection(first, by=people.ben, at=monday_morning)
    # When they are let in again
    reply = browse("ben").post(url("inspections"), FORM, follow=True)
    # Then they sign in as before, and the new membership holds
    assert "They sign in as they did before." in reply.text
    assert Membership.objects.filter(user=first.user, ended_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"last_date": "2026-11-22"}, "The last day is before the first."),
        ({"from_date": "2026-11-02", "last_date": "2026-11-20"}, "The last day is past."),
        ({"purpose": "   "}, "Say what they inspect for."),
        ({"body": ""}, "Choose whom they come from."),
        ({"body": "the press"}, "Choose a body of the list."),
        ({"email": "iona"}, "Enter an address like"),
        ({"email": "tess@example.org"}, "They hold a role in the trust."),
        ({"email": "CASS@example.org"}, "They hold a role in the trust."),
        ({"name": ""}, "Enter their name."),
        ({"from_date": "soon"}, "Enter a date like 23/11/2026."),
        ({"from_date": "9999-12-31", "last_date": "9999-12-31"}, "Enter a date between"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_given(
    people: People, browse: Browse, given: dict[str, str], said: str
) -> None:
    people.user("tess"), people.user("cass")
    reply = browse("ben").post(url("inspections"), {**FORM, **given})
    assert reply.status_code == 422
    assert said in reply.text
    assert "Letter of 16 November." in reply.text or "purpose" in given
    assert not Inspection.objects.exists()


def test_days_given_already_are_not_given_twice(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    let_in(people.ben, monday_morning)
    reply = browse("ben").post(url("inspections"), FORM)
    assert reply.status_code == 422
    assert "End that inspection first." in reply.text
    assert Inspection.objects.count() == 1


def test_the_head_alone_lets_in_and_no_power_of_theirs_hands_it_on(people: People, browse: Browse) -> None:
    for name in ("alma", "sadie", "olly", "dov", "tess", "tara"):
        for answer in (browse(name).get(url("inspections")), browse(name).post(url("inspections"), FORM)):
            assert answer.status_code == 403
    assert browse("cass").get(url("inspections")).status_code == 404


def test_an_inspection_ends_at_once_and_once(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    found, _ = let_in(people.ben, monday_morning)
    for _ in range(2):
        assert browse("ben").post(url("end-inspection", found.pk)).status_code == 302
    found.refresh_from_db()
    assert (found.ended_by, found.ended_at is not None) == (people.ben.user, True)
    assert not Membership.objects.filter(user=found.user, ended_at__isnull=True).exists()
    assert AuditEvent.objects.filter(kind=Event.INSPECTION_ENDED).count() == 1
    assert signed_in().get(url("inspection")).status_code == 404


def test_another_schools_inspection_is_not_found(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    found, _ = let_in(people.ben, monday_morning)
    assert browse("ben").post(url("end-inspection", found.pk, slug="birch-high")).status_code == 404
    assert browse("ben").get(url("inspection-looks", found.pk + 1)).status_code == 404


def test_no_page_of_people_makes_an_inspector_and_no_power_goes_to_one(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    found, _ = let_in(people.ben, monday_morning)
    assert "Inspector" not in browse("ben").get("/s/alder-primary/people/invite/").text
    with pytest.raises(ValidationError, match="no role at this school"):
        delegate_power(
            found.user, power=Permission.DECIDE_LEAVE, school=people.alder, from_date=MONDAY, until_date=None,
            decision="Minute 1", by=people.ben, at=monday_morning,
        )  # fmt: skip
    for name in ("alma", "dov"):
        with pytest.raises(ValidationError, match="Only someone who holds that role"):
            accounts.give_membership(
                found.user, role=Role.INSPECTOR, school=people.alder, from_date=MONDAY, until_date=None,
                by=people.member(name), at=monday_morning,
            )  # fmt: skip


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_costs_the_same_for_two_inspections_and_for_twenty(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries,
    size: int,
) -> None:  # fmt: skip
    for number in range(size):
        found, _ = let_in(people.ben, monday_morning, email=f"iona{number}@inspectorate.example")
        note_inspection_look(found, what="Start of the inspection", at=monday_morning)
    client = browse("ben")
    client.get(url("inspections"))
    with django_assert_num_queries(2 + LOGGING_IN):  # how many, and those of this page
        page = client.get(url("inspections")).text
    assert page.count("1 look<") == size


@pytest.mark.parametrize("size", [2, 20])
def test_all_that_was_looked_at_is_listed_at_one_price(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries,
    size: int,
) -> None:  # fmt: skip
    found, _ = let_in(people.ben, monday_morning)
    for number in range(size):
        note_inspection_look(found, what=f"Entry of pupil {number}", at=monday_morning)
    client = browse("ben")
    client.get(url("inspection-looks", found.pk))
    with django_assert_num_queries(4 + LOGGING_IN):  # the inspection, its changes, how many looks, and this page's
        page = client.get(url("inspection-looks", found.pk)).text
    assert page.count("Entry of pupil") == size


def test_a_look_too_long_to_keep_is_cut(people: People, monday_morning: dt.datetime) -> None:
    found, _ = let_in(people.ben, monday_morning)
    note_inspection_look(found, what="x" * 500, at=monday_morning)
    assert InspectionLook.objects.get().what == "x" * 200
