"""Data nobody will miss are kept in memory, in a private folder that goes with the checkout it belongs to."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from attendance_mat.embedded import memory
from attendance_mat.embedded.postgres import Passwords, Postgres


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a server, on a machine whose memory is empty and large."""
    for name in ("memory", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:   16000000 kB\n")
    monkeypatch.setattr(memory, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(memory, "AVAILABLE", tmp_path / "meminfo")
    return tmp_path / "home"


def test_they_are_in_memory_for_their_owner_alone_and_there_the_next_time(home: Path) -> None:
    folder = memory.data_folder(home, None)
    folder.mkdir()
    real = folder.resolve().parent
    assert real.parent == memory.MEMORY.resolve()
    assert stat.S_IMODE(real.stat().st_mode) == 0o700
    # When the servers start again, then they find them
    assert memory.data_folder(home, None).exists()


def test_they_begin_anew_when_the_machine_has(home: Path) -> None:
    memory.data_folder(home, None).mkdir()
    shutil.rmtree((home / "memory").resolve())
    assert not memory.data_folder(home, None).exists()
    assert (home / "memory").exists()


@pytest.mark.parametrize("lacks", ["the folder", "free memory", "what says how much is free"])
def test_without_room_they_are_on_the_disk(home: Path, monkeypatch: pytest.MonkeyPatch, lacks: str) -> None:
    if lacks == "the folder":
        monkeypatch.setattr(memory, "MEMORY", home / "none")
    elif lacks == "free memory":
        memory.AVAILABLE.write_text("MemAvailable:   100000 kB\n")
    else:
        memory.AVAILABLE.unlink()
    assert memory.data_folder(home, None) == home / "data"
    assert not (home / "memory").is_symlink()


def test_those_of_a_checkout_that_has_gone_are_swept_and_no_others(home: Path) -> None:
    gone = home / "gone"
    gone.mkdir()
    for each in (gone, home):
        memory.data_folder(each, None).mkdir()
    assert len(list(memory.MEMORY.iterdir())) == 2
    shutil.rmtree(gone)
    memory.data_folder(home, None)
    assert list(memory.MEMORY.iterdir()) == [(home / "memory").resolve()]


def test_what_a_server_runs_on_and_what_another_machine_s_paths_lead_to_stay(home: Path) -> None:
    served, moved, elsewhere = (home / name for name in ("served", "moved", "elsewhere"))
    for each in (served, moved, elsewhere):
        each.mkdir()
        memory.data_folder(each, None).mkdir()
    (served / "memory" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    (moved / "memory" / "data" / "postmaster.pid").write_text("999999999\n")
    note = elsewhere / "memory" / "link"
    note.write_text(note.read_text().replace("mnt:", "mnt:other"))
    stay = {(each / "memory").resolve() for each in (served, elsewhere)}
    for each in (served, moved, elsewhere):
        shutil.rmtree(each)
    memory.sweep()
    assert set(memory.MEMORY.iterdir()) == stay


def test_a_server_whose_data_matter_keeps_them_on_the_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attendance_mat.embedded.postgres._binaries", lambda home: home)
    words = Passwords(superuser="a", owner="b")
    careful, careless = (Postgres(home, port=1, passwords=words, careless=careless) for careless in (False, True))
    assert careful.data == home / "data"
    assert careless.data == home / "memory" / "data"
