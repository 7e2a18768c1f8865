"""The office imports a file through pages: it sees what would change before it says yes."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.trust.models import School
from registers.models import FamilyTie, Mark, MarkAmendment, Session
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

PAGE = "/s/alder-primary/imports/"
UPN = "A123456789012"
FRIDAY = dt.date(2026, 11, 20)
Browse = Callable[[str], Client]
CALENDAR = "date,am,pm\n2026-11-20,1,1\n"


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path) -> Path:
    """Keep what is sent in a folder of this test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "imports"


def send(client: Client, kind: str, text: str | bytes, name: str = "file.csv", page: str = PAGE) -> object:
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(f"{page}preview/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def ticket(answer: object) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', answer.content.decode())[1]


def test_a_file_is_previewed_and_then_imported(browse: Browse, folder: Path) -> None:
    client = browse("olly")
    # When the office sends a calendar, nothing is written yet
    preview = send(client, "calendar", CALENDAR)
    assert preview.status_code == 200
    assert "am added, pm added" in preview.content.decode()
    assert not Session.objects.exists()
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
    # When it says yes, it is, the file is gone, and the page says who did it
    done = client.post(f"{PAGE}confirm/", {"ticket": ticket(preview)}, follow=True)
    assert Session.objects.count() == 2
    assert not list(folder.iterdir())
    assert "file.csv is in: 2 new." in done.content.decode()
    assert "Olly Frost" in done.content.decode()


def test_a_preview_shows_amendments_before_they_are_made(browse: Browse, people: People) -> None:
    pupil = make_pupil(upn=UPN, group=make_group())
    make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    client = browse("alma")
    preview = send(client, "marks", f"upn,date,am,pm\n{UPN},2026-11-20,I,\n")
    assert "N becomes I" in preview.content.decode()
    client.post(f"{PAGE}confirm/", {"ticket": ticket(preview)})
    assert MarkAmendment.objects.values_list("reason", "amended_by_name").get() == ("import file.csv", "Alma Reyes")


def test_a_file_that_changes_nothing_has_nothing_to_confirm(browse: Browse) -> None:
    make_session(FRIDAY, "am")
    page = send(browse("alma"), "calendar", "date,am,pm\n2026-11-20,1,\n").content.decode()
    assert "Nothing: all of it is here already." in page
    assert "Back to imports" in page


@pytest.mark.parametrize("kind", ["calendar", "pupils", "marks"])
@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 2000, bytes(range(256)) * 9, b"PK\x03\x04workbook", b"\xff\xfed\x00a\x00", b"a" * 200_000,
        b'"' * 3001, b"date,am,pm\n" + b"\x81\x8d\n" * 3, b"upn,date,am,pm\n\"\n", b"\n\n\n", b"\xef\xbb\xbf",
    ],
    ids=range(11),
)  # fmt: skip
def test_no_file_however_bad_is_more_than_a_list_of_faults(
    browse: Browse, kind: str, content: bytes, folder: Path
) -> None:
    answer = send(browse("alma"), kind, content)
    assert answer.status_code == 422
    assert "was refused and nothing of it was kept" in answer.content.decode()
    assert not list(folder.iterdir())


def test_each_fault_is_on_the_page_with_its_line_and_reason(browse: Browse) -> None:
    page = send(browse("alma"), "calendar", "date,am,pm\n2026-02-30,1,<b>\n").content.decode()
    assert "There is a problem" in page
    assert "there is no such day" in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("fields", [{}, {"kind": "calendar"}, {"kind": "staff"}, {"kind": "nonsense", "file": "text"}])
def test_a_form_that_is_not_filled_in_comes_back(browse: Browse, fields: dict[str, str]) -> None:
    answer = browse("alma").post(f"{PAGE}preview/", fields)
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


@pytest.mark.parametrize("who", ["tess", "tutu", "hana", "dov", "tomas"])
def test_others_may_not_import(browse: Browse, who: str) -> None:
    client = browse(who)
    assert client.get(PAGE).status_code == 403
    assert send(client, "calendar", CALENDAR).status_code == 403
    assert client.post(f"{PAGE}confirm/", {"ticket": "x"}).status_code == 403


def test_a_kept_file_is_for_the_person_and_the_school_alone(browse: Browse, people: People, birch: School) -> None:
    words = ticket(send(browse("alma"), "calendar", CALENDAR))
    for someone, page in (("olly", PAGE), ("cass", "/s/birch-high/imports/"), ("tara", "/s/birch-high/imports/")):
        answer = browse(someone).post(f"{page}confirm/", {"ticket": words}, follow=True)
        assert "no longer kept" in answer.content.decode()
    assert not Session.objects.exists()


def test_a_kept_file_is_kept_for_half_an_hour(
    browse: Browse, monday_morning: dt.datetime, it_is: Callable[[dt.datetime], None], folder: Path
) -> None:
    client = browse("alma")
    words = ticket(send(client, "calendar", CALENDAR))
    it_is(monday_morning + dt.timedelta(minutes=31))
    assert "no longer kept" in client.post(f"{PAGE}confirm/", {"ticket": words}, follow=True).content.decode()
    # And the next one who sends a file has the old one done away with
    send(client, "calendar", CALENDAR)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("words", ["", "x", "W10:1tx:aaaa"])
def test_a_forged_ticket_is_refused(browse: Browse, words: str) -> None:
    answer = browse("alma").post(f"{PAGE}confirm/", {"ticket": words}, follow=True)
    assert "no longer kept" in answer.content.decode()


def test_what_changed_since_the_preview_is_checked_again(browse: Browse, people: People) -> None:
    # Given a preview that takes away a session
    session = make_session(FRIDAY, "am")
    client = browse("alma")
    words = ticket(send(client, "calendar", "date,am,pm\n2026-11-20,0,\n"))
    # When a teacher marks that session before the yes
    make_mark(make_pupil(), session, "/", by=people.tess)
    # Then it is refused
    answer = client.post(f"{PAGE}confirm/", {"ticket": words})
    assert answer.status_code == 422
    assert "cannot be taken away" in answer.content.decode()


def test_staff_do_not_amend_their_own_childs_marks_by_a_file(browse: Browse, people: People) -> None:
    pupil = make_pupil(upn=UPN, group=make_group())
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    make_mark(pupil, make_session(FRIDAY), "O", by=people.tess)
    answer = send(browse("alma"), "marks", f"upn,date,am,pm\n{UPN},2026-11-20,I,\n")
    assert answer.status_code == 422
    assert "You are family of this child" in answer.content.decode()
    assert Mark.objects.get().code == "O"


def test_the_page_asks_the_database_the_same_however_many_imports(
    browse: Browse, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browse("alma")
    for _ in range(3):
        client.post(f"{PAGE}confirm/", {"ticket": ticket(send(client, "calendar", CALENDAR))})
        Session.objects.all().delete()
    client.get(PAGE)
    with django_assert_num_queries(7):  # six to log in, one for the list
        client.get(PAGE)


def test_no_name_of_a_pupil_is_logged(browse: Browse, caplog: pytest.LogCaptureFixture) -> None:
    rows = (
        f"upn,surname,forename,dob,sex,year,reg_group,admitted\n{UPN},Quillfeather,Ivy,2017-03-04,F,4,4A,2024-09-02\n"
    )
    client = browse("alma")
    preview = send(client, "pupils", rows)
    assert "Quillfeather" in preview.content.decode()
    client.post(f"{PAGE}confirm/", {"ticket": ticket(preview)})
    assert "Quillfeather" not in caplog.text
