"""What the launcher keeps is for the eyes of the person who runs it."""

import stat
from pathlib import Path

import pytest

from attendance_mat.embedded import places


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_list_the_state_folder(state: Path) -> None:
    assert not permissions(places.state_folder()) & 0o066


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(state: Path) -> None:
    # Given a checkout that has never run
    first = places.secret_key()
    # Then its key stays the same, and no one else can read it
    assert places.secret_key() == first
    assert len(first) >= 50
    assert permissions(state / "secret_key") == 0o600


def test_a_private_file_is_replaced_whole(state: Path) -> None:
    places.write_private(state / "note", "a long first text")
    places.write_private(state / "note", "short")
    assert (state / "note").read_text() == "short"
    assert [path.name for path in state.iterdir()] == ["note"]


def test_a_folder_below_a_closed_one_is_out_of_reach(state: Path) -> None:
    (state / "open").mkdir(mode=0o755)
    state.chmod(0o700)
    assert not places.reachable_by_anyone(state / "open")


def test_postgres_never_meets_the_data_of_a_checkout_that_was_replaced(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given data outside the checkout, because root's home is closed, left by a checkout now gone
    monkeypatch.setattr(places, "server_account", lambda: "nobody")
    monkeypatch.setattr(places, "reachable_by_anyone", lambda _: False)
    monkeypatch.setattr(places, "OUTSIDE", state / "outside")
    monkeypatch.setattr(places.shutil, "chown", lambda *_: None)
    home = places.postgres_home(state)
    (home / "old").touch()
    assert places.postgres_home(state) == home
    assert (home / "old").exists()
    # When another checkout, without the token, takes its place
    (state / "postgres_home").unlink()
    # Then it starts with an empty folder
    assert not (places.postgres_home(state) / "old").exists()
