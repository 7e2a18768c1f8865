"""The access log: who looked at which pupil's record and when, and what left the school about whom."""

import csv
import datetime as dt
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.accounts.member import Member
from attendance_mat.admission.models import NamedPerson
from attendance_mat.clock import LONDON
from attendance_mat.keeping.actions.disclosing import For, disclose
from attendance_mat.keeping.queries.disclosing import HIDDEN
from registers.actions.looking import note_look
from registers.models import Disclosure, Pupil, RecordAccess
from tests.factories import make_group, make_pupil
from tests.keeping.inspections import url
from tests.people import People

Browse = Callable[[str], Client]
LOGGING_IN = 6
ASKED = {"recipient": "Ada Example, mother", "purpose": "Subject access request of 20 November."}


@pytest.fixture
def pupil(people: People) -> Pupil:
    return make_pupil(surname="Example", forename="Robin", group=make_group())


def look(pupil: Pupil, by: Member, at: dt.datetime, what: str = "registers:pupil") -> None:
    note_look(pupil.pk, what=what, by=by, at=at)


def shown(client: Client, **query: object) -> str:
    reply = client.get(url("access-log"), query)
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize("name", ["ben", "dov"])
def test_the_head_and_the_data_protection_lead_see_who_looked_at_whom(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime, name: str
) -> None:
    look(pupil, people.alma, monday_morning)
    look(pupil, people.member("sadie"), monday_morning, "escalation:restricted-note")
    look(pupil, people.alma, monday_morning, "registers:some-page")
    page = shown(browse(name))
    for words in (
        "Alma Reyes, attendance officer",
        "Example, Robin",
        "Record and marks",
        "Restricted note",
        "Some page",
    ):
        assert words in page
    assert "08:50" in page


def test_the_data_protection_lead_begins_there(people: People, browse: Browse) -> None:
    assert browse("dov").get("/", follow=True).redirect_chain[-1][0] == url("access-log")


@pytest.mark.parametrize("name", ["alma", "sadie", "olly", "hana", "tutu", "tess", "tara", "tomas"])
def test_nobody_else_sees_it(pupil: Pupil, browse: Browse, name: str) -> None:
    for page in (url("access-log"), url("subject-log", pupil.pk), url("disclosures")):
        assert browse(name).get(page).status_code == 403
        assert browse(name).post(page, ASKED).status_code == 403
    assert not Disclosure.objects.exists()


def test_another_schools_log_and_pupil_are_not_found(pupil: Pupil, browse: Browse) -> None:
    assert browse("cass").get(url("access-log")).status_code == 404
    assert browse("ben").get(url("subject-log", 987654321)).status_code == 404
    assert browse("ben").get(url("access-log", slug="birch-high")).status_code == 404


