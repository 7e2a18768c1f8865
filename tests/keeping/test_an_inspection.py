"""An inspector reads both registers and the list of back-ups on the days given, in school hours, and nothing else."""

import csv
import datetime as dt
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.accounts.permissions import Permission
from attendance_mat.clock import LONDON
from attendance_mat.keeping.actions.inspecting import end_inspection
from attendance_mat.keeping.models import Archive, Inspection, InspectionLook
from registers.models import Disclosure, Pupil, RecordAccess
from tests.factories import amend, make_contact, make_group, make_mark, make_pupil, make_register, make_session
from tests.keeping.inspections import IONA, MONDAY, WEDNESDAY, let_in, signed_in, url
from tests.pages import Page, all_pages
from tests.people import People

Browse = Callable[[str], Client]
SetClock = Callable[[dt.datetime], None]
LOGGING_IN = 6
# What anyone may open, and where a person begins.
FOR_ANYONE = {"open_because", "signed_in_because"}
START = "registers:start"


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a pupil of 4A with a parent, whose mark of Monday morning was amended."""
    group = make_group()
    pupil = make_pupil(surname="Example", forename="Robin", upn="Z900000000077", group=group, address="1 Lane")
    make_contact(pupil, name="Ada Example")
    register = make_register(make_session(MONDAY), group)
    mark = make_mark(pupil, register.session, "N", by=people.tess, register=register)
    amend(mark, "I", by=people.alma, at=register.opened_at, reason="Mother rang")
    return pupil


@pytest.fixture
def inspection(people: People, pupil: Pupil, monday_morning: dt.datetime, it_is: SetClock) -> Inspection:
    """Return an inspection of Monday and Tuesday; it is five past nine on the Monday."""
    found, _ = let_in(people.ben, monday_morning)
    it_is(monday_morning + dt.timedelta(minutes=15))
    return found


@pytest.fixture
def iona(inspection: Inspection) -> Client:
    return signed_in()


def is_for_anyone(page: Page) -> bool:
    return any(getattr(page.view, way, "") for way in FOR_ANYONE)


def looked() -> list[str]:
    return list(InspectionLook.objects.order_by("pk").values_list("what", flat=True))


def test_they_begin_at_what_they_may_read(iona: Client) -> None:
    assert iona.get("/", follow=True).redirect_chain[-1][0] == url("inspection")
    page = iona.get(url("inspection")).text
    assert "until Tuesday 24 November 2026" in page
    assert "from 08:30 to 16:00 on school days" in page
    assert "Pupils</a>" not in page


def test_every_other_page_is_refused(iona: Client, pupil: Pupil, inspection: Inspection) -> None:
    numbers = {"pupil_id": pupil.pk, "group_id": make_group().pk, "inspection_id": inspection.pk}
    asked = [page for page in all_pages() if page.name != START and not is_for_anyone(page)]
    theirs = [page for page in asked if page.view.permission == Permission.INSPECT_REGISTERS]
    assert len(asked) - len(theirs) > 60
    for page in asked:
        for send in (iona.get, iona.post):
            may = {200, 405, 422} if page in theirs else {403, 404}
            assert send(page.address(**numbers)).status_code in may, page.name
            assert send(page.address("birch-high", **numbers)).status_code in {403, 404}, page.name


def test_every_page_they_may_open_writes_one_look_at_what_it_showed(iona: Client, pupil: Pupil) -> None:
    opened = [page for page in all_pages() if getattr(page.view, "permission", None) == Permission.INSPECT_REGISTERS]
    assert len(opened) >= 6
    for page in opened:
        before = len(looked())
        reply = iona.get(page.address(pupil_id=pupil.pk))
        assert len(looked()) - before == (reply.status_code == 200), page.name
    assert not any("Example" in what or "Robin" in what for what in looked())


def test_a_register_is_read_with_every_amendment(iona: Client) -> None:
    asked = {"date": "2026-11-23", "half": "am", "group": make_group().pk}
    page = iona.get(url("inspect-register"), asked).text
    for words in ("Example, Robin", "Mother rang", "Alma Reyes, attendance officer"):
        assert words in page
    assert looked()[-1] == "Register of 4A, Mon 23 Nov 2026, morning"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"date": "2026-11-22", "half": "am"}, "no such session"),
        ({"date": "soon", "half": "am"}, "Enter a date like"),
        ({"date": "2026-11-23", "half": "noon"}, "Select a valid choice"),
        ({"date": "2026-11-23", "half": "am", "group": "9"}, "Choose a group of the list."),
    ],
)
def test_a_register_that_is_not_there_is_refused_beside_its_field(
    iona: Client, asked: dict[str, str], said: str
) -> None:
    reply = iona.get(url("inspect-register"), {"group": make_group().pk, **asked})
    assert reply.status_code == 422
    assert said in reply.text
    assert not looked()


def test_a_register_not_yet_opened_says_so(iona: Client) -> None:
    make_session(MONDAY, "pm")
    page = iona.get(url("inspect-register"), {"date": "2026-11-23", "half": "pm", "group": make_group().pk}).text
    assert "The register had not been opened." in page
    assert "Nothing had been changed." in page


def test_an_entry_shows_the_admission_register_and_the_years_marks(iona: Client, pupil: Pupil) -> None:
    page = iona.get(url("inspect-entry", pupil.pk)).text
    for words in ("Ada Example", "1 Lane", "Starting day Tuesday 1 September 2026", "Marks by week"):
        assert words in page
    assert looked() == [f"Entry of pupil {pupil.pk}"]
    assert list(RecordAccess.objects.values_list("pupil", "by_name", "what")) == [
        (pupil.pk, "Iona Pell", "keeping:inspect-entry")
    ]


def test_a_hidden_child_is_in_the_register_and_no_confidential_address_is_told(iona: Client, pupil: Pupil) -> None:
    Pupil.objects.filter(pk=pupil.pk).update(hidden=True)
    pupil.contacts.update(address_confidential=True, address="9 Secret Street", lives_with=True)
    assert "Example, Robin" in iona.get(url("inspect-admissions")).text
    page = iona.get(url("inspect-entry", pupil.pk)).text
    assert "9 Secret Street" not in page
    assert "1 Lane" not in page
    assert page.count("Not told to this recipient") == 3


def test_another_schools_pupil_is_not_found(iona: Client) -> None:
    assert iona.get(url("inspect-entry", 987654321)).status_code == 404
    assert iona.get(url("inspection", slug="birch-high")).status_code == 404


def test_the_back_ups_are_listed(iona: Client, monday_morning: dt.datetime) -> None:
    assert "There is no back-up yet" in iona.get(url("inspect-back-ups")).text
    Archive.objects.create(
        month_date=dt.date(2026, 10, 1), made_at=monday_morning, made_by_name="Monthly back-up", place="x",
        digest="d" * 64, size=10, marks=1234, amendments=5, seconds=1.5,
    )  # fmt: skip
    page = iona.get(url("inspect-back-ups")).text
    assert "October 2026" in page
    assert "1,234" in page


def test_an_extract_of_the_attendance_register_is_theirs_to_take(iona: Client, pupil: Pupil) -> None:
    reply = iona.post(url("inspect-extract"), {"from_date": "2026-11-23", "last_date": "2026-11-23"})
    rows = list(csv.DictReader(StringIO(reply.content.decode("utf-8-sig"))))
    assert [row["row"] for row in rows] == ["entry", "amendment"]
    gone = Disclosure.objects.get()
    assert (gone.recipient, gone.purpose) == ("Iona Pell, His Majesty's Chief Inspector", "Letter of 16 November.")
    assert (gone.pupils, gone.from_date, gone.until_date) == ([pupil.pk], MONDAY, dt.date(2026, 11, 24))
    assert looked() == ["Extract of the attendance register, Mon 23 Nov 2026 to Mon 23 Nov 2026"]


def test_an_extract_that_cannot_be_made_is_refused_and_no_look(iona: Client) -> None:
    reply = iona.post(url("inspect-extract"), {"from_date": "2026-11-23", "last_date": "2026-11-20"})
    assert reply.status_code == 422
    assert "before the first" in reply.text
    assert not looked()


def test_an_extract_of_the_admission_register_has_a_row_for_each_time_on_roll(iona: Client, pupil: Pupil) -> None:
    make_pupil(surname="=Left", until_date=MONDAY)
    reply = iona.post(url("inspect-admissions-extract"))
    rows = list(csv.DictReader(StringIO(reply.content.decode("utf-8-sig"))))
    assert [(row["surname"], row["first_day_on_roll"], row["last_day_on_roll"]) for row in rows] == [
        ("'=Left", "2026-09-01", "2026-11-22"),
        ("Example", "2026-09-01", ""),
    ]
    assert Disclosure.objects.get().what == "inspector's extract"
    assert looked() == ["Extract of the admission register"]


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (dt.datetime(2026, 11, 23, 8, 29, 58, tzinfo=LONDON), False),
        (dt.datetime(2026, 11, 23, 8, 30, tzinfo=LONDON), True),
        (dt.datetime(2026, 11, 24, 15, 59, tzinfo=LONDON), True),
        (dt.datetime(2026, 11, 24, 16, 0, tzinfo=LONDON), False),
    ],
)
def test_the_registers_are_open_in_school_hours(
    iona: Client, it_is: SetClock, moment: dt.datetime, opens: bool
) -> None:
    make_session(dt.date(2026, 11, 24))
    it_is(moment)
    reply = iona.get(url("inspection"))
    assert reply.status_code == (200 if opens else 403)
    if not opens:
        assert "The registers are closed to inspection now" in reply.text
        assert not looked()


def test_they_are_closed_on_a_day_on_which_the_school_does_not_meet(iona: Client, it_is: SetClock) -> None:
    it_is(dt.datetime(2026, 11, 24, 11, tzinfo=LONDON))  # no session is held that Tuesday
    assert iona.get(url("inspect-admissions")).status_code == 403


def test_nothing_is_read_before_the_first_day_nor_from_the_day_it_ends(
    people: People, pupil: Pupil, monday_morning: dt.datetime, it_is: SetClock
) -> None:
    let_in(people.ben, monday_morning, from_date=dt.date(2026, 11, 24))
    client = signed_in()
    for day in (24, 25):
        make_session(dt.date(2026, 11, day))
    assert client.get(url("inspection")).status_code == 404
    it_is(dt.datetime(2026, 11, 24, 11, tzinfo=LONDON))
    assert client.get(url("inspection")).status_code == 200
    it_is(dt.datetime(2026, 11, 25, 8, 30, tzinfo=LONDON))
    assert client.get(url("inspection")).status_code == 404


def test_the_very_next_request_after_it_is_ended_is_refused(
    iona: Client, inspection: Inspection, people: People, monday_morning: dt.datetime
) -> None:
    assert iona.get(url("inspection")).status_code == 200
    end_inspection(inspection, by=people.ben, at=monday_morning)
    assert iona.get(url("inspection")).status_code == 404


def test_a_role_without_an_inspection_reads_nothing(iona: Client, inspection: Inspection) -> None:
    Inspection.objects.filter(pk=inspection.pk).update(until_date=dt.date(2026, 11, 24))
    assert iona.get(url("inspection")).status_code == 200
    Inspection.objects.filter(pk=inspection.pk).update(
        ended_at=dt.datetime(2026, 11, 23, 9, tzinfo=LONDON), ended_by=inspection.given_by
    )
    assert iona.get(url("inspection")).status_code == 403


@pytest.mark.parametrize("name", ["ben", "alma", "sadie", "tara", "dov", "tess"])
def test_nobody_of_the_trust_uses_the_inspectors_pages(inspection: Inspection, browse: Browse, name: str) -> None:
    assert browse(name).get(url("inspection")).status_code == 403


@pytest.mark.parametrize("size", [2, 20])
def test_the_admission_register_costs_the_same_for_two_and_for_twenty(
    iona: Client, people: People, django_assert_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for _ in range(size - 1):
        make_pupil()
    iona.get(url("inspect-admissions"))
    with django_assert_num_queries(6 + LOGGING_IN):  # inspection, session, count, pupils, roll, and the look
        page = iona.get(url("inspect-admissions")).text
    assert page.count("from Tue 1 Sep 2026") == size


def test_the_person_and_the_dates_are_the_ones_given(inspection: Inspection) -> None:
    assert (inspection.user.email, inspection.until_date) == (IONA, WEDNESDAY)
