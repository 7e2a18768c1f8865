"""A set of servers (demo, test or bench) that runs while anyone uses it.

Every user of a set holds a shared lock on a file. A keeper process, child of nobody, starts the
servers, waits until it can have that lock to itself, and stops them. The kernel frees a dead
process's locks, so a killed user counts as gone, and a killed keeper takes its servers with it.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
from typing import Any

from attendance_mat.embedded import places
from attendance_mat.embedded.locks import locked, open_lock, try_lock
from attendance_mat.embedded.messages import RefusedError, say

READY = "ready"  # the keeper's only word
ADDRESSES = ("DATABASE_URL", "REDIS_URL")


class ServerSet:
    """One set of servers: its files, and our place among its users."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = places.private_folder(places.state_folder() / name)
        self.description = self.folder / "servers.json"  # ports, passwords, addresses
        self.users_lock = self.folder / "users.lock"
        self.keeper_lock = self.folder / "keeper.lock"
        self.stay = self.folder / "stay"  # while present, the servers run without a user
        self._place: int | None = None

    def use(self) -> dict[str, str]:
        """Start the servers unless they run, and return the variables that lead to them.

        They run at least until this process, and whatever it becomes by exec, ends or releases
        them. A variable the caller has already set wins, and its server is not started.
        """
        given = {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}
        if len(given) == len(ADDRESSES):
            return given
        self._place = open_lock(self.users_lock)
        os.set_inheritable(self._place, True)  # noqa: FBT003 - it knows no keyword
        fcntl.flock(self._place, fcntl.LOCK_SH)
        with locked(self.folder / "starting.lock"):
            if not self.is_running():
                self._start_keeper()
        variables: dict[str, str] = self.read_description()["variables"] | given
        if len(variables.keys() & set(ADDRESSES)) < len(ADDRESSES):
            raise RefusedError(
                f"The {self.name}'s servers were started for someone with a database of their own.",
                "Stop them with script/manage --stop.",
            )
        return variables

    def release(self) -> None:
        """Stop counting this process among the users."""
        if self._place is not None:
            os.close(self._place)
            self._place = None

    def is_running(self) -> bool:
        """Say whether a keeper looks after the servers now."""
        return not try_lock(self.keeper_lock, fcntl.LOCK_SH)

    def is_used(self) -> bool:
        """Say whether any process uses the servers now; their keeper has the lock alone as it stops."""
        return not try_lock(self.users_lock, fcntl.LOCK_EX) and try_lock(self.users_lock, fcntl.LOCK_SH)

    def wait_until_stopped(self, *, seconds: float) -> bool:
        """Wait for the keeper to notice that nobody is left; say whether it was in time."""
        give_up = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < give_up:
            time.sleep(0.05)
        return not self.is_running()

    def read_description(self) -> dict[str, Any]:
        """Return the kept ports, passwords and addresses; empty before the first start."""
        if not self.description.exists():
            return {}
        kept: dict[str, Any] = json.loads(self.description.read_text(encoding="utf-8"))
        return kept

    def _start_keeper(self) -> None:
        say(f"Starting PostgreSQL and Valkey for the {self.name}.")
        log = self.folder / "keeper.log"
        with log.open("wb") as errors:
            keeper = subprocess.Popen(
                [sys.executable, places.LAUNCHER, "keep", self.name],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                cwd="/",  # the account that runs PostgreSQL may not enter ours
            )
        word, _ = keeper.stdout.readline(), keeper.stdout.close()  # type: ignore[union-attr]
        if word.decode().strip() != READY:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise RefusedError((lines or ["The servers did not start."])[-1], f"See {log}.")
