"""A school's days come in from a file; a session that has marks is never taken away."""

import datetime as dt
from pathlib import Path

import pytest

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from registers.actions.importing import Kind
from registers.models import Session
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.files import Importer

FRIDAY = dt.date(2026, 11, 20)


@pytest.fixture
def school(alder: School, people: People, tmp_path: Path) -> Importer:
    """Return Alder, with nothing in its calendar."""
    return Importer(tmp_path, alder, people.alma)


def sessions() -> list[str]:
    return [str(session) for session in Session.objects.all()]


def test_the_days_of_the_file_become_sessions(school: Importer) -> None:
    job = school.calendar("date,am,pm\n2026-11-20,1,1\n23/11/2026,1,0\n2027-07-20,0,1\n")
    assert sessions() == ["2026-11-20 am", "2026-11-20 pm", "2026-11-23 am", "2027-07-20 pm"]
    assert job.counts_of_effects() == [("new", 4), ("unchanged", 2)]
    event = AuditEvent.objects.get(kind=Event.CALENDAR_IMPORTED)
    assert (event.by_name, event.detail["file"], event.detail["counts"]["new"]) == ("Alma Reyes", "calendar.csv", 4)


def test_importing_it_again_changes_nothing(school: Importer) -> None:
    rows = "date,am,pm\n2026-11-20,1,1\n"
    school.calendar(rows)
    assert school.calendar(rows).counts_of_effects() == [("unchanged", 2)]


def test_a_zero_takes_a_session_away_and_an_empty_cell_leaves_it(school: Importer) -> None:
    make_session(FRIDAY, "am")
    make_session(FRIDAY, "pm")
    job = school.calendar("date,am,pm\n2026-11-20,,0\n")
    assert sessions() == ["2026-11-20 am"]
    assert job.counts_of_effects() == [("removed", 1)]


@pytest.mark.parametrize("with_mark", [True, False])
def test_a_session_with_registers_is_not_taken_away(school: Importer, people: People, *, with_mark: bool) -> None:
    session = make_session(FRIDAY, "am")
    register = make_register(session, make_group())
    if with_mark:
        make_mark(make_pupil(), session, "/", by=people.tess, register=register)
    faults = school.faults(Kind.CALENDAR, "date,am,pm\n2026-11-23,1,1\n2026-11-20,0,1\n")
    reason = f"This session has {int(with_mark)} marks in 1 registers and cannot be taken away."
    assert [(fault.line, fault.column, fault.reason) for fault in faults] == [(3, "am", reason)]
    assert sessions() == ["2026-11-20 am"]


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("date,am,pm\n2026-11-20,yes,1\n", 2, "am", "Bad flag"),
        ("date,am,pm\n2026-11-20,1,1\n20/11/2026,1,1\n", 3, "date", "already on line 2"),
        ("date,am,pm\n2026-02-30,1,1\n", 2, "date", "no such day"),
        ("date,am,pm\n0026-02-20,1,1\n", 2, "date", "the year cannot be right"),
        ("date,am,pm\n,1,1\n", 2, "date", "empty"),
        ("date,am\n2026-11-20,1\n", 1, "pm", "The column pm is missing."),
        ("date,am,am,pm\n2026-11-20,1,1,1\n", 1, "am", "there twice"),
        ("date,am,pm\n2026-11-20,1,1,1\n", 2, "", "4 cells and the heading 3"),
        ('date,am,pm\n2026-11-20,"1,1\n', 2, "", "not CSV"),
        ("", 1, "", "The file is empty."),
        (b"PK\x03\x04\x00\x00", 1, "", "a workbook"),
        (b"date,am,pm\n2026-11-20,\x001,1\n", 2, "", "NUL"),
        ("date,am,pm\n".encode("utf-16"), 1, "", "UTF-16"),
        (b"date,am,pm\n2026-11-20,1,1\n\x8d\xff,1,1\n", 3, "", "The encoding is unreadable"),
        ("date,am,pm\n" + "1" * 70_000, 2, "", "longer than"),
        (bytes(range(256)) * 50, 2, "", "unreadable"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_the_place_and_the_reason(
    school: Importer, text: str | bytes, line: int, column: str, why: str
) -> None:
    faults = school.faults(Kind.CALENDAR, text)
    assert [(fault.line, fault.column) for fault in faults] == [(line, column)]
    assert why in faults[0].reason
    assert not Session.objects.exists()


@pytest.mark.parametrize("heading", ["date,am,pm", "Date,AM,PM", " DATE , am,Pm "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_headings_encodings_and_line_ends_are_taken_as_they_come(
    school: Importer, heading: str, encoding: str, end: str
) -> None:
    job = school.calendar(f"{heading},Café note{end}2026-11-20,1,1,Journée{end}{end}".encode(encoding))
    assert sessions() == ["2026-11-20 am", "2026-11-20 pm"]
    assert job.ignored == ["Café note"]
