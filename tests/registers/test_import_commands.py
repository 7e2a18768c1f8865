"""The import commands: what they print, and how they end."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from attendance_mat.audit.models import AuditEvent
from attendance_mat.trust.models import School
from registers.management.importing import ProgressBar
from registers.models import Session
from tests.people import People

FILE = "date,am,pm,Colour\n2026-11-20,1,1,red\n"


def run(path: Path, *words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_calendar", "alder-primary", str(path), *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path, alder: School) -> Path:
    """Return a calendar of one day, with a column we do not know."""
    path = tmp_path / "autumn.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_words_go_to_standard_error_and_standard_output_is_for_data(file: Path) -> None:
    out, err = run(file)
    assert out == ""
    assert "These columns mean nothing here and were ignored: Colour." in err
    assert "Calendar of Alder Primary School: 2 new." in err
    assert AuditEvent.objects.get().by_name == "Import"


def test_an_import_may_be_in_someones_name(file: Path, people: People) -> None:
    run(file, "--by", people.alma.user.email.upper())
    assert AuditEvent.objects.get().by_name == "Alma Reyes"


@pytest.mark.parametrize("who", ["tess", "cass"])
def test_not_in_the_name_of_someone_who_may_not(file: Path, people: People, who: str) -> None:
    with pytest.raises(CommandError, match="may not import records of alder-primary"):
        run(file, "--by", people.user(who).email)
    assert not Session.objects.exists()


def test_a_refused_file_ends_with_1_and_each_fault(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("date,am,pm\n" + "x,1,1\n" * 60, encoding="utf-8")
    err = StringIO()
    with pytest.raises(CommandError, match="was refused; nothing of it was kept") as refused:
        call_command("import_calendar", "alder-primary", str(file), stderr=err)
    assert refused.value.returncode == 1
    lines = err.getvalue().splitlines()
    assert lines[0].startswith(f"{file}, line 2, column date, “x”: Bad date")
    assert lines[50] == "These are the first 50 of 60 faults."


@pytest.mark.parametrize(
    ("slug", "name", "why"),
    [("nowhere", "autumn.csv", "There is no school nowhere."), ("alder-primary", "gone.csv", "There is no file")],
)
def test_what_is_not_there_is_named(file: Path, slug: str, name: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("import_calendar", slug, str(file.parent / name))


def test_progress_is_shown_once_the_work_takes_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 1.0, 3.0, 3.1, 3.2, 4.0])
    watch = SimpleNamespace(monotonic=lambda: next(moments))  # this bar's alone
    monkeypatch.setattr("registers.management.importing.time", watch)
    err = StringIO()
    bar = ProgressBar("Importing marks", _Plain(err))
    for part in (0.01, 0.22, 0.23, 0.24, 1.0):
        bar.show(part)
    assert err.getvalue().splitlines() == [
        "Importing marks [######........................]  22%",
        "Importing marks [##############################] 100%",
    ]


class _Plain:
    """A stream that is no terminal."""

    def __init__(self, stream: StringIO) -> None:
        self.stream = stream

    def isatty(self) -> bool:
        return False

    def write(self, text: str, ending: str = "\n") -> None:
        self.stream.write(text + ending)

    def flush(self) -> None:
        pass
