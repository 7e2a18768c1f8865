"""An extract of the attendance register: every amendment's particulars, and for whom it was made."""

import csv
import datetime as dt
import hashlib
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.clock import LONDON
from registers.models import Disclosure, Mark, Pupil
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.keeping.inspections import url
from tests.people import People

Browse = Callable[[str], Client]
MONDAY = dt.date(2026, 11, 23)
FOR = {
    "from_date": "2026-11-23", "last_date": "2026-11-24", "group": "", "as_at": "",
    "recipient": "Kestrelshire County Council", "purpose": "Request of its attendance team, 25 November.",
}  # fmt: skip
LOGGING_IN = 6


@pytest.fixture
def mark(people: People, it_is: Callable[[dt.datetime], None]) -> Mark:
    """Return Monday's N, amended to I on Tuesday and to M on Wednesday; it is Thursday."""
    pupil = make_pupil(surname="Example", forename="Robin", upn="Z900000000077", group=make_group())
    mark = make_mark(pupil, make_session(MONDAY), "N", by=people.tess)
    for day, code, reason in [(24, "I", "Mother rang"), (25, "M", "@clinic letter")]:
        moment = dt.datetime(2026, 11, day, 9, tzinfo=LONDON)
        it_is(moment)
        amend(mark, code, by=people.alma, at=moment, reason=reason, amended_comment="=1+1")
    it_is(dt.datetime(2026, 11, 26, 9, tzinfo=LONDON))
    return mark


def rows(client: Client, **given: str) -> list[dict[str, str]]:
    reply = client.post(url("extract"), {**FOR, **given})
    assert reply.status_code == 200, reply.text
    return list(csv.DictReader(StringIO(reply.content.decode("utf-8-sig"))))


def test_each_entry_is_followed_by_every_change_with_its_particulars(mark: Mark, browse: Browse) -> None:
    entry, first, second = rows(browse("alma"))
    named = (
        "row",
        "date",
        "session",
        "group",
        "upn",
        "surname",
        "original_entry",
        "entry",
        "reason",
        "made_by",
        "made_by_role",
    )
    assert [entry[name] for name in named] == [
        "entry", "2026-11-23", "am", "4A", "Z900000000077", "Example", "N", "M", "", "Tess Lindqvist", "teacher",
    ]  # fmt: skip
    assert entry["comment"] == "'=1+1"
    assert [first[name] for name in ("row", "original_entry", "entry", "reason", "made_by", "made_by_role")] == [
        "amendment", "N", "I", "Mother rang", "Alma Reyes", "attendance_officer",
    ]  # fmt: skip
    assert [second[name] for name in ("original_entry", "entry", "reason")] == ["I", "M", "'@clinic letter"]
    assert first["received_at"].startswith("2026-11-24T09:0")
    assert first["made_at"] == "2026-11-24T09:00:00+00:00"


def test_it_is_as_the_register_stood_at_a_moment(mark: Mark, browse: Browse) -> None:
    entry, only = rows(browse("alma"), as_at="2026-11-24T12:00")
    assert (entry["entry"], only["entry"]) == ("I", "I")
    assert rows(browse("alma"), as_at="2026-11-22T12:00") == []


def test_for_whom_and_why_is_written_down_each_time(mark: Mark, browse: Browse) -> None:
    reply = browse("alma").post(url("extract"), FOR)
    made = Disclosure.objects.get()
    assert (made.what, made.recipient, made.purpose) == ("register extract", FOR["recipient"], FOR["purpose"])
    assert (made.pupils, made.from_date, made.until_date) == ([mark.pupil_id], MONDAY, dt.date(2026, 11, 25))
    assert made.digest == hashlib.sha256(reply.content).hexdigest()
    assert (made.by_name, made.by_role) == ("Alma Reyes", "attendance_officer")
    assert AuditEvent.objects.get(kind=Event.RECORDS_DISCLOSED).detail == {"what": "register extract", "pupils": 1}
    browse("alma").post(url("extract"), FOR)
    assert Disclosure.objects.count() == 2


def test_it_can_be_of_one_group(mark: Mark, people: People, browse: Browse) -> None:
    other = make_group("4B")
    make_mark(make_pupil(group=other), make_session(MONDAY), "/", by=people.tess, group=other)
    assert [row["group"] for row in rows(browse("alma"), group=str(other.pk))] == ["4B"]
    assert len(rows(browse("alma"))) == 4


def test_a_correction_made_while_the_register_was_open_is_there_too(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    register = make_register(make_session(MONDAY), make_group())
    arrived = dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON)
    pupil = make_pupil(group=make_group())
    mark = make_mark(
        pupil, register.session, "L", by=people.tess, register=register, arrived_at=arrived, minutes_late=15
    )
    amend(mark, "/", by=people.tess, at=monday_morning, kind="correction", reason="")
    amend(
        mark, "L", by=people.tess, at=monday_morning, kind="correction", reason="",
        amended_arrived_at=arrived, amended_minutes_late=15,
    )  # fmt: skip
    entry, cleared, again = rows(browse("alma"), last_date="2026-11-23")
    assert (entry["minutes_late"], cleared["minutes_late"], again["minutes_late"]) == ("15", "", "15")
    assert cleared["reason"] == "corrected while the register was open"
    assert again["arrived_at"] == "2026-11-23T09:05:00+00:00"


def test_a_hidden_pupil_is_left_out_for_those_who_may_not_find_them(mark: Mark, browse: Browse) -> None:
    Pupil.objects.update(hidden=True)
    assert rows(browse("alma")) == []
    assert len(rows(browse("ben"))) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"recipient": " "}, "Say who is to have it."),
        ({"purpose": ""}, "Say what it is for."),
        ({"purpose": "x" * 301}, "Say it in 300 characters at most."),
        ({"last_date": "2026-11-22"}, "The last day is before the first."),
        ({"from_date": "2025-11-01"}, "An extract covers a year at most."),
        ({"last_date": "2026-11-27"}, "The last day is still to come."),
        ({"from_date": ""}, "Enter the first day."),
        ({"group": "987654321"}, "Choose a group of the list."),
        ({"as_at": "2026-11-26T09:30"}, "That moment is still to come."),
        ({"as_at": "then"}, "Enter a day and a time like"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_leaves(
    mark: Mark, browse: Browse, given: dict[str, str], said: str
) -> None:
    reply = browse("alma").post(url("extract"), {**FOR, **given})
    assert reply.status_code == 422
    assert said in reply.text
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"), [("olly", 403), ("tess", 403), ("hana", 403), ("tara", 403), ("cass", 404)]
)
def test_who_may_not_take_an_extract(mark: Mark, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(url("extract")).status_code == status
    assert browse(name).post(url("extract"), FOR).status_code == status


@pytest.mark.parametrize("size", [2, 20])
def test_an_extract_costs_the_same_for_two_pupils_and_for_twenty(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries,
    size: int,
) -> None:  # fmt: skip
    register = make_register(make_session(MONDAY), make_group())
    for _ in range(size):
        mark = make_mark(make_pupil(), register.session, "N", by=people.tess, register=register)
        amend(mark, "I", by=people.alma, at=monday_morning)
    client = browse("alma")
    client.get(url("extract"))
    with django_assert_num_queries(8 + LOGGING_IN):  # pupils, marks, groups, changes; the disclosure and its event
        assert len(rows(client, last_date="2026-11-23")) == 2 * size
