"""Whatever a hand sends that cannot be is answered in words beside its field; nothing is lost, nothing half done."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from absence.actions.leave import NO_SESSION, NOT_YET_ASKED
from attendance_mat.trust.models import School as SchoolRow
from registers.models import Assignment, Closure, ExpectedMark, Group, Mark, MarkAmendment, Pupil, Register
from registers.rules.closures import Cause
from tests.conftest import LONDON
from tests.factories import amend, make_contact, make_group, make_mark, make_pupil, make_sessions
from tests.people import SINCE, People

FRIDAY, MONDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
ALDER = "/s/alder-primary"


@dataclass
class School:
    """A class on Monday morning: a child marked N on Friday, one to be marked, one who left and one who is to come."""

    here: Pupil
    left: Pupil
    to_come: Pupil
    friday: Mark
    register: Register
    client: Client

    def post(self, address: str, **sent: Any) -> tuple[int, str]:
        response = self.client.post(f"{ALDER}/{address}", sent)
        return response.status_code, response.text

    def save(self, pupil: Pupil, code: str, *, key: str = "", **fields: object) -> tuple[int, str]:
        row = {"pupil": pupil.pk, "code": code, "base": 0, "made_at": "2026-11-23T08:50:00Z", **fields}
        response = self.client.post(
            f"{ALDER}/api/registers/{self.register.pk}/marks/",
            json.dumps({"key": key or str(uuid.uuid4()), "rows": [row]}),
            content_type="application/json",
        )
        return response.status_code, json.dumps(response.json(), ensure_ascii=False)

    def amend(self, **fields: object) -> tuple[int, str]:
        sent = {"code": "I", "reason": "Parent rang", "seen": 0, **fields}
        return self.post(f"pupils/{self.here.pk}/marks/{self.friday.pk}/amend/", **sent)

    def mark(self, code: str, **fields: object) -> tuple[int, str]:
        sent = {f"mark-{self.here.pk}": "more", f"more-{self.here.pk}": code, f"seen-{self.here.pk}": "0||"}
        return self.post(f"registers/{self.register.pk}/", **{**sent, "do": "save", **fields})

    def trip(self, pupil: Pupil, first: str, last: str = "") -> tuple[int, str]:
        sent = {"code": "V", "name": "Museum", "halves": "both", "first_date": first, "last_date": last or first}
        return self.post(f"expected/activity/?group={make_group().pk}", pupils=[pupil.pk], **sent)

    def leave(self, pupil: Pupil, first: str = "2026-11-24", last: str = "", **fields: object) -> tuple[int, str]:
        sent = {
            "first_date": first, "last_date": last or first, "halves": "both", "asked_on": "2026-11-20",
            "reason": "A cousin's wedding abroad", "asked_by": make_contact(pupil).pk, **fields,
        }  # fmt: skip
        return self.post(f"pupils/{pupil.pk}/ask-for-leave/", **sent)

    def closure(self, first: str = "2026-11-23", last: str = "", **fields: object) -> tuple[int, str]:
        sent = {
            "cause": Cause.PART.value, "first_date": first, "last_date": last or first, "halves": "both",
            "reason": "The boiler broke", "groups": [self.register.group_id], **fields,
        }  # fmt: skip
        addresses = ("closures/preview/", "closures/declare/")
        preview, declared = (self.post(each, **sent, digest="none") for each in addresses)
        assert declared[0] == preview[0]
        return preview

    def file(self, kind: str, content: bytes, name: str = "file.csv") -> tuple[int, str]:
        return self.post("imports/preview/", kind=kind, file=SimpleUploadedFile(name, content))

    def open(self, date: str, half: str = "am") -> tuple[int, str]:
        response = self.client.post(f"{ALDER}/sessions/{date}/{half}/groups/{make_group('5B').pk}/register/")
        return response.status_code, response.text


def at_birch() -> int:
    """Return the number of a group of the other school."""
    with schema_context("public"):
        birch = SchoolRow.objects.get(slug="birch-high")
    with tenant_context(birch):
        return Group.objects.create(pk=987654, kind=Group.Kind.REGISTRATION, name="9Z").pk


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Keep what is sent in a folder of this test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "imports"


@pytest.fixture
def school(people: People, browse: Callable[[str], Client], monday_morning: dt.datetime) -> School:
    make_sessions(FRIDAY, 4)
    group = make_group()
    here = make_pupil(surname="Here", group=group)
    Assignment.objects.create(user=people.user("alma"), group=group, weekdays=[0], from_date=SINCE)
    friday = make_mark(here, make_sessions(FRIDAY, 1)[0], "N", by=people.tess)
    opened_at = dt.datetime(2026, 11, 23, 8, 45, tzinfo=LONDON)
    register = Register.objects.create(
        session=make_sessions(MONDAY, 1)[0], group=group, opened_at=opened_at,
        closes_at=opened_at + dt.timedelta(minutes=35),
    )  # fmt: skip
    return School(
        here=here,
        left=make_pupil(surname="Left", group=group, until_date=FRIDAY),
        to_come=make_pupil(surname="Tocome", group=group, from_date=MONDAY + dt.timedelta(days=7)),
        friday=friday,
        register=register,
        client=browse("alma"),
    )


REFUSED = "was refused and nothing of it was kept"
MARKS = "UPN,Date,AM,PM\nA123456789012,20/11/2026,/,/\n"
CALENDAR = "date,am,pm\n2026-12-01,1,1\n"
WIDE = b"\n".join(b",".join(b"%d" % column for column in range(10_000)) for _ in range(3))
Act = Callable[[School], tuple[int, str]]
TABLE: dict[str, tuple[Act, int, str]] = {
    "a register of a day off the calendar": (
        lambda s: s.open("2026-11-22"), 404, "There is no session on Sunday 22 November 2026"),
    "a register of a session to come": (
        lambda s: s.open("2026-11-24"), 200, "This register cannot be opened yet: its session is still to come."),
    "a trip on days off the calendar": (
        lambda s: s.trip(s.here, "2026-12-25"), 422, "The school does not meet on any of those days."),
    "a trip that ends before it begins": (
        lambda s: s.trip(s.here, "2026-11-24", "2026-11-23"), 422, "The last day is before the first."),
    "a confirmation of a session to come": (
        lambda s: (s.trip(s.here, "2026-11-24"), s.post("expected/confirm/", date="2026-11-24", half="am",
            seen_by="The guide", expected=ExpectedMark.objects.get().pk))[1],
        422, "This session is still to come"),
    "a mark made in the future": (
        lambda s: s.save(s.here, "/", made_at="2026-11-23T18:00:00Z"), 422, "was made in the future"),
    "an arrival still to come": (
        lambda s: s.save(s.here, "L", arrived_at="2026-11-23T18:00:00Z"), 422, "is still to come."),
    "a mark of a pupil no longer on roll": (lambda s: s.save(s.left, "/"), 422, "Row 1 is not of a pupil in this"),
    "a mark of a pupil not yet on roll": (lambda s: s.save(s.to_come, "/"), 422, "Row 1 is not of a pupil in this"),
    "a trip of a pupil no longer on roll": (
        lambda s: s.trip(s.left, "2026-11-24"), 422, "is not one of the available choices."),
    "an arrangement of a pupil not yet on roll": (
        lambda s: s.post(f"pupils/{s.to_come.pk}/expected/suspension/", first_date="24/11/2026",
            last_date="24/11/2026"),
        422, "Not on the roll for all of those days: Tocome"),
    "a code of the other era in the register": (
        lambda s: s.save(s.here, "H"), 200, "H has not been in use since 19 August 2024."),
    "a code of the other era on the page": (lambda s: s.mark("H"), 422, "H has not been in use since 19 August 2024."),
    "a code of the other era in an amendment": (
        lambda s: s.amend(code="H"), 422, "H is no code that you may enter at this session."),
    "no code in an amendment": (lambda s: s.amend(code=""), 422, "Choose what happened, or a code."),
    "a code that is none": (lambda s: s.save(s.here, "?"), 200, "“?” is not an attendance code."),
    "a code for another age": (lambda s: s.save(s.here, "X"), 200, "X is never for a pupil of compulsory school age."),
    "a code without its nature": (lambda s: s.amend(code="B"), 422, "needs its nature written down."),
    "an amendment for a reason of spaces": (
        lambda s: s.amend(reason=" \t "), 422, "Give a reason: it is kept with the amendment."),
    "an unexplained absence resolved for a reason of spaces": (
        lambda s: s.post("unexplained/resolve/", mark=f"{s.friday.pk}-0", code="I", reason="  "),
        422, "Give a reason: it is kept with each amendment."),
    "leave that ends before it begins": (
        lambda s: s.leave(s.here, "2026-11-24", "2026-11-23"), 422, "The last day is before the first day."),
    "leave on days off the calendar": (lambda s: s.leave(s.here, "2026-12-25"), 422, NO_SESSION),
    "leave of a day that there is not": (lambda s: s.leave(s.here, "30/02/2027"), 422, "Enter a date like 23/11/2026."),
    "leave asked for tomorrow": (lambda s: s.leave(s.here, asked_on="2026-11-24"), 422, NOT_YET_ASKED),
    "leave asked for by nobody": (lambda s: s.leave(s.here, asked_by=""), 422, "Choose who asked"),
    "leave asked for by another pupil's parent": (
        lambda s: s.leave(s.here, asked_by=make_contact(s.left).pk), 422, "is not one of the available choices."),
    "leave for a reason of spaces": (
        lambda s: s.leave(s.here, reason="  "), 422, "Enter the reason, as the parent gave it."),
    "leave of a pupil no longer on roll": (lambda s: s.leave(s.left), 422, "is not on this school's roll on"),
    "leave asked for twice": (
        lambda s: (s.leave(s.here), s.leave(s.here))[1], 422, "has been asked for already."),
    "a closure that ends before it begins": (
        lambda s: s.closure("2026-11-24", "2026-11-23"), 422, "The last day is before the first day."),
    "a closure of days off the calendar": (
        lambda s: s.closure("2026-12-25"), 422, "The calendar has no session on those days."),
    "a closure of a day that there is not": (lambda s: s.closure("2026-13-01"), 422, "Enter a date like 23/11/2026."),
    "a closure for a reason of spaces": (
        lambda s: s.closure(reason=" "), 422, "Give the reason: it is kept with every mark the closure changes."),
    "a closure of another school's group": (
        lambda s: s.closure(groups=[at_birch()]), 422, "is not one of the available choices."),
    "a closure of a group that is none": (lambda s: s.closure(groups=["9" * 30]), 422, "available choices."),
    "a closure of a kind that is none": (lambda s: s.closure(cause="locusts"), 422, "available choices."),
    "a closure of part of the school that names no part": (
        lambda s: s.closure(groups=[]), 422, "Choose the years or groups it keeps away."),
    "an empty file": (lambda s: s.file("marks", b""), 422, REFUSED),
    "a workbook": (lambda s: s.file("marks", b"PK\x03\x04\x14\x00\x06\x00workbook", "marks.xlsx"), 422, REFUSED),
    "a picture called a file of pupils": (
        lambda s: s.file("pupils", b"\x89PNG\r\n\x1a\n" + bytes(200)), 422, REFUSED),
    "a file of marks sent as one of pupils": (lambda s: s.file("pupils", MARKS.encode()), 422, REFUSED),
    "a file of pupils sent as a calendar": (
        lambda s: s.file("calendar", b"UPN,Surname,Forename\nA123456789012,One,Ann\n"), 422, REFUSED),
    "a file in UTF-16": (lambda s: s.file("calendar", CALENDAR.encode("utf-16")), 422, REFUSED),
    "a file in EBCDIC": (lambda s: s.file("calendar", CALENDAR.encode("cp500")), 422, REFUSED),
    "a file of ten thousand columns": (lambda s: s.file("marks", WIDE), 422, REFUSED),
    "a file of ten thousand names for one column": (
        lambda s: s.file("calendar", b",".join([b"date"] * 10_000) + b"\n"), 422, REFUSED),
    "no file": (lambda s: s.post("imports/preview/", kind="marks"), 422, "Choose a file."),
}  # fmt: skip


@pytest.mark.parametrize("what", TABLE)
def test_it_is_answered_in_words_and_nothing_is_changed(school: School, what: str, folder: Path) -> None:
    act, status, words = TABLE[what]
    before = [*Mark.objects.order_by("pk").values_list("pk", "code")]
    answered, text = act(school)
    assert answered == status
    assert words in text.replace("&#x27;", "'")
    assert [*Mark.objects.order_by("pk").values_list("pk", "code")] == before
    assert not MarkAmendment.objects.exists()
    assert not Closure.objects.exists()
    assert not list(folder.glob("*"))


def test_what_was_typed_beside_a_fault_is_still_there(school: School) -> None:
    assert "Parent rang at nine" in school.amend(code="B", reason="Parent rang at nine")[1]
    assert "Museum" in school.trip(school.here, "2026-12-25")[1]
    assert "wedding abroad" in school.leave(school.here, "2026-12-25")[1]
    assert "The boiler broke" in school.closure("2026-12-25")[1]


def test_of_two_people_amending_one_mark_at_once_the_second_is_told_and_overwrites_nothing(
    school: School, people: People, monday_morning: dt.datetime
) -> None:
    # Given a page that shows the mark as it stood before somebody else amended it
    page = school.client.get(f"{ALDER}/pupils/{school.here.pk}/?mark={school.friday.pk}").text
    assert 'name="seen" value="0"' in page
    amend(school.friday, "M", by=people.ben, at=monday_morning)
    # When it is sent
    status, text = school.amend()
    # Then its person is told, and may send it again having seen what stands
    assert (status, "Someone else changed this mark while you worked." in text) == (422, True)
    assert Mark.objects.get(pk=school.friday.pk).code == "M"
    assert school.amend(seen=1)[0] == 200
    assert Mark.objects.get(pk=school.friday.pk).code == "I"


def test_the_same_amendment_twice_stands_once(school: School) -> None:
    assert school.amend()[0] == 200
    status, text = school.amend()
    assert (status, "Someone else changed this mark" in text) == (422, True)
    assert "The mark says I already." in school.amend(seen=1)[1]
    assert MarkAmendment.objects.count() == 1


def test_the_same_save_twice_is_answered_alike_and_stands_once(school: School) -> None:
    key = str(uuid.uuid4())
    first, again = (school.save(school.here, "/", key=key) for _ in range(2))
    assert (first[0], json.loads(first[1])) == (again[0], json.loads(again[1]))
    assert school.save(school.here, "N", key=key)[0] == 409
    assert Mark.objects.get(pupil=school.here, session__date=MONDAY).code == "/"


def test_the_same_trip_twice_is_named_and_stands_once(school: School) -> None:
    assert school.trip(school.here, "2026-11-24")[0] == 302
    status, text = school.trip(school.here, "2026-11-24")
    assert (status, "Something is expected on some of those sessions already of: Here, " in text) == (422, True)
    assert ExpectedMark.objects.count() == 1
