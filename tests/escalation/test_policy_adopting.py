"""Policies change one manager at a time: what each decided on still holds as it is saved; the log says what was."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.adopted import Override
from attendance_mat.trust import adopting
from attendance_mat.trust.models import School
from tests.escalation.test_policy_setting import PLACE, TODAY, TYPED, hidden, minutes
from tests.people import People

Browse = Callable[[str], Client]


@pytest.fixture
def tara(browse: Browse) -> Client:
    return browse("tara")


def test_a_preview_made_before_somebody_else_s_change_saves_nothing(
    tara: Client, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    preview = hidden(tara.post(f"{PLACE}set/register_open/", {**TYPED, "step": "preview"}).text)
    other = Override(TODAY, "register_open", {"minutes": 10}, "Another manager")
    adopting.set_value(other, school=alder, by=people.member("tara"), at=monday_morning)

    answer = tara.post(f"{PLACE}set/register_open/", {**preview, "step": "confirm"})

    assert answer.status_code == 422
    assert "Somebody has changed a policy since this was worked out." in answer.text
    assert "A register closes 10 minutes after its session starts." in answer.text
    assert minutes(alder) == 10
    again = tara.post(f"{PLACE}set/register_open/", {**hidden(answer.text), "step": "confirm"})
    assert again.status_code == 302
    assert minutes(alder) == 15


def test_a_school_opened_since_the_preview_makes_it_stale(
    alder: School, birch: School, people: People, monday_morning: dt.datetime
) -> None:
    seen = adopting.state([alder])
    asked = Override(TODAY, "register_open", {"minutes": 20}, "x", for_every_school=True)

    with pytest.raises(ValidationError, match="Somebody has changed a policy"):
        adopting.set_value(asked, school=None, by=people.member("tara"), at=monday_morning, seen=seen)


def test_the_action_itself_refuses_what_the_law_does(
    alder: School, people: People, monday_morning: dt.datetime
) -> None:
    tara = people.member("tara")
    for asked, said in (
        (Override(TODAY, "register_open", {"minutes": 45}, "x"), "at most 30"),
        (Override(TODAY, "register_open", {"minutes": 10}, "x", until_date=TODAY), "hold for a day at least"),
        (Override(TODAY, "persistent_absence", {"percent": 5}, "x"), "set nationally"),
    ):
        with pytest.raises(ValidationError, match=said):
            adopting.set_value(asked, school=alder, by=tara, at=monday_morning)
    with pytest.raises(ValidationError, match="no policy pack named nobody"):
        adopting.adopt_policy(alder, pack="nobody", from_date=TODAY, by=tara, at=monday_morning)


def test_the_log_tells_what_each_school_had_where_they_differed(
    alder: School, birch: School, people: People, monday_morning: dt.datetime
) -> None:
    tara = people.member("tara")
    adopting.adopt_policy(birch, pack="john_taylor", from_date=TODAY, by=tara, at=monday_morning)
    adopting.set_value(
        Override(TODAY, "register_open", {"minutes": 20}, "x", for_every_school=True),
        school=None, by=tara, at=monday_morning,
    )  # fmt: skip

    event = AuditEvent.objects.get(kind=Event.POLICY_SET)
    assert event.detail["was"] == [
        {"values": {"minutes": 30}, "schools": ["alder-primary"]},
        {"values": {"minutes": 10}, "schools": ["birch-high"]},
    ]
