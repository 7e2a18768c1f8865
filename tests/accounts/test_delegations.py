"""The head's powers in other hands, for as long as the decision says."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.accounts.actions.delegations import delegate_power
from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.audit.models import AuditEvent, Event
from tests.people import People

DELEGATIONS = "/s/alder-primary/people/delegations/"
PEOPLE = "/s/alder-primary/people/"
LOGGING_IN = 6  # session, person, school, membership, and the school's schema selected twice


@pytest.fixture
def to_olly(people: People) -> dict[str, str]:
    return {
        "person": str(people.user("olly").pk), "power": Permission.MANAGE_STAFF.value, "from_date": "2026-11-23",
        "last_date": "2026-11-24", "decision": "Head at a conference; chair told.",
    }  # fmt: skip


def test_a_delegate_sees_the_heads_pages_while_it_lasts(
    to_olly: dict[str, str], browse: Callable[[str], Client], it_is, monday_morning: dt.datetime
) -> None:
    head, office = browse("ben"), browse("olly")
    assert office.get(PEOPLE).status_code == 403
    # When the head hands over the management of people for two days
    assert head.post(DELEGATIONS, to_olly).status_code == 302
    assert office.get(PEOPLE).status_code == 200
    it_is(monday_morning + dt.timedelta(days=1))
    assert office.get(PEOPLE).status_code == 200
    # Then it is over by itself on the third
    it_is(monday_morning + dt.timedelta(days=2))
    assert office.get(PEOPLE).status_code == 403


def test_a_power_is_taken_back_at_once(to_olly: dict[str, str], browse: Callable[[str], Client]) -> None:
    head, office = browse("ben"), browse("olly")
    head.post(DELEGATIONS, to_olly)
    head.post(f"{DELEGATIONS}{Delegation.objects.get().pk}/end/")
    assert office.get(PEOPLE).status_code == 403
    assert list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        Event.POWERS_DELEGATED, Event.DELEGATION_ENDED,
    ]  # fmt: skip


def test_the_decision_is_asked_for_and_shown(to_olly: dict[str, str], browse: Callable[[str], Client]) -> None:
    head = browse("ben")
    refused = head.post(DELEGATIONS, {**to_olly, "decision": " "})
    assert refused.status_code == 422
    assert "by what minute or letter" in refused.text
    head.post(DELEGATIONS, to_olly)
    assert "Head at a conference; chair told." in head.get(DELEGATIONS).text


def test_a_delegate_cannot_hand_the_power_on(to_olly: dict[str, str], browse: Callable[[str], Client]) -> None:
    browse("ben").post(DELEGATIONS, to_olly)
    assert browse("olly").get(DELEGATIONS).status_code == 403


def test_powers_go_only_to_people_of_the_school(
    people: People, to_olly: dict[str, str], browse: Callable[[str], Client]
) -> None:
    stranger = {**to_olly, "person": str(people.user("cass").pk)}
    assert browse("ben").post(DELEGATIONS, stranger).status_code == 422


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"power": Permission.DELEGATE_POWERS}, "not one of the head's powers"),
        ({"decision": " "}, "by what minute"),
        ({"until_date": dt.date(2026, 11, 23)}, "before the first"),
    ],
)
def test_the_action_itself_refuses_what_the_form_would(people: People, fields, why: str, monday_morning) -> None:
    given = {
        "power": Permission.DECIDE_LEAVE, "school": people.alder, "from_date": dt.date(2026, 11, 23),
        "until_date": None, "decision": "Minute 3", **fields,
    }  # fmt: skip
    with pytest.raises(ValidationError, match=why):
        delegate_power(people.user("olly"), **given, by=people.ben, at=monday_morning)


def test_the_list_costs_the_same_for_two_and_twenty(
    people: People, browse: Callable[[str], Client], monday_morning, django_assert_max_num_queries
) -> None:
    client = browse("ben")
    for _ in range(20):
        delegate_power(
            people.user("olly"), power=Permission.DECIDE_LEAVE, school=people.alder, from_date=dt.date(2026, 11, 23),
            until_date=None, decision="Minute 3", by=people.ben, at=monday_morning,
        )  # fmt: skip
    with django_assert_max_num_queries(LOGGING_IN + 2):
        assert client.get(DELEGATIONS).text.count("Minute 3") == 20
