"""A day's marks go to the school's other system by file; what is unsent or differs at 16:00 is told of."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.accounts.member import machine
from attendance_mat.audit.models import AuditEvent
from attendance_mat.keeping import tasks
from attendance_mat.keeping.actions.other_system import tell_of_daily_file
from attendance_mat.keeping.models import DailyFile
from attendance_mat.keeping.rules.other_system import Prerequisite, Sent, State, compare, prerequisites, state
from attendance_mat.published.models import Alert
from attendance_mat.trust.models import School
from registers.models import Disclosure, Mark
from tests.conftest import LONDON
from tests.factories import amend, make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.sealed import MONDAY

Browse = Callable[[str], Client]
Clock = Callable[[dt.datetime], None]
LIST = "/s/alder-primary/records/other-system/"
PAGE = f"{LIST}2026-11-23/"
RECORD = "/s/alder-primary/records/register-of-record/"
LOGGING_IN = 6
HEADING = "upn,date,am,pm\n"


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(MONDAY, dt.time(hour, minute), LONDON)


@pytest.fixture
def marks(people: People) -> list[Mark]:
    """Return this morning's marks of three pupils: present, ill and late."""
    group, session = make_group(), make_session(MONDAY)
    pupils = [make_pupil(surname=name, group=group) for name in ("Ash", "Birch", "Cedar")]
    return [
        make_mark(pupil, session, code, by=people.tess, minutes_late=7 if code == "L" else None)
        for pupil, code in zip(pupils, "/IL", strict=True)
    ]


@pytest.fixture
def of_record(people: People) -> School:
    """Have Alder's register be that of record since the summer."""
    people.alder.register_of_record_date = dt.date(2026, 9, 1)
    people.alder.save()
    return people.alder


def sends(client: Client) -> str:
    answer = client.post(f"{PAGE}file/")
    assert answer["Content-Type"].startswith("text/csv")
    return answer.content.decode()


def compares(client: Client, text: str | bytes) -> tuple[int, str]:
    content = text.encode() if isinstance(text, str) else text
    answer = client.post(f"{PAGE}compare/", {"file": SimpleUploadedFile("theirs.csv", content)}, follow=True)
    return answer.status_code, answer.text


def stands(school: School, hour: int, minute: int = 0) -> State | None:
    moment = at(hour, minute)
    return tell_of_daily_file(school, by=machine("Record keeping", at=moment), at=moment)


KEYS = st.tuples(st.integers(1, 5), st.sampled_from(["am", "pm"]))
CODES = st.dictionaries(KEYS, st.sampled_from(["/", "I", "N"]))


@given(CODES, CODES)
def test_every_session_is_the_same_or_differs_or_is_missing(
    ours: dict[tuple[int, str], str], theirs: dict[tuple[int, str], str]
) -> None:
    found = compare(ours, theirs)
    assert found.same + len(found.differing) + len(found.missing) == len(ours.keys() | theirs.keys())
    assert all(each.ours != each.theirs for each in found.differing)
    itself = compare(ours, ours)
    assert not itself.differing
    assert not itself.missing


@pytest.mark.parametrize(
    ("marks", "last", "sent", "expected"),
    [
        (0, 0, None, State.NO_MARKS),
        (3, 0, None, State.UNSENT),
        (3, 0, Sent(2, 0, True, 0), State.CHANGED),  # one has come since
        (3, 9, Sent(3, 8, True, 0), State.CHANGED),  # one was amended since
        (3, 9, Sent(3, 9, False, 0), State.SENT),
        (3, 9, Sent(3, 9, True, 1), State.DIFFERS),
        (3, 9, Sent(3, 9, True, 0), State.AGREES),
    ],
)
def test_how_a_day_stands(marks: int, last: int, sent: Sent | None, expected: State) -> None:
    assert state(marks=marks, last_amendment=last, sent=sent) == expected


