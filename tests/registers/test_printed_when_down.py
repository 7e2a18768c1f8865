"""What was printed while the database was down stands in the log of events once it is back: each printing once."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from attendance_mat.audit.models import AuditEvent, Event
from registers.actions import printing
from registers.gateways.paper import Paper
from registers.gateways.printed import keep_printed, printed_of
from registers.tasks import keep_paper
from tests.people import People

SLUG = "alder-primary"
DRAWN = dt.datetime(2026, 11, 23, 8, 50, tzinfo=dt.UTC)
PRINTED = DRAWN + dt.timedelta(minutes=23)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is printed in a folder of this test's own."""
    monkeypatch.setattr(settings, "PAPER_DIR", tmp_path)
    return tmp_path / SLUG / "printed"


def print_from_the_file(people: People, paper: Paper = Paper.REGISTERS) -> None:
    keep_printed(SLUG, paper, user_id=people.user("olly").pk, at=PRINTED, as_at=DRAWN)


def entered() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(kind=Event.PAPER_PRINTED_WHEN_DOWN).order_by("pk"))


def test_the_minutes_look_enters_who_printed_what_and_when_and_the_head_reads_it(
    people: People, browse, folder: Path
) -> None:
    # Given two papers printed while nothing else answered
    print_from_the_file(people)
    print_from_the_file(people, Paper.EVACUATION)
    assert {place.stat().st_mode & 0o777 for place in folder.iterdir()} == {0o600}
    # When the timer looks once the database is back, and once more
    for _ in range(2):
        keep_paper(schema_name=people.alder.schema_name)
    # Then each stands in the log once, under the name and role of who printed it and at its own time
    said = {(row.detail["paper"], row.by_name, row.by_role, row.at) for row in entered()}
    assert said == {(paper.value, "Olly Frost", "office", PRINTED) for paper in Paper}
    assert len(entered()) == len(said)
    assert printed_of(SLUG) == []
    words = browse("ben").get(f"/s/{SLUG}/records/looks/").text
    assert "Printed while the database was down" in words
    assert "Evacuation list, by Olly Frost, office" in words


def test_a_printer_whose_role_had_ended_is_named_without_one(people: People) -> None:
    keep_printed(SLUG, Paper.REGISTERS, user_id=people.user("cass").pk, at=PRINTED, as_at=DRAWN)
    assert printing.enter_printed(people.alder) == 1
    assert [(row.by_name, row.by_role) for row in entered()] == [("Cass Rowan", "")]


def test_a_printer_who_is_not_known_here_holds_no_other_up_and_stays_waiting(people: People) -> None:
    unknown = keep_printed(SLUG, Paper.REGISTERS, user_id=2**31, at=PRINTED, as_at=DRAWN)
    print_from_the_file(people)
    assert printing.enter_printed(people.alder) == 1
    assert printed_of(SLUG) == [unknown]


def test_one_who_stops_between_the_log_and_the_file_leaves_nothing_to_be_entered_twice(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a worker that is killed after the commit, before the file has gone
    print_from_the_file(people)
    with monkeypatch.context() as patch:
        patch.setattr(printing, "forget_printed", lambda *_: None)
        assert printing.enter_printed(people.alder) == 1
    assert len(printed_of(SLUG)) == 1
    # When the next looks, then it finds it entered, and the file goes
    assert printing.enter_printed(people.alder) == 0
    assert len(entered()) == 1
    assert printed_of(SLUG) == []


def test_a_file_that_says_nothing_of_a_printing_stays_and_holds_no_other_up(people: People, folder: Path) -> None:
    print_from_the_file(people)
    (folder / "half.json").write_text("{")
    assert printing.enter_printed(people.alder) == 1
    assert [place.name for place in folder.iterdir()] == ["half.json"]


def test_a_name_that_is_no_school_s_leads_to_no_folder() -> None:
    with pytest.raises(ValueError, match="no school's folder"):
        printed_of("../elsewhere")
