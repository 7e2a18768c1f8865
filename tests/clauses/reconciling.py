"""A day's marks set beside what a school's other system has of them."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clauses.schools import Browse
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

DAY = dt.date(2026, 11, 20)
DAY_S_FILE = f"/s/alder-primary/records/other-system/{DAY}/"


def three_that_differ_are_listed(people: People, browse: Browse, *, pupils: int) -> None:
    """Have both sessions of a day marked, change three marks in the other system's file, and see just those listed."""
    group, halves = make_group(), {half: make_session(DAY, half) for half in ("am", "pm")}
    for number in range(pupils):
        pupil = make_pupil(surname=f"Pupil-{number:03}", group=group)
        for half, said in (("am", "/"), ("pm", "\\")):
            make_mark(pupil, halves[half], said, by=people.tess)
    client = browse("alma")
    heading, *rows = client.post(f"{DAY_S_FILE}file/").content.decode().splitlines()
    assert len(rows) == pupils
    theirs = [row.replace(",/,", ",N,") if number < 3 else row for number, row in enumerate(rows)]
    file = SimpleUploadedFile("theirs.csv", "\n".join([heading, *theirs]).encode())
    page = client.post(f"{DAY_S_FILE}compare/", {"file": file}, follow=True).text
    assert "3 marks differ and 0 are missing in the other system." in page
    assert [f"Pupil-{number:03}, " in page for number in range(pupils)] == [number < 3 for number in range(pupils)]