def test_the_file_has_every_mark_and_its_giving_out_is_on_record(marks: list[Mark], browse: Browse) -> None:
    rows = sends(browse("alma")).splitlines()

    assert rows[0] == "upn,local_id,date,am,pm,am_minutes_late,pm_minutes_late"
    assert rows[1:] == [
        f"{marks[0].pupil.upn},,2026-11-23,/,,,",
        f"{marks[1].pupil.upn},,2026-11-23,I,,,",
        f"{marks[2].pupil.upn},,2026-11-23,L,,7,",
    ]
    file = DailyFile.objects.get()
    disclosed = Disclosure.objects.get()
    assert (file.marks, file.sent_at is not None) == (3, True)
    assert (disclosed.what, disclosed.digest) == ("daily file", file.digest)
    assert disclosed.pupils == sorted(mark.pupil_id for mark in marks)


def test_differences_are_shown_by_pupil_until_the_two_agree(marks: list[Mark], browse: Browse) -> None:
    client = browse("alma")
    ours = sends(client)
    upns = [mark.pupil.upn for mark in marks]

    # Given a file in which one differs, one is missing and one session is marked there alone
    status, page = compares(client, f"{HEADING}{upns[0]},2026-11-23,/,/\n{upns[1]},2026-11-23,N,\n")
    assert status == 200
    assert "2 marks differ and 1 are missing in the other system." in page
    for words in ("Ash, ", "Birch, ", "Cedar, ", "No mark", "Missing"):
        assert words in page
    assert "Differs" in client.get(LIST).text

    # When it has taken our file in, then they agree
    status, page = compares(client, ours)
    assert "The two agree: 3 marks are the same." in page
    assert "Agrees" in client.get(LIST).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty."),
        ("surname\nAsh\n", "The column date is missing."),
        (f"{HEADING}Z000000000000,2026-11-23,/,\n", "No pupil has this number."),
        (f"{HEADING}UPN,2026-11-20,/,\n", "The file is to be of 23/11/2026 alone."),
        (f"{HEADING}UPN,2026-11-23,/,\nUPN,2026-11-23,N,\n", "This pupil has another mark further up"),
        (b"PK\x03\x04xxxx", "This is a workbook, not a CSV file."),
        (b"\x00\x01", "not a text file"),
    ],
)
def test_a_wrong_file_is_refused_with_its_faults_and_nothing_is_kept(
    marks: list[Mark], browse: Browse, text: str | bytes, words: str
) -> None:
    client = browse("alma")
    sends(client)
    sent = text.replace("UPN", marks[0].pupil.upn) if isinstance(text, str) else text
    status, page = compares(client, sent)
    assert status == 422
    assert words in page
    assert DailyFile.objects.get().compared_at is None


def test_a_comparison_without_a_file_of_ours_and_a_day_without_marks_are_refused(
    marks: list[Mark], browse: Browse
) -> None:
    client = browse("alma")
    status, page = compares(client, HEADING + f"{marks[0].pupil.upn},2026-11-23,/,\n")
    assert (status, "Download the day&#x27;s file first" in page) == (422, True)
    assert client.post(f"{PAGE}compare/").status_code == 422
    empty = client.post(f"{LIST}2026-11-20/file/", follow=True)
    assert "No mark was made that day" in empty.text


@pytest.mark.parametrize("date", ["2026-11-24", "2026-13-01", "today", "9999-12-31"])
def test_a_day_that_is_none_or_still_to_come_is_not_found(people: People, browse: Browse, date: str) -> None:
    assert browse("alma").get(f"{LIST}{date}/").status_code == 404


def test_unsent_marks_are_told_of_at_16_and_not_before(
    marks: list[Mark], of_record: School, browse: Browse, it_is: Clock
) -> None:
    assert stands(of_record, 15, 59) is None
    assert stands(of_record, 16) == State.UNSENT
    assert stands(of_record, 16, 5) == State.UNSENT
    words = "The marks of 23 November 2026 have not been sent to the school's other system."
    assert Alert.objects.get(ended_at__isnull=True).words == words
    assert AuditEvent.objects.filter(kind="daily file not in the other system").count() == 1
    assert "have not been sent" in browse("alma").get("/s/alder-primary/today/").text

    # When it is sent the alert ends; when it differs there is one again, and none once they agree
    client = browse("alma")
    ours = sends(client)
    assert not Alert.objects.filter(ended_at__isnull=True).exists()
    compares(client, f"{HEADING}{marks[0].pupil.upn},2026-11-23,N,\n")
    assert stands(of_record, 16, 10) == State.DIFFERS
    compares(client, ours)
    assert stands(of_record, 16, 15) == State.AGREES
    assert not Alert.objects.filter(ended_at__isnull=True).exists()


