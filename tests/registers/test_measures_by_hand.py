"""Figures reckoned by hand from a file of marks, by someone who has read DfE's tables and none of our code."""

import csv
import datetime as dt
import io
from collections import Counter

import pytest
from django.core.management import call_command

from registers.models import RollPeriod
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

# Wren is here all along; Xan leaves after Tuesday; Yara comes on Wednesday; Zed is in the nursery and Vi has no mark.
MARKS = """upn,date,am,pm
A000000000901,2024-07-01,/,\\
A000000000901,2024-07-02,J,H
A000000000901,2024-09-09,L,\\
A000000000901,2024-09-10,U,O
A000000000901,2024-09-11,I,Y4
A000000000901,2024-09-12,C2,#
A000000000901,2024-09-13,J1,V
A000000000902,2024-09-09,N,G
A000000000902,2024-09-10,/,\\
A000000000902,2024-09-11,O,O
A000000000903,2024-09-10,/,\\
A000000000903,2024-09-11,/,\\
A000000000903,2024-09-12,E,D
A000000000904,2024-09-09,X,X
"""
ROLL = {
    "A000000000901": ("2024-01-08", "9999-12-31"),
    "A000000000902": ("2024-01-08", "2024-09-11"),  # the first day no longer on roll
    "A000000000903": ("2024-09-11", "9999-12-31"),
    "A000000000904": ("2024-01-08", "9999-12-31"),
    "A000000000905": ("2024-09-01", "9999-12-31"),
}
# DfE's classes: before 19 August 2024 J was an approved activity and H an authorised absence; both went that day.
PRESENT_THEN, PRESENT_NOW = set("/\\LBJPVW"), set("/\\LBKPVW")
AUTHORISED_THEN = set("CEFHIMRST")
AUTHORISED_NOW = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"}
UNAUTHORISED = set("GNOU")


def reckon(first: str, last: str) -> list[list[str]]:
    """Count the file line by line, on paper's terms."""
    tallies: dict[str, Counter[str]] = {
        upn: Counter() for upn, (begin, end) in ROLL.items() if begin <= last and end > first
    }
    for row in csv.DictReader(io.StringIO(MARKS)):
        begin, end = ROLL[row["upn"]]
        if not (first <= row["date"] <= last and begin <= row["date"] < end):
            continue
        old = row["date"] < "2024-08-19"
        for code in (row["am"], row["pm"]):
            tally = tallies[row["upn"]]
            tally["present"] += code in (PRESENT_THEN if old else PRESENT_NOW)
            tally["authorised"] += code in (AUTHORISED_THEN if old else AUTHORISED_NOW)
            tally["unauthorised"] += code in UNAUTHORISED
            tally["L"] += code == "L"
            tally["U"] += code == "U"
    return [_line(upn, tally) for upn, tally in sorted(tallies.items())]


def _line(upn: str, tally: Counter[str]) -> list[str]:
    possible = tally["present"] + tally["authorised"] + tally["unauthorised"]
    hundredths = (20_000 * tally["present"] + possible) // (2 * possible) if possible else 0
    percentage = f"{hundredths // 100}.{hundredths % 100:02}" if possible else ""
    counts = [possible, tally["present"], tally["authorised"], tally["unauthorised"], tally["L"], tally["U"]]
    return [upn, *map(str, counts), percentage]


@pytest.fixture
def register(people: People) -> None:
    """Put the file in the register, mark by mark."""
    for upn, (begin, end) in ROLL.items():
        pupil = make_pupil(upn=upn, group=make_group(), from_date=dt.date.fromisoformat(begin), year=-1)
        if end < "9999":
            RollPeriod.objects.filter(pupil=pupil).update(until_date=end)
        for row in csv.DictReader(io.StringIO(MARKS)):
            for half in ("am", "pm"):
                if row["upn"] == upn:
                    make_mark(pupil, make_session(dt.date.fromisoformat(row["date"]), half), row[half], by=people.tess)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2024-09-01", "2024-09-30"),
        ("2024-01-01", "2024-12-31"),  # across the change of codes
        ("2024-07-02", "2024-09-10"),
        ("2024-09-11", "2024-09-11"),
    ],
)
def test_the_command_prints_what_a_person_counts(
    register: None, capsys: pytest.CaptureFixture[str], first: str, last: str
) -> None:
    call_command("show_measures", "alder-primary", "--from", first, "--to", last, "--format", "csv")
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert ",".join(header) == (
        "upn,possible,present,authorised,unauthorised,late_before_close,late_after_close,attendance_pct"
    )
    assert rows == reckon(first, last)


def test_the_year_in_full(register: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("show_measures", "alder-primary", "--from", "2024-01-01", "--to", "2024-12-31")
    assert capsys.readouterr().out.splitlines()[1:] == [
        "A000000000901,12,6,4,2,1,1,50.00",
        "A000000000902,4,2,0,2,0,0,50.00",
        "A000000000903,3,2,1,0,0,0,66.67",
        "A000000000904,0,0,0,0,0,0,",
        "A000000000905,0,0,0,0,0,0,",
    ]
