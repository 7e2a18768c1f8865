"""Copies and certificates of a pupil's record: what they say, to whom, and who certifies them."""

import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.clock import LONDON
from letters.models import CertifiedCopy
from registers.models import Contact, Disclosure, Pupil, RecordAccess
from tests.keeping.copying import asked
from tests.keeping.inspections import url
from tests.letters.paper import text_of
from tests.people import People

Browse = Callable[[str], Client]
LAST_MONDAY = dt.date(2026, 11, 16)
THURSDAY = dt.datetime(2026, 11, 26, 9, tzinfo=LONDON)
LOGGING_IN = 6


def test_an_attendance_certificate_has_grid_key_totals_and_every_amendments_particulars(
    pupil: Pupil, browse: Browse
) -> None:
    reply = browse("alma").post(url("copies", pupil.pk), asked())
    assert reply["Content-Type"] == "application/pdf"
    assert "Example" not in reply["Content-Disposition"]
    said = text_of(reply.content)
    for words in (
        "Copy, not certified", "Every session from Monday 16 November 2026 to Friday 20 November 2026",
        "Mother rang", "Clinic letter seen", "Alma Reyes, attendance officer", "What the marks mean",
        "Late, before the register closed (within attended) 1",
        "Late, after the register closed (within unauthorised) 1",
        "Possible 10", "Attendance 80.0%", "Amendments made after a register closed 2",
    ):  # fmt: skip
        assert words in said, words
    assert re.search(r"Fri 20 Nov 2026, am N I Mother rang Tue 24 Nov 2026,? 09:00", said), said


def test_it_is_tagged_for_those_who_cannot_see_it(pupil: Pupil, browse: Browse) -> None:
    document = PdfReader(io.BytesIO(browse("alma").post(url("copies", pupil.pk), asked()).content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.metadata.title == "Attendance certificate"


def test_it_says_what_stood_at_a_past_moment(pupil: Pupil, browse: Browse) -> None:
    said = text_of(browse("alma").post(url("copies", pupil.pk), asked(as_at="2026-11-24T12:00")).content)
    assert "Mother rang" in said
    assert "Clinic letter seen" not in said
    assert "as the register stood at 12:00 on Tuesday 24 November 2026" in said


def test_each_copy_is_written_down_with_for_whom_and_why(pupil: Pupil, browse: Browse) -> None:
    ada = pupil.contacts.get(name="Ada Example")
    first = browse("alma").post(url("copies", pupil.pk), asked()).content
    browse("alma").post(url("copies", pupil.pk), asked(contact=ada.pk, recipient=""))
    rows = Disclosure.objects.order_by("pk")
    assert [(row.what, row.recipient, row.purpose, row.pupils) for row in rows] == [
        ("attendance certificate", "The county court", "Order of 20 November.", [pupil.pk]),
        ("attendance certificate", "Ada Example", "Order of 20 November.", [pupil.pk]),
    ]
    assert rows[0].digest == hashlib.sha256(first).hexdigest()
    assert (rows[0].from_date, rows[0].until_date) == (LAST_MONDAY, dt.date(2026, 11, 21))


def test_looking_at_a_copy_gives_nothing_and_notes_the_look(pupil: Pupil, browse: Browse) -> None:
    page = browse("alma").post(url("copies", pupil.pk), asked(do="show")).text
    assert "Copy, not certified" in page
    assert "ask the headteacher" in page
    assert not Disclosure.objects.exists()
    assert RecordAccess.objects.filter(pupil=pupil, what="keeping:copies").count() == 1


def test_a_registration_certificate_holds_the_entry_as_far_as_its_recipient_may_be_told(
    pupil: Pupil, browse: Browse
) -> None:
    said = registration(browse, pupil)
    for words in ("Starting day Tuesday 1 September 2026; still on the roll", "Ada Example", "2 Road", "01632 960002"):
        assert words in said
    assert pupil.upn not in said
    to_ada = registration(browse, pupil, contact=pupil.contacts.get(name="Ada Example").pk, recipient="")
    assert "01632 960001" in to_ada
    assert "Ned Example" in to_ada
    assert "2 Road" not in to_ada
    assert "01632 960002" not in to_ada


def registration(browse: Browse, pupil: Pupil, by: str = "alma", **given: object) -> str:
    reply = browse(by).post(
        url("copies", pupil.pk), asked(what="registration certificate", from_date="", last_date="", **given)
    )
    assert reply.status_code == 200, reply.text
    return text_of(reply.content)


def test_a_confidential_home_is_told_to_nobody_else(pupil: Pupil, browse: Browse) -> None:
    ada = pupil.contacts.get(name="Ada Example")
    Contact.objects.filter(pk=ada.pk).update(address_confidential=True)
    ned = pupil.contacts.get(name="Ned Example")
    for given in ({}, {"contact": ned.pk, "recipient": ""}):
        said = registration(browse, pupil, **given)
        assert "1 Lane" not in said
        assert "01632 960001" not in said
    assert "Ada" not in registration(browse, pupil, contact=ned.pk, recipient="")
    assert "1 Lane" in registration(browse, pupil, contact=ada.pk, recipient="")


def test_the_entry_is_as_it_stood_and_shows_its_amendments(pupil: Pupil, people: People, browse: Browse) -> None:
    roll = pupil.roll_periods.get()
    ned = pupil.contacts.get(name="Ned Example")
    changes = [
        ("pupil", "surname", "Sample", "Example"), (f"roll {roll.pk}", "from_date", "2026-09-02", "2026-09-01"),
        (f"contact {ned.pk}", "lives_with", "True", "False"), ("pupil", "former_upn", "A1", ""),
        ("pupil", "address", "8 Old Street", "1 Lane"), (f"roll {roll.pk}", "until_date", "", ""),
    ]  # fmt: skip
    for subject, particular, original, amended in changes:
        AdmissionAmendment.objects.create(
            pupil=pupil, subject=subject, particular=particular, original=original, amended=amended,
            reason="Deed of change seen", amended_by=people.alma.user, amended_by_name="Alma Reyes",
            amended_by_role="attendance_officer", amended_at=dt.datetime(2026, 11, 25, 9, tzinfo=LONDON),
        )  # fmt: skip
    then, now = registration(browse, pupil, as_at="2026-11-24T12:00"), registration(browse, pupil)
    assert "Surname Sample" in then
    assert "8 Old Street" in then
    assert "Starting day Wednesday 2 September 2026" in then
    assert "No amendment of these particulars." in then
    assert "Surname Example" in now
    assert "Surname Sample Example Deed of change seen" in now
    assert "Alma Reyes, attendance officer" in now
    assert "Former" not in now
    assert "A1" not in now


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"no_contact": True}, "They are not to be contacted."),
        ({"parental_responsibility": False, "lives_with": False}, "Has neither parental responsibility nor care"),
        ({"ended_on": dt.date(2026, 11, 20)}, "Choose a contact of the list."),
    ],
)
def test_who_may_not_be_told_gets_no_copy(pupil: Pupil, browse: Browse, change: dict[str, object], said: str) -> None:
    ada = pupil.contacts.get(name="Ada Example")
    Contact.objects.filter(pk=ada.pk).update(**change)
    reply = browse("alma").post(url("copies", pupil.pk), asked(contact=ada.pk, recipient=""))
    assert reply.status_code == 422
    assert said in reply.text
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"purpose": " "}, "Say what it is for."),
        ({"recipient": ""}, "Choose a contact, or say who else is to have it."),
        ({"last_date": "2026-11-15"}, "The last day is before the first."),
        ({"last_date": "2026-11-27"}, "The last day is still to come."),
        ({"from_date": ""}, "Enter the first day."),
        ({"as_at": "2026-12-01T09:00"}, "That moment is still to come."),
        ({"what": "report"}, "Select a valid choice"),
        ({"contact": "987654321"}, "Choose a contact of the list."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    pupil: Pupil, browse: Browse, given: dict[str, str], said: str
) -> None:
    reply = browse("alma").post(url("copies", pupil.pk), asked(**given))
    assert reply.status_code == 422
    assert said in reply.text
    assert not Disclosure.objects.exists()


