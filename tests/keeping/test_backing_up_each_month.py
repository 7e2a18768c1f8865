"""Both registers are backed up once a month; a month that was missed is told of until it is made."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from pypdf import PdfReader

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.audit.models import AuditEvent
from attendance_mat.keeping import tasks
from attendance_mat.keeping.actions.backing_up import back_up, back_up_if_due, tell_of_missed
from attendance_mat.keeping.models import Archive
from attendance_mat.keeping.rules.archive import is_due, is_missed, month_due
from attendance_mat.published.models import Alert
from attendance_mat.trust.models import School
from letters.gateways.pdf import PdfUnavailableError
from tests.conftest import LONDON
from tests.factories import amend, make_contact, make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.sealed import FRIDAY, KEY

Browse = Callable[[str], Client]
Clock = Callable[[dt.datetime], None]
NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
PAGE = "/s/alder-primary/records/"
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after


def at(day: dt.date, hour: int = 1) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), LONDON)


@pytest.mark.parametrize(
    ("made_on", "since", "due"),
    [
        ([], dt.date(2026, 9, 1), True),
        ([dt.date(2026, 11, 30)], dt.date(2026, 9, 1), True),  # it had a day to run
        ([dt.date(2026, 12, 1)], dt.date(2026, 9, 1), False),
        ([], dt.date(2026, 11, 30), True),
        ([], dt.date(2026, 12, 1), False),  # the school opened after it
    ],
)
def test_a_month_is_due_until_a_back_up_was_made_after_its_end(
    made_on: list[dt.date], since: dt.date, due: bool
) -> None:
    assert is_due(NOVEMBER, made_on=made_on, since=since) == due


@pytest.mark.parametrize(
    ("on", "month", "missed"),
    [
        (dt.date(2026, 12, 1), NOVEMBER, False),
        (dt.date(2026, 12, 3), NOVEMBER, False),
        (dt.date(2026, 12, 4), NOVEMBER, True),
        (dt.date(2027, 1, 1), DECEMBER, False),
        (dt.date(2027, 1, 31), DECEMBER, True),
    ],
)
def test_a_back_up_is_missed_from_the_fourth_of_the_next_month(on: dt.date, month: dt.date, missed: bool) -> None:
    assert month_due(on) == month
    assert is_missed(month, on=on) == missed


def test_the_timer_makes_a_month_once(people: People, it_is: Clock) -> None:
    it_is(at(DECEMBER))
    for _ in range(2):
        tasks.back_up_school(schema_name=people.alder.schema_name)
    made = Archive.objects.get()
    assert (made.month_date, made.made_by_name) == (NOVEMBER, "Record keeping")
    assert AuditEvent.objects.filter(kind="back-up made", subject_id=made.pk).count() == 1


def test_a_missed_month_is_told_of_on_today_and_to_the_trust_until_it_is_made(
    people: People, browse: Browse, it_is: Clock
) -> None:
    # Given that the fourth of December came without November's back-up
    it_is(at(dt.date(2026, 12, 4), 9))
    for _ in range(2):
        tasks.tell_of_missed_back_up(schema_name=people.alder.schema_name)

    # Then whoever looks at today, the trust's page or the records is told, and the log has it once
    words = "The back-up of the registers of November 2026 was not made."
    assert words in browse("alma").get("/s/alder-primary/today/").text
    assert f"Alder Primary School: {words}" in browse("tara").get("/").text + browse("tara").get("/trust/").text
    assert "A back-up is missing" in browse("ben").get(PAGE).text
    assert AuditEvent.objects.filter(kind="back-up missed").count() == 1

    # When it is made, then nobody is told any longer
    tasks.back_up_school(schema_name=people.alder.schema_name)
    assert words not in browse("alma").get("/s/alder-primary/today/").text
    assert not Alert.objects.filter(ended_at__isnull=True).exists()


def test_nothing_is_missed_before_the_fourth(alder: School, it_is: Clock) -> None:
    it_is(at(dt.date(2026, 12, 3), 23))
    now = clock.now()
    assert tell_of_missed(alder, by=machine("Record keeping", at=now), at=now) == []


def test_the_pdf_prints_the_month_with_its_amendments_and_the_roll(
    people: People, archives: Path, monday_morning: dt.datetime
) -> None:
    pupil = make_pupil(surname="Ashdown", forename="Ivy", group=make_group(), last_school="Oak Infants")
    make_contact(pupil, name="Robin Ashdown")
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    amend(mark, "I", by=people.alma, at=monday_morning, reason="Doctor's letter")

    made = back_up(people.alder, month=NOVEMBER, key=KEY.encode(), by=people.ben, at=monday_morning)

    with ZipFile(archives / made.archive.place) as zipped:
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(zipped.read("registers.pdf"))).pages)
    for words in ("Ashdown, Ivy", "Fri 20", "I*", "N became I", "Doctor", "attendance officer", "Robin Ashdown",
                  "Oak Infants", "This is a copy, not the register"):  # fmt: skip
        assert words in text, words


def test_a_machine_that_cannot_make_pdfs_still_makes_the_back_up(
    people: People, monkeypatch: pytest.MonkeyPatch, monday_morning: dt.datetime
) -> None:
    def cannot(*_: object, **__: object) -> bytes:
        raise PdfUnavailableError

    monkeypatch.setattr("attendance_mat.keeping.gateways.paper.registers_pdf", cannot)
    made = back_up(people.alder, month=NOVEMBER, key=KEY.encode(), by=people.ben, at=monday_morning)
    assert "WeasyPrint" in made.without_pdf
    assert made.archive.marks == 0


def test_a_file_whose_row_could_not_be_kept_is_taken_away(
    people: People, archives: Path, monkeypatch: pytest.MonkeyPatch, monday_morning: dt.datetime
) -> None:
    monkeypatch.setattr("attendance_mat.keeping.actions.backing_up.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        back_up(people.alder, month=NOVEMBER, key=KEY.encode(), by=people.ben, at=monday_morning)
    assert not list(archives.rglob("*.zip"))
    assert not Archive.objects.exists()


def make_archives(count: int) -> list[Archive]:
    return Archive.objects.bulk_create(
        Archive(
            month_date=dt.date(2020 + n // 12, n % 12 + 1, 1), made_at=at(NOVEMBER), made_by_name="Record keeping",
            place=f"alder-primary/{n}.zip", digest="a" * 64, size=10**6, marks=10, amendments=1, seconds=1,
        )
        for n in range(count)
    )  # fmt: skip


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_asks_as_much_of_the_database_for_two_as_for_twenty(
    people: People, browse: Browse, django_assert_num_queries: Callable[[int], object], size: int
) -> None:
    client = browse("dov")
    make_archives(size)
    with django_assert_num_queries(LOGGING_IN + 3):
        assert client.get(PAGE).status_code == 200


def test_a_press_has_a_back_up_made_in_the_presser_s_name(
    people: People, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.back_up_now, "delay", tasks.back_up_now)
    client = browse("ben")
    assert "The back-up is being made" in client.post(f"{PAGE}back-up/", follow=True).text
    made = Archive.objects.get()
    assert (made.month_date, made.made_by_name) == (NOVEMBER, "Ben Okafor")

    said = client.post(f"{PAGE}archives/{made.pk}/verify/", follow=True).text
    assert "The back-up of November 2026 is as it was made." in said
    made.refresh_from_db()
    assert made.verified_at
    Archive.objects.filter(pk=made.pk).update(wrong="")


def test_an_altered_back_up_is_shown_as_such(people: People, browse: Browse, archives: Path) -> None:
    (made,) = make_archives(1)
    client = browse("ben")
    said = client.post(f"{PAGE}archives/{made.pk}/verify/", follow=True).text
    assert "alder-primary/0.zip is not in the storage." in said
    assert "Not as made" in said


@pytest.mark.parametrize("name", ["tess", "alma", "olly", "cass"])
def test_others_find_no_back_ups(people: People, browse: Browse, name: str) -> None:
    client = browse(name)
    for address in (PAGE, f"{PAGE}archives/1/verify/"):
        assert client.get(address).status_code in {403, 404, 405}
    assert client.post(f"{PAGE}back-up/").status_code in {403, 404}


def test_without_a_key_nothing_is_begun_and_the_page_says_why(people: People, browse: Browse, settings: object) -> None:
    settings.REGISTER_SEAL_KEY = ""
    client = browse("ben")
    assert "No back-up can be made or verified" in client.get(PAGE).text
    assert "No back-up was begun." in client.post(f"{PAGE}back-up/", follow=True).text


def test_of_two_workers_at_once_one_makes_the_back_up(people: People, it_is: Clock) -> None:
    it_is(at(DECEMBER))
    now = clock.now()
    by = machine("Record keeping", at=now)
    assert len(back_up_if_due(people.alder, key=KEY.encode(), by=by, at=now)) == 1
    assert back_up_if_due(people.alder, key=KEY.encode(), by=by, at=now) == []