def test_it_is_narrowed_to_a_person_and_to_days_of_london(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    olly = people.member("olly")
    look(pupil, people.alma, dt.datetime(2026, 6, 1, 0, 30, tzinfo=LONDON))  # still the last of May in UTC
    look(pupil, olly, dt.datetime(2026, 6, 1, 23, 30, tzinfo=LONDON))
    look(pupil, olly, dt.datetime(2026, 6, 2, 0, 0, tzinfo=LONDON))
    client = browse("ben")
    on_the_first = shown(client, from_date="2026-06-01", last_date="2026-06-01")
    assert on_the_first.count("Record and marks") == 2
    assert shown(client, person=olly.user_id, from_date="2026-06-02").count("Record and marks") == 1
    assert shown(client, person=people.alma.user_id).count("Record and marks") == 1
    assert "Nobody looked" in shown(client, last_date="2026-05-31")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from_date": "2026-06-02", "last_date": "2026-06-01"}, "before the first"),
        ({"from_date": "soon"}, "Enter a date like"),
        ({"last_date": "9999-12-31"}, "Enter a date between"),
        ({"person": "9" * 30}, "Choose a person of the list."),
        ({"person": "me"}, "Choose a person of the list."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    people: People, browse: Browse, asked: dict[str, str], said: str
) -> None:
    reply = browse("ben").get(url("access-log"), asked)
    assert reply.status_code == 422
    assert said in reply.text


def test_a_pupil_is_found_by_post_so_that_no_name_is_in_the_address(pupil: Pupil, browse: Browse) -> None:
    found = browse("ben").post(url("access-log"), {"words": "robin exam"})
    assert url("subject-log", pupil.pk) in found.text
    assert "Nobody found" in browse("ben").post(url("access-log"), {"words": "zzz"}).text
    assert browse("ben").post(url("access-log"), {"words": " "}).status_code == 422


def test_a_hidden_pupils_looks_are_listed_without_their_name(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    Pupil.objects.update(hidden=True)
    look(pupil, people.member("sadie"), monday_morning)
    assert HIDDEN in shown(browse("dov"))
    assert "Example" not in shown(browse("dov"))
    assert browse("dov").get(url("subject-log", pupil.pk)).status_code == 404
    assert "Example" in shown(browse("ben"))
    assert "Sadie Blum" in browse("ben").get(url("subject-log", pupil.pk)).text


def test_whoever_the_safeguarding_lead_named_reads_the_name_of_a_hidden_pupil(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    Pupil.objects.update(hidden=True)
    look(pupil, people.alma, monday_morning)
    sadie, dov = people.member("sadie"), people.member("dov")
    NamedPerson.objects.create(
        pupil=pupil, user=dov.user, from_date=monday_morning.date(), named_by=sadie.user, named_by_name=sadie.name,
        named_at=monday_morning,
    )  # fmt: skip
    assert pupil.list_name in shown(browse("dov"))


@pytest.mark.parametrize("size", [2, 20])
def test_the_log_costs_the_same_for_two_looks_and_for_twenty(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries,
    size: int,
) -> None:  # fmt: skip
    for _ in range(size):
        look(make_pupil(), people.alma, monday_morning)
    client = browse("ben")
    client.get(url("access-log"))
    # who looked, how many, those of this page, who may be named, and what was printed with the database down
    with django_assert_num_queries(5 + LOGGING_IN):
        page = client.get(url("access-log")).text
    assert page.count("Record and marks") == size


@pytest.mark.parametrize("size", [2, 20])
def test_one_pupils_log_costs_the_same_for_two_looks_and_for_twenty(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime,
    django_assert_num_queries: DjangoAssertNumQueries, size: int,
) -> None:  # fmt: skip
    for _ in range(size):
        look(pupil, people.alma, monday_morning)
    client = browse("ben")
    with django_assert_num_queries(5 + LOGGING_IN):  # pupil, how many, this page, disclosures, and this look
        page = client.get(url("subject-log", pupil.pk)).text
    assert page.count("Record and marks") == size


def test_the_log_goes_a_page_at_a_time(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    for minute in range(51):
        look(pupil, people.alma, monday_morning - dt.timedelta(minutes=minute))
    client = browse("ben")
    assert shown(client).count("Record and marks") == 50
    assert shown(client, page=2).count("Record and marks") == 1
    assert shown(client, page="x").count("Record and marks") == 50


def test_a_subjects_file_holds_every_look_and_disclosure_and_is_one_itself(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    look(pupil, people.alma, monday_morning)
    look(make_pupil(), people.alma, monday_morning)
    to = For("=The authority", "Return of leavers")
    disclose(b"x", what="return", to=to, pupils=[pupil.pk], by=people.alma, at=monday_morning)
    reply = browse("ben").post(url("subject-log", pupil.pk), ASKED)
    assert reply["Content-Disposition"] == f'attachment; filename="access-log-{pupil.pk}.csv"'
    rows = list(csv.DictReader(StringIO(reply.content.decode("utf-8-sig"))))
    assert rows == [
        {"row": "look", "at": "2026-11-23T08:50:00+00:00", "by": "Alma Reyes", "role": "attendance_officer",
         "what": "Record and marks", "recipient": "", "purpose": ""},
        {"row": "disclosure", "at": "2026-11-23T08:50:00+00:00", "by": "Alma Reyes", "role": "attendance_officer",
         "what": "return", "recipient": "'=The authority", "purpose": "Return of leavers"},
    ]  # fmt: skip
    made = Disclosure.objects.order_by("-pk").first()
    assert (made.what, made.recipient, made.purpose, made.pupils, made.by_name) == (
        "access log", ASKED["recipient"], ASKED["purpose"], [pupil.pk], "Ben Okafor",
    )  # fmt: skip
    assert RecordAccess.objects.filter(pupil=pupil, what="keeping:subject-log").exists()


@pytest.mark.parametrize("missing", ["recipient", "purpose"])
def test_a_file_for_nobody_or_for_nothing_is_not_made(pupil: Pupil, browse: Browse, missing: str) -> None:
    reply = browse("ben").post(url("subject-log", pupil.pk), {**ASKED, missing: "  "})
    assert reply.status_code == 422
    assert "Say " in reply.text
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("size", [2, 20])
def test_what_left_the_school_is_listed_at_one_price(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime,
    django_assert_num_queries: DjangoAssertNumQueries, size: int,
) -> None:  # fmt: skip
    for number in range(size):
        to = For(f"Body {number}", "Because")
        disclose(b"x", what="return", to=to, pupils=[pupil.pk], by=people.alma, at=monday_morning)
    client = browse("ben")
    with django_assert_num_queries(2 + LOGGING_IN):
        page = client.get(url("disclosures")).text
    assert page.count("Because") == size