def test_a_mark_amended_since_the_file_is_unsent(
    marks: list[Mark], of_record: School, people: People, browse: Browse
) -> None:
    sends(browse("alma"))
    assert stands(of_record, 16) == State.SENT
    amend(marks[0], "N", by=people.alma, at=at(8, 50))
    assert stands(of_record, 16) == State.CHANGED
    assert "have changed since" in Alert.objects.get().words


def test_nothing_is_told_of_before_the_register_is_that_of_record_or_on_a_day_off(
    marks: list[Mark], people: People, it_is: Clock
) -> None:
    assert stands(people.alder, 17) is None
    people.alder.register_of_record_date = MONDAY
    people.alder.save()
    sunday = dt.datetime(2026, 11, 29, 17, tzinfo=LONDON)
    assert tell_of_daily_file(people.alder, by=machine("Record keeping", at=sunday), at=sunday) is None
    it_is(at(16, 1))
    tasks.tell_of_daily_file(schema_name=people.alder.schema_name)
    assert Alert.objects.filter(ended_at__isnull=True).count() == 1


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_of_days_asks_the_same_for_two_as_for_twenty(
    people: People, browse: Browse, django_assert_num_queries: Callable[[int], object], size: int
) -> None:
    client, pupil = browse("alma"), make_pupil(group=make_group())
    for n in range(size):
        make_mark(pupil, make_session(MONDAY - dt.timedelta(days=n)), "/", by=people.tess)
    with django_assert_num_queries(LOGGING_IN + 4):
        assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("name", ["tess", "olly", "dov", "cass"])
def test_others_find_no_day_s_file(people: People, browse: Browse, name: str) -> None:
    client = browse(name)
    assert {client.get(LIST).status_code, client.get(PAGE).status_code} <= {403, 404}
    assert client.post(f"{PAGE}file/").status_code in {403, 404}


def test_the_register_of_record_is_refused_and_what_is_missing_is_said(people: People, browse: Browse) -> None:
    client = browse("ben")
    page = client.get(RECORD).text
    assert "People log in with a password alone." in page
    assert "a copy, not the register" in page

    refused = client.post(RECORD, {"on": "2026-12-01"})
    assert refused.status_code == 422
    assert "This cannot be set yet. Missing: two-factor log-in" in refused.text
    people.alder.refresh_from_db()
    assert people.alder.register_of_record_date is None


@pytest.mark.parametrize("second_factor", [False, True])
@pytest.mark.parametrize("call_list", [False, True])
def test_each_prerequisite_is_told_as_it_is(second_factor: bool, call_list: bool) -> None:
    found = prerequisites(second_factor=second_factor, call_list=call_list)
    assert [each.is_met for each in found] == [second_factor, True, call_list]
    assert all(each.words.endswith(".") for each in found)


def test_once_all_is_in_place_a_day_from_today_on_can_be_set(
    people: People, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = [Prerequisite("Two-factor log-in", True, "There.")]
    monkeypatch.setattr("attendance_mat.keeping.views.other_system._prerequisites", lambda: met)
    client = browse("ben")
    assert "Choose today or a later day" in client.post(RECORD, {"on": "2026-11-22"}).text

    client.post(RECORD, {"on": "2026-11-23"})
    people.alder.refresh_from_db()
    assert people.alder.register_of_record_date == MONDAY
    assert AuditEvent.objects.filter(kind="register of record set").exists()
    assert "registers of record from" in client.get(RECORD).text