def test_a_copy_is_for_one_recipient(pupil: Pupil, browse: Browse) -> None:
    reply = browse("alma").post(url("copies", pupil.pk), asked(contact=pupil.contacts.first().pk))
    assert "not both" in reply.text


@pytest.mark.parametrize(
    ("name", "status"), [("olly", 403), ("tess", 403), ("tutu", 403), ("hana", 403), ("tara", 403), ("cass", 404)]
)
def test_who_makes_no_copies(pupil: Pupil, browse: Browse, name: str, status: int) -> None:
    for page in ("copies", "certify"):
        assert browse(name).get(url(page, pupil.pk)).status_code == status
        assert browse(name).post(url(page, pupil.pk), asked()).status_code == status


def test_a_hidden_pupils_record_is_copied_by_those_who_may_find_them(pupil: Pupil, browse: Browse) -> None:
    Pupil.objects.update(hidden=True)
    assert browse("alma").get(url("copies", pupil.pk)).status_code == 404
    ada = pupil.contacts.get(name="Ada Example")
    assert browse("sadie").post(url("copies", pupil.pk), asked(contact=ada.pk, recipient="")).status_code == 200


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_costs_the_same_for_two_certified_copies_and_for_twenty(
    pupil: Pupil, people: People, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    CertifiedCopy.objects.bulk_create(
        CertifiedCopy(
            what="attendance certificate", pupil=pupil, from_date=LAST_MONDAY, until_date=THURSDAY.date(),
            as_at=THURSDAY, reference=f"C{number}", pdf=b"%PDF", digest="d", certified_by=people.ben.user,
            certified_by_name="Ben Okafor", certified_by_role="headteacher", certified_at=THURSDAY,
        )
        for number in range(size)
    )  # fmt: skip
    client = browse("ben")
    with django_assert_max_num_queries(5 + LOGGING_IN):  # pupil, first day, contacts, copies, and the look
        page = client.get(url("certify", pupil.pk)).text
    assert page.count("Attendance certificate</td>") == size


def test_the_pupils_page_leads_there(pupil: Pupil, browse: Browse) -> None:
    page = f"/s/alder-primary/pupils/{pupil.pk}/"
    assert url("certify", pupil.pk) in browse("ben").get(page).text
    assert url("copies", pupil.pk) in browse("alma").get(page).text
    assert "Copies and certificates" not in browse("olly").get(page).text
