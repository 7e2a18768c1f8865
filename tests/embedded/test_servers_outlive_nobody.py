"""Servers run while someone uses them, and never longer. These start real ones."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from attendance_mat.embedded import places, ports
from attendance_mat.embedded.messages import RefusedError
from attendance_mat.embedded.servers import ServerSet

pytestmark = pytest.mark.live
USER = """
import sys
from attendance_mat.embedded.servers import ServerSet
ServerSet("test").use()
print("in", flush=True)
sys.stdin.read()
"""
SECONDS = 20


def start_user() -> subprocess.Popen[str]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER],
        cwd=places.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout
    assert user.stdout.readline() == "in\n"
    return user


def kill(user: subprocess.Popen[str]) -> None:
    user.kill()
    user.communicate()


def ports_in_use(servers: ServerSet) -> list[int]:
    return [port for port in servers.read_description()["ports"].values() if not ports.is_free(port)]


def wait_until_silent(servers: ServerSet) -> None:
    give_up = time.monotonic() + SECONDS
    while ports_in_use(servers) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert ports_in_use(servers) == []


def test_they_run_for_the_last_of_two_users_and_stop_when_it_is_killed(state: Path) -> None:
    # Given two users of one set
    servers = ServerSet("test")
    first, second = start_user(), start_user()
    assert len(ports_in_use(servers)) == 2
    # When the one that started them is killed, then the other still has them
    kill(first)
    assert not servers.wait_until_stopped(seconds=1)
    assert len(ports_in_use(servers)) == 2
    # When that one is killed too, then they stop
    kill(second)
    assert servers.wait_until_stopped(seconds=SECONDS)
    wait_until_silent(servers)


def test_a_killed_keeper_takes_its_servers_with_it_and_the_data_stays(state: Path) -> None:
    # Given servers with something in them
    servers = ServerSet("test")
    user = start_user()
    url = servers.read_description()["variables"]["DATABASE_URL"]
    link = psycopg2.connect(url)
    with link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (x int)")
    link.close()
    # When the keeper is killed
    os.kill(servers.read_description()["keeper"], signal.SIGKILL)
    wait_until_silent(servers)
    kill(user)
    # Then the next user finds the data and the same address
    user = start_user()
    assert servers.read_description()["variables"]["DATABASE_URL"] == url
    link = psycopg2.connect(url)
    with link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kept")
        assert cursor.fetchone() == (0,)
    link.close()
    kill(user)
    assert servers.wait_until_stopped(seconds=SECONDS)


def test_a_set_started_for_someone_with_a_database_of_their_own_is_not_lent(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a set that runs Valkey only, because its first user has a database elsewhere
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/attendance")
    user = start_user()
    monkeypatch.delenv("DATABASE_URL")
    # When someone without one asks for it, then it is refused in one line
    servers = ServerSet("test")
    with pytest.raises(RefusedError, match="a database of their own"):
        servers.use()
    servers.release()
    kill(user)
    assert servers.wait_until_stopped(seconds=SECONDS)
